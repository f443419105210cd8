"""A picture's format, size and the date inside it, after decoding it to its last row: the only importer of Pillow.

Meant for the process of ``decoder``, whose memory and time are limited. Of what a camera wrote down
only the date is read; no place, no name, no device.
"""

import warnings
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from pipelines.photographs.picture import BROKEN, Picture, PictureFault, PictureLimits

# A photograph of several pictures (MPO) is read as JPEG and known by its own name.
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")
_EXIF_FOLDER = 0x8769
_TAKEN, _DIGITISED, _CHANGED = 0x9003, 0x9004, 0x0132
# An eighth of the size: all of the file is read, and most of the arithmetic saved.
_DRAFT_DIVISOR = 8


NOT_THE_KIND = PictureFault("no_picture", "文件开头像照片，内容却不是照片。")


def read_picture(path: Path, limits: PictureLimits) -> Picture | PictureFault:
    """Decode the first frame of a picture and read the date the camera wrote into it."""
    # Pillow's own guard against small files that unfold to gigabytes stands behind the check below.
    Image.MAX_IMAGE_PIXELS = limits.max_pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=_FORMATS) as image:
                return _read(image, limits)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return _too_many_pixels(limits)
    except MemoryError:
        return PictureFault("beyond_limits", "照片太大，打开它需要的内存超过了限制。")
    except UnidentifiedImageError:
        return NOT_THE_KIND
    except Exception:
        # What a decoder raises over hostile or damaged bytes has no common kind; the file is refused, never the load.
        return BROKEN


def _read(image: Image.Image, limits: PictureLimits) -> Picture | PictureFault:
    width, height = image.size
    if width * height > limits.max_pixels:
        return _too_many_pixels(limits)
    if getattr(image, "n_frames", 1) > limits.max_frames:
        return PictureFault(
            "beyond_limits", f"这个文件里有 {limits.max_frames} 幅以上的图，不是一张照片。"
        )
    taken_at, untold = _time_taken(image)
    image_format = image.format or ""
    image.seek(0)
    image.draft("L", (max(width // _DRAFT_DIVISOR, 1), max(height // _DRAFT_DIVISOR, 1)))
    image.load()
    return Picture(image_format, width, height, taken_at, untold)


def _too_many_pixels(limits: PictureLimits) -> PictureFault:
    millions = limits.max_pixels // 1_000_000
    return PictureFault("beyond_limits", f"照片的像素太多，超过了 {millions} 百万像素。")


def _time_taken(image: Image.Image) -> tuple[datetime | None, str | None]:
    """When the picture was taken, else digitised, else last changed; and the first time nobody can read."""
    try:
        told = image.getexif()
        inner: Mapping[int, Any] = told.get_ifd(_EXIF_FOLDER)
        written = [inner.get(_TAKEN), inner.get(_DIGITISED), told.get(_CHANGED)]
    except Exception:
        # A damaged note of the camera does not make the picture a bad one.
        return None, None
    untold = None
    for value in written:
        text = _plain(value)
        if not text:
            continue
        try:
            return datetime.strptime(text[:19], "%Y:%m:%d %H:%M:%S"), untold
        except ValueError:
            untold = untold or text[:40]
    return None, untold


def _plain(value: object) -> str:
    """The text of a date; a camera whose clock was never set writes zeros or blanks, which say nothing."""
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else str(value or "")
    text = text.replace("\0", "").strip()
    return text if text.strip("0: ") else ""
