"""The records of an .xls stream ([MS-XLS] §2.1.4): where each lies, and what is common to reader and count.

Knows framing and constants. What a record means for a sheet is ``xls``'s; where the stream lies in the
file is ``ole``'s. BIFF5/7 (Excel 5.0, 95) and BIFF8 (97 to 2003) only.
"""

import struct
from collections.abc import Iterator
from typing import Literal, TypeAlias

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import DAMAGED
from pipelines.workbooks.containers.ole import SIGNATURE, OleFile
from pipelines.workbooks.foreign_kinds import OLD_EXCEL

Version: TypeAlias = Literal[5, 8]

BOF, EOF, CONTINUE = 0x0809, 0x000A, 0x003C
BOUNDSHEET, SST = 0x0085, 0x00FC
NUMBER, RK, MULRK, BOOLERR = 0x0203, 0x027E, 0x00BD, 0x0205
LABEL, RSTRING, LABELSST, STRING = 0x0204, 0x00D6, 0x00FD, 0x0207
# Some writers give formulas the number they had in BIFF3 or BIFF4.
FORMULAS = frozenset({0x0006, 0x0206, 0x0406})

# The kind of sheet a BOUNDSHEET tells where it is one of cells ([MS-XLS] §2.4.28).
WORKSHEET = 0

# [MS-XLS] §2.5.10 BErr; .xlsb uses the same codes.
ERROR_TEXTS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
UNKNOWN_ERROR = "#ERR"

HEADER = struct.Struct("<HH")
_BOF_KINDS, _GLOBALS = struct.Struct("<HH"), 0x0005
# Scripts that write one bare sheet leave the version at nothing.
_VERSIONS: dict[int, Version] = {0x0000: 5, 0x0500: 5, 0x0600: 8}
_OLD_BOFS = (b"\x09\x00", b"\x09\x02", b"\x09\x04")


def stream_of(data: bytes) -> bytes:
    """The stream of records of an .xls file, be it in an OLE file or bare.

    Raises UnreadableFileError where there is none, and for the formats before Excel 5.0.
    """
    if data.startswith(SIGNATURE):
        ole = OleFile(data)
        stream = ole.read("Workbook") or ole.read("Book")
        if stream is None:
            raise UnreadableFileError(DAMAGED)
        data = stream
    if data.startswith(_OLD_BOFS):
        raise UnreadableFileError(OLD_EXCEL.sentence)
    return data


def is_stream(data: bytes) -> bool:
    """Whether bytes begin as a stream of records of BIFF5 or BIFF8 does."""
    return len(data) >= 8 and HEADER.unpack_from(data)[0] == BOF


def version_of(stream: bytes) -> Version:
    """The version its first record tells. Raises UnreadableFileError for a stream that begins otherwise."""
    if not is_stream(stream):
        raise UnreadableFileError(DAMAGED)
    version = _VERSIONS.get(_BOF_KINDS.unpack_from(stream, 4)[0])
    if version is None:
        raise UnreadableFileError(DAMAGED)
    return version


def has_globals(stream: bytes) -> bool:
    """Whether the stream is a workbook: it begins with what holds for all its sheets ([MS-XLS] §2.4.21)."""
    kind: int = _BOF_KINDS.unpack_from(stream, 4)[1]
    return kind == _GLOBALS


def records(stream: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    """(number, position of the content, its size) of each record from a position on.

    Ends where a record would reach beyond the stream: whether that is a fault, the caller knows by the EOF.
    """
    unpack, last = HEADER.unpack_from, len(stream) - 4
    while start <= last:
        number, size = unpack(stream, start)
        start += 4
        if start + size > last + 4:
            return
        yield number, start, size
        start += size


def continued(stream: bytes, at: int, size: int) -> list[bytes]:
    """The content of a record and of the CONTINUE records behind it ([MS-XLS] §2.4.58)."""
    pieces = [stream[at : at + size]]
    for number, start, length in records(stream, at + size):
        if number != CONTINUE:
            break
        pieces.append(stream[start : start + length])
    return pieces


def rk_number(rk: int) -> float:
    """A number of 30 bits, whole or the upper part of a double, perhaps in hundredths ([MS-XLS] §2.5.217)."""
    number: float
    if rk & 2:
        number = float((rk - 0x100000000 if rk & 0x80000000 else rk) >> 2)
    else:
        number = struct.unpack("<d", struct.pack("<Q", (rk & 0xFFFFFFFC) << 32))[0]
    return number / 100 if rk & 1 else number
