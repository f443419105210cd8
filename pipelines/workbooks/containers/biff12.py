"""The records of the parts of an .xlsb ([MS-XLSB] §2.1.4), read while a part is unpacked.

Knows framing, texts and constants; what a record means is ``xlsb``'s business.
"""

import struct
from collections.abc import Iterable, Iterator

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import DAMAGED

ROW = 0
CELL_BLANK, CELL_RK, CELL_ERROR, CELL_BOOL, CELL_REAL, CELL_TEXT, CELL_SHARED = range(1, 8)
FORMULA_TEXT, FORMULA_REAL, FORMULA_BOOL, FORMULA_ERROR = range(8, 12)
# Cells that stand to the right of the one before and do not tell their column.
SHORT_BLANK, SHORT_RK, SHORT_ERROR, SHORT_BOOL, SHORT_REAL, SHORT_TEXT, SHORT_SHARED = range(12, 19)
CELL_RICH_TEXT = 62
SHARED_TEXT = 19
BEGIN_CELLS, END_CELLS = 145, 146

_LONGEST_HEADER = 6


def records(pieces: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """(number, content) of each record. Raises UnreadableFileError where the part breaks off within one."""
    source = iter(pieces)
    buffer, at = b"", 0
    while True:
        while len(buffer) - at < _LONGEST_HEADER and (piece := next(source, b"")):
            buffer, at = buffer[at:] + piece, 0
        if at >= len(buffer):
            return
        number, size, start = _header(buffer, at)
        missing = start + size - len(buffer)
        if missing > 0:
            gathered = [buffer[start:]]
            while missing > 0 and (piece := next(source, b"")):
                gathered.append(piece)
                missing -= len(piece)
            if missing > 0:
                raise UnreadableFileError(DAMAGED)
            buffer, start = b"".join(gathered), 0
        at = start + size
        yield number, buffer[start:at]


def _header(buffer: bytes, at: int) -> tuple[int, int, int]:
    """Number, size and place of the content: seven bits a byte, the eighth says that more follow (§2.1.4)."""
    try:
        number = buffer[at]
        at += 1
        if number & 0x80:
            number = number & 0x7F | (buffer[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while True:
            byte = buffer[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift == 28:
                return number, size, at
    except IndexError as error:
        raise UnreadableFileError(DAMAGED) from error


def wide_text(content: bytes, at: int) -> tuple[str, int]:
    """An XLWideString (§2.5.169) and where it ends; an absent one is empty.

    Raises UnreadableFileError where the record is too short for it.
    """
    (count,) = struct.unpack_from("<I", content, at)
    if count == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * count
    if end > len(content):
        raise UnreadableFileError(DAMAGED)
    return content[at + 4 : end].decode("utf-16-le", "replace"), end


def rich_text(content: bytes, at: int) -> tuple[str, bytes]:
    """A RichStr (§2.5.122): the text, and its runs of (first letter, font), two bytes each."""
    text, end = wide_text(content, at + 1)
    if not content[at] & 1 or len(content) < end + 4:
        return text, b""
    (count,) = struct.unpack_from("<I", content, end)
    return text, content[end + 4 : end + 4 + 4 * count]
