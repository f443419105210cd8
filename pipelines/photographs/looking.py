"""A received file below ``photos/`` → what its folder says and what is in the picture."""

from dataclasses import dataclass
from pathlib import Path

from pipelines.photographs.decoding import PictureReader
from pipelines.photographs.folders import PhotoFolder, read_folder
from pipelines.photographs.kinds import why_no_picture
from pipelines.photographs.picture import Picture, PictureFault

_START_BYTES = 64


@dataclass(frozen=True)
class Photograph:
    """Where a file lay, and the picture in it or why there is none."""

    folder: PhotoFolder
    seen: Picture | PictureFault


def look_at(inbox_path: str, path: Path, reader: PictureReader) -> Photograph:
    """Look at one file, kept at ``path``; only what begins like a picture and is not too large is decoded."""
    return Photograph(read_folder(inbox_path), _see(path, reader))


def _see(path: Path, reader: PictureReader) -> Picture | PictureFault:
    size = path.stat().st_size
    with path.open("rb") as file:
        sentence = why_no_picture(file.read(_START_BYTES))
    if sentence is not None:
        return PictureFault("no_picture", sentence)
    if size > reader.limits.max_bytes:
        return PictureFault(
            "beyond_limits",
            f"照片文件有 {size >> 20} MB，超过了 {reader.limits.max_bytes >> 20} MB。",
        )
    # The decoding process works in another folder.
    return reader.read(path.resolve())
