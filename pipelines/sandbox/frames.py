"""Messages over a pipe: eight bytes of length, then so many bytes. Nothing in a message is executed.

Pipes are read and written by their descriptors, past any buffer of Python's.
"""

import io
import os
import select
import struct
import time
from typing import IO

_LENGTH = struct.Struct(">Q")
_CHUNK = 1 << 20


class BrokenFrameError(Exception):
    """The other side closed in the middle of a message, or announced one that is too long."""


def write_frame(pipe: IO[bytes], message: bytes) -> None:
    """Send one message. Raises BrokenPipeError where the other side is gone."""
    write_frames(pipe, message)


def write_frames(pipe: IO[bytes], *messages: bytes) -> None:
    """Send messages one behind the other, small ones in one go. Raises BrokenPipeError like ``write_frame``."""
    left: list[bytes | memoryview] = []
    for message in messages:
        left += [_LENGTH.pack(len(message)), message]
    while left:
        sent = os.writev(pipe.fileno(), left)
        while left and sent >= len(left[0]):
            sent -= len(left.pop(0))
        if left:
            left[0] = memoryview(left[0])[sent:]


def read_frame(pipe: IO[bytes], longest: int, seconds: float | None = None) -> bytes | None:
    """Receive one message; None where the other side closed before it began.

    Raises TimeoutError when it is not complete after ``seconds``, BrokenFrameError for half a message and for
    one longer than ``longest``.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    head = _read(pipe, _LENGTH.size, deadline)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise BrokenFrameError("half a length")
    (length,) = _LENGTH.unpack(head)
    if length > longest:
        raise BrokenFrameError(f"a message of {length} bytes")
    message = _read(pipe, length, deadline)
    if len(message) < length:
        raise BrokenFrameError("half a message")
    return message


def _read(pipe: IO[bytes], wanted: int, deadline: float | None) -> bytes:
    """So many bytes, or fewer where the other side closed. They lie in memory once, however many they are."""
    gathered = io.BytesIO()
    arriving = select.poll()
    arriving.register(pipe, select.POLLIN)
    while (missing := wanted - gathered.tell()) > 0:
        if deadline is not None and not arriving.poll(_milliseconds_until(deadline)):
            raise TimeoutError
        piece = os.read(pipe.fileno(), min(_CHUNK, missing))
        if not piece:
            break
        gathered.write(piece)
    return gathered.getvalue()


def _milliseconds_until(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0) * 1_000
