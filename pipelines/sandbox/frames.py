"""Messages over a pipe: eight bytes of length, then so many bytes. Nothing in a message is executed.

Pipes are read and written by their descriptors, past any buffer of Python's.
"""

import io
import os
import select
import struct
import time
from collections.abc import Sequence
from typing import IO

_LENGTH = struct.Struct(">Q")
_CHUNK = 1 << 20
# What a pipe holds: messages that are smaller arrive at once.
_EAGER = 1 << 16


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
    return _frame(pipe, bytearray(), longest, deadline)


def read_frames(pipe: IO[bytes], longest: Sequence[int], seconds: float) -> list[bytes] | None:
    """Receive messages that are sent together, small ones in one go; None where one of them never begins.

    The other side sends nothing behind them before it is asked again. Raises like ``read_frame``.
    """
    deadline = time.monotonic() + seconds
    held = bytearray(_read(pipe, 1, deadline, _EAGER))
    messages: list[bytes] = []
    for most in longest:
        message = _frame(pipe, held, most, deadline)
        if message is None:
            return None
        messages.append(message)
    if held:
        raise BrokenFrameError("more than was asked for")
    return messages


def _frame(pipe: IO[bytes], held: bytearray, longest: int, deadline: float | None) -> bytes | None:
    """The next message; ``held`` are bytes that were read already, and keeps those that are left over."""
    head = _taken(pipe, held, _LENGTH.size, deadline)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise BrokenFrameError("half a length")
    (length,) = _LENGTH.unpack(head)
    if length > longest:
        raise BrokenFrameError(f"a message of {length} bytes")
    message = _taken(pipe, held, length, deadline)
    if len(message) < length:
        raise BrokenFrameError("half a message")
    return message


def _taken(pipe: IO[bytes], held: bytearray, wanted: int, deadline: float | None) -> bytes:
    """So many bytes, the held ones first; or fewer where the other side closed."""
    begun = bytes(held[:wanted])
    del held[:wanted]
    return begun if len(begun) == wanted else _read(pipe, wanted, deadline, wanted, begun)


def _read(
    pipe: IO[bytes], wanted: int, deadline: float | None, most: int, begun: bytes = b""
) -> bytes:
    """At least ``wanted`` bytes and at most ``most``, or fewer where the other side closed.

    They lie in memory once, however many they are.
    """
    gathered = io.BytesIO()
    gathered.write(begun)
    arriving = select.poll()
    arriving.register(pipe, select.POLLIN)
    while gathered.tell() < wanted:
        if deadline is not None and not arriving.poll(_milliseconds_until(deadline)):
            raise TimeoutError
        piece = os.read(pipe.fileno(), min(_CHUNK, most - gathered.tell()))
        if not piece:
            break
        gathered.write(piece)
    return gathered.getvalue()


def _milliseconds_until(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0) * 1_000
