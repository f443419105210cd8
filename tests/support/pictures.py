"""Pictures made on the fly: whole ones with a camera's date, and traps."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

_CHANGED, _FOLDER, _TAKEN = 0x0132, 0x8769, 0x9003


def a_picture(
    colour: str = "red",
    taken: str | None = None,
    *,
    image_format: str = "JPEG",
    size: tuple[int, int] = (64, 48),
    changed: str | None = None,
    frames: int = 1,
) -> bytes:
    """A picture of one colour; ``taken`` and ``changed`` stand in it as a camera writes them."""
    told = Image.Exif()
    if taken is not None:
        told.get_ifd(_FOLDER)[_TAKEN] = taken
    if changed is not None:
        told[_CHANGED] = changed
    written = io.BytesIO()
    image = Image.new("RGB", size, colour)
    # Pillow takes notes that lie in the inner folder alone for none; their bytes are not mistaken.
    more = {"exif": told.tobytes()} if taken or changed else {}
    if frames > 1:
        # Frames that are alike would be written as one.
        others = [Image.new("RGB", size, (n % 256, n // 256, 0)) for n in range(frames - 1)]
        image.save(written, image_format, save_all=True, append_images=others, **more)
    else:
        image.save(written, image_format, **more)
    return written.getvalue()


def a_bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of a few bytes that claims a gigantic picture."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
