"""The photographs: one plain colour each, small, with the time in the picture where the story tells one."""

from __future__ import annotations

import io

from PIL import Image
from story_tables import Row

SIZE = (32, 24)
QUALITY = 60
TAKEN = 0x9003  # DateTimeOriginal
DETAILS = 0x8769  # the block of Exif that holds it


def picture(told: Row) -> bytes:
    """The bytes of one JPEG: the same story gives the same bytes."""
    red, green, blue = (int(part) for part in told["colour"].split(","))
    exif = Image.Exif()
    if told["taken_at"]:
        day, time = told["taken_at"].split("T")
        exif.get_ifd(DETAILS)[TAKEN] = f"{day.replace('-', ':')} {time}"
    target = io.BytesIO()
    image = Image.new("RGB", SIZE, (red, green, blue))
    image.save(target, "JPEG", quality=QUALITY, exif=exif.tobytes() if told["taken_at"] else b"")
    return target.getvalue()
