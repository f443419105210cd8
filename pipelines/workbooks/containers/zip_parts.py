"""The parts of a zip package, unpacked as a stream: counted while they unfold, their checksums proved.

Knows zip and nothing of what the parts mean.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import DAMAGED

_CHUNK = 1 << 18
_MOST_PARTS = 20_000
_DOUBLED = "文件里有同名的部件，不知道以哪个为准。请用 Excel 打开后另存一份再报送。"
# What zipfile raises for a damaged archive or part.
ZIP_FAULTS = (
    zipfile.BadZipFile,
    EOFError,
    ValueError,
    RuntimeError,  # an encrypted entry, or (NotImplementedError) an unknown compression
    OSError,
    zlib.error,
)


class ZipParts:
    """One package, to be opened with :func:`open_package`; ``names`` are in the order of its directory."""

    def __init__(self, archive: zipfile.ZipFile, max_unpacked: int) -> None:
        self._archive = archive
        self._left = max_unpacked
        self._infos = {part_name(info): info for info in archive.infolist()}
        self._alike: dict[str, list[str]] = {}
        for name in self._infos:
            self._alike.setdefault(name.lower(), []).append(name)

    @property
    def names(self) -> list[str]:
        return list(self._infos)

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def find(self, name: str) -> str | None:
        """The part of this name, whatever the case of its letters (ECMA-376-2 §6.2.2.3); None where there is none.

        Raises UnreadableFileError where two are of this name.
        """
        alike = self._alike.get(name.lower(), [])
        if len(alike) > 1:
            raise UnreadableFileError(_DOUBLED)
        return alike[0] if alike else None

    def stream(self, name: str) -> Iterator[bytes]:
        """A part piece by piece. Raises UnreadableFileError for damage and beyond the budget of the package.

        What a part says of its own size is not believed; its checksum is proved with the last piece.
        """
        try:
            with self._archive.open(self._infos[name]) as part:
                while piece := part.read(_CHUNK):
                    self._left -= len(piece)
                    if self._left < 0:
                        raise UnreadableFileError(
                            "文件解开后太大，不像一张报表。请删去图片和无关内容后重新报送。"
                        )
                    yield piece
        except ZIP_FAULTS as error:
            raise UnreadableFileError(DAMAGED) from error

    def read(self, name: str) -> bytes:
        """A whole part."""
        return b"".join(self.stream(name))


def part_name(info: zipfile.ZipInfo) -> str:
    """A part's name with the strokes and without the leading one that some programs write."""
    return info.filename.replace("\\", "/").lstrip("/")


@contextmanager
def open_package(data: bytes, max_unpacked: int) -> Iterator[ZipParts]:
    """Open a zip package. Raises UnreadableFileError for a damaged directory and for parts of one name."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except ZIP_FAULTS as error:
        raise UnreadableFileError(DAMAGED) from error
    with archive:
        names = [part_name(info) for info in archive.infolist()]
        if len(names) > _MOST_PARTS:
            raise UnreadableFileError(
                "文件里的部件太多，不像一张报表。请另存为新的 .xlsx 后重新报送。"
            )
        if len(set(names)) != len(names):
            raise UnreadableFileError(_DOUBLED)
        yield ZipParts(archive, max_unpacked)
