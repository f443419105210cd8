"""The second count of an .xls: one walk over the stream that looks at lengths and never at a value.

It decodes no text, no number and no format, and shares nothing with ``xls`` but the stream and its constants.
"""

import struct
from bisect import bisect_right
from itertools import accumulate

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers import biff
from pipelines.workbooks.containers.book import DAMAGED, Count, ReadingLimits

_HEADER_AND_WORD = struct.Struct("<HHH")
_ALWAYS_FILLED = frozenset({biff.NUMBER, biff.RK, biff.BOOLERR})
_WITH_LENGTH = frozenset({biff.LABEL, biff.RSTRING})
_CELLS = _ALWAYS_FILLED | _WITH_LENGTH | biff.FORMULAS | {biff.MULRK, biff.LABELSST}
_TEXT_FOLLOWS, _EMPTY_TEXT = (bytes([kind]) for kind in (0, 3))


def count_xls(data: bytes, limits: ReadingLimits) -> Count:
    """Records of non-empty cells of each worksheet: a cell that is told twice counts twice.

    Raises UnreadableFileError for a stream that breaks off.
    """
    stream = biff.stream_of(data)
    try:
        starts, empty_texts = _table_of_contents(stream)
        return {
            number: _filled(stream, start, empty_texts, limits)
            for number, start in enumerate(starts)
        }
    except (struct.error, IndexError) as error:  # a record too short for what it holds
        raise UnreadableFileError(DAMAGED) from error


def _table_of_contents(stream: bytes) -> tuple[list[int], bytes]:
    """Where the worksheets begin; and a byte for each shared text, 1 where it has no letter."""
    if not biff.has_globals(stream):
        return [0], b""
    starts: list[int] = []
    empty: bytes | None = None
    at = 0
    while at + 4 <= len(stream):
        number, size = biff.HEADER.unpack_from(stream, at)
        if number == biff.EOF:
            break
        if number == biff.BOUNDSHEET and stream[at + 9] == biff.WORKSHEET:
            starts.append(int.from_bytes(stream[at + 4 : at + 8], "little"))
        elif number == biff.SST and empty is None:
            empty = _empty_texts(stream, at)
        at += 4 + size
    return starts, empty or b""


def _filled(stream: bytes, at: int, empty_texts: bytes, limits: ReadingLimits) -> int:
    """How many cells of the sheet that begins here hold something."""
    filled = depth = 0
    awaits_text = False
    while at + 8 <= len(stream) and filled <= limits.max_cells:
        number, size, length_of_text = _HEADER_AND_WORD.unpack_from(stream, at)
        if number == biff.BOF:
            depth += 1
        elif number == biff.EOF:
            depth -= 1
        elif depth == 1 and number in _CELLS:
            if number == biff.MULRK:
                filled += max((size - 6) // 6, 0)
            elif number in biff.FORMULAS:
                awaits_text = _awaits_text(stream, at)
                filled += (
                    stream[at + 16 : at + 18] != b"\xff\xff"
                    or stream[at + 10 : at + 11] != _EMPTY_TEXT
                )
            else:
                filled += _holds_something(stream, at, number, empty_texts)
        elif number == biff.STRING and depth == 1 and awaits_text:
            filled -= length_of_text == 0
            awaits_text = False
        if depth <= 0:
            break
        at += 4 + size
    return filled


def _awaits_text(stream: bytes, at: int) -> bool:
    return stream[at + 16 : at + 18] == b"\xff\xff" and stream[at + 10 : at + 11] == _TEXT_FOLLOWS


def _holds_something(stream: bytes, at: int, number: int, empty_texts: bytes) -> bool:
    """Whether a cell that is no formula holds something; its content begins four bytes on."""
    if number == biff.LABELSST:
        text = int.from_bytes(stream[at + 10 : at + 14], "little")
        return text >= len(empty_texts) or not empty_texts[text]
    if number in _WITH_LENGTH:
        return stream[at + 10 : at + 12] != b"\0\0"
    return True


def _empty_texts(stream: bytes, at: int) -> bytes:
    """A byte for each text of the SST at this place and its CONTINUE records, 1 where its length is nothing.

    All are laid end to end; letters that cross a seam find the byte there that tells their width anew.
    """
    pieces = []
    number, size = biff.HEADER.unpack_from(stream, at)
    while number in (biff.SST, biff.CONTINUE):
        pieces.append(stream[at + 4 : at + 4 + size])
        at += 4 + size
        if at + 4 > len(stream):
            break
        number, size = biff.HEADER.unpack_from(stream, at)
        if number == biff.SST:
            break
    content, seams = b"".join(pieces), list(accumulate(map(len, pieces)))
    empty = bytearray()
    position = 8
    while position + 3 <= len(content):
        empty.append(not content[position] and not content[position + 1])
        position = _behind_text(content, position, seams)
    return bytes(empty)


def _behind_text(content: bytes, position: int, seams: list[int]) -> int:
    """Where the text that begins here ends, its runs and its phonetics included."""
    left, flags = struct.unpack_from("<HB", content, position)
    position += 3
    behind = 0
    if flags & 0x08 and position + 2 <= len(content):
        behind += int.from_bytes(content[position : position + 2], "little") * 4
        position += 2
    if flags & 0x04 and position + 4 <= len(content):
        behind += int.from_bytes(content[position : position + 4], "little")
        position += 4
    width = 1 + (flags & 1)
    while left and position < len(content):
        seam = seams[bisect_right(seams, position - 1)]
        letters = min(left, (seam - position) // width)
        position += letters * width
        left -= letters
        if left and position < len(content):
            width = 1 + (content[seam] & 1)
            position = seam + 1
    return position + behind
