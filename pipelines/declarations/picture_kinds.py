"""What the kinds of pictures begin with: those that are taken as photographs, and those that phones make besides. Pure.

Told from the first bytes and never from the name, by those who read photographs and those who read workbooks.
"""

from typing import Literal

_STARTS = (
    b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*",
)  # fmt: skip
# Two letters, with which a text may begin as well: a picture only where nothing but pictures is looked for.
_BITMAP_START = b"BM"
# The brands of the container that phones use for pictures (ISO/IEC 14496-12, 23008-12).
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}

BoxedKind = Literal["HEIC", "AVIF", "film"]


def is_taken_picture(data: bytes) -> bool:
    """Whether a file among photographs begins like a kind of picture that is taken."""
    return data.startswith(_BITMAP_START) or _begins_like_a_picture(data)


def is_surely_a_picture(data: bytes) -> bool:
    """Whether a file among tables begins like a picture and like nothing else, taken or not."""
    return _begins_like_a_picture(data) or boxed_kind(data) in ("HEIC", "AVIF")


def boxed_kind(data: bytes) -> BoxedKind | None:
    """What a container of boxes holds, as phones make them; None for any other file."""
    if data[4:8] != b"ftyp":
        return None
    brand = data[8:12]
    if brand in _HEIC_BRANDS:
        return "HEIC"
    return "AVIF" if brand in _AVIF_BRANDS else "film"


def _begins_like_a_picture(data: bytes) -> bool:
    return data.startswith(_STARTS) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
