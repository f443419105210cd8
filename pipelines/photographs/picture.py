"""A picture as it is known after decoding, or why there is none; and the limits of decoding. Nothing is read here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

FaultCode = Literal["no_picture", "broken_picture", "beyond_limits"]


@dataclass(frozen=True)
class PictureLimits:
    """How large a picture may be, in bytes, pixels and frames, and what decoding it may use."""

    max_bytes: int
    max_pixels: int
    max_frames: int
    memory_bytes: int
    cpu_seconds: int
    wall_seconds: float


@dataclass(frozen=True)
class Picture:
    """A picture that is whole. ``taken_at`` is local time without zone; ``untold_time`` what stood there instead."""

    image_format: str
    width: int
    height: int
    taken_at: datetime | None = None
    untold_time: str | None = None


@dataclass(frozen=True)
class PictureFault:
    """Why a file is not taken as a picture, in a sentence for the clerk."""

    code: FaultCode
    sentence: str


BROKEN = PictureFault("broken_picture", "照片不完整或已损坏（可能没有复制完、下载中断）。")
