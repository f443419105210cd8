"""Small .xls streams written record by record ([MS-XLS] §2.4), to say what no writer of workbooks would say."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from ole_files import write_ole

EOF, BOUNDSHEET, CONTINUE, SST = 0x000A, 0x0085, 0x003C, 0x00FC
FILEPASS, CODEPAGE, DATE_1904, RECALC_ID = 0x002F, 0x0042, 0x0022, 0x01C1
FONT, FORMAT, XF = 0x0031, 0x041E, 0x00E0


def record(number: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", number, len(content)) + content


def bof(kind: int = 0x0010, version: int = 0x0600) -> bytes:
    return record(0x0809, struct.pack("<HHHHII", version, kind, 0x0DBB, 0x07CC, 0, 6))


def text8(text: str, *, length: str = "<H") -> bytes:
    """A text of BIFF8 behind its length, one byte a letter where that is enough."""
    is_wide = any(ord(letter) > 255 for letter in text)
    raw = text.encode("utf-16-le" if is_wide else "latin-1")
    return struct.pack(length, len(text)) + bytes([is_wide]) + raw


def worksheet(*records: bytes, version: int = 0x0600) -> bytes:
    return bof(version=version) + b"".join(records) + record(EOF)


def stream(
    *sheets: bytes,
    names: Sequence[bytes] = (),
    before: Sequence[bytes] = (),
    state: int = 0,
    kind: int = 0,
    version: int = 0x0600,
) -> bytes:
    """A workbook of these substreams; ``before`` are further records of the globals, ``names`` ready coded."""
    names = names or [text8(f"Sheet{n}", length="<B") for n in range(1, len(sheets) + 1)]
    head = bof(0x0005, version) + b"".join(before)
    at = len(head) + sum(10 + len(name) for name in names) + 4
    for name, sheet in zip(names, sheets, strict=True):
        head += record(BOUNDSHEET, struct.pack("<IBB", at, state, kind) + name)
        at += len(sheet)
    return head + record(EOF) + b"".join(sheets)


def workbook(*sheets: bytes, **given: object) -> bytes:
    """The same in an OLE file, as .xls and .et are."""
    return write_ole({"Workbook": stream(*sheets, **given)})  # type: ignore[arg-type]


def number(row: int, column: int, value: float, xf: int = 0) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row, column, xf, value))


def rk(row: int, column: int, bits: int, xf: int = 0) -> bytes:
    return record(0x027E, struct.pack("<HHHI", row, column, xf, bits))


def several_rk(row: int, column: int, *bits: int) -> bytes:
    cells = b"".join(struct.pack("<HI", 0, each) for each in bits)
    last = struct.pack("<H", column + len(bits) - 1)
    return record(0x00BD, struct.pack("<HH", row, column) + cells + last)


def label(row: int, column: int, text: bytes, xf: int = 0) -> bytes:
    """A text of its own; ready coded, with its length."""
    return record(0x0204, struct.pack("<HHH", row, column, xf) + text)


def shared(row: int, column: int, text: int, xf: int = 0) -> bytes:
    return record(0x00FD, struct.pack("<HHHI", row, column, xf, text))


def boolean(row: int, column: int, value: int, *, is_error: bool = False) -> bytes:
    return record(0x0205, struct.pack("<HHHBB", row, column, 0, value, is_error))


def formula(
    row: int, column: int, result: bytes, *, flags: int = 0, xf: int = 0, kind: int = 0x0006
) -> bytes:
    """A formula by its eight bytes of result: a double, or ``special`` ones."""
    content = struct.pack("<HHH8sHIH", row, column, xf, result, flags, 0, 0)
    return record(kind, content)


def special(kind: int, value: int = 0) -> bytes:
    """The result of a formula that is no number: 0 text follows, 1 boolean, 2 error, 3 the empty text."""
    return bytes([kind, 0, value, 0, 0, 0, 0xFF, 0xFF])


def formula_text(text: str) -> bytes:
    return record(0x0207, text8(text))


def blank(row: int, column: int) -> bytes:
    return record(0x0201, struct.pack("<HHH", row, column, 0))


def row_record(row: int, *, height: int = 0x00FF, is_hidden: bool = False) -> bytes:
    return record(0x0208, struct.pack("<HHHHHHI", row, 0, 9, height, 0, 0, 0x20 * is_hidden))


def columns(first: int, last: int, *, width: int = 2304, is_hidden: bool = False) -> bytes:
    return record(0x007D, struct.pack("<HHHHHH", first, last, width, 0, is_hidden, 0))


def merge(*ranges: tuple[int, int, int, int]) -> bytes:
    """Ranges as (top, left, bottom, right)."""
    packed = (struct.pack("<HHHH", t, b, left, r) for t, left, b, r in ranges)
    return record(0x00E5, struct.pack("<H", len(ranges)) + b"".join(packed))


def table_of_texts(*texts: bytes) -> bytes:
    """An SST of ready coded texts."""
    return record(SST, struct.pack("<II", len(texts), len(texts)) + b"".join(texts))


def rich_text8(text: str, *runs: tuple[int, int]) -> bytes:
    """A shared text with runs of (first letter, font)."""
    packed = b"".join(struct.pack("<HH", *run) for run in runs)
    raw = text.encode("utf-16-le")
    return struct.pack("<HBH", len(text), 0x09, len(runs)) + raw + packed


def font(*, is_struck: bool = False) -> bytes:
    return record(FONT, struct.pack("<HHHHH", 200, 8 * is_struck, 0, 400, 0) + b"\0" * 6)


def number_format(number: int, code: str) -> bytes:
    return record(FORMAT, struct.pack("<H", number) + text8(code))


def cell_format(*, font: int = 0, number_format: int = 0) -> bytes:
    return record(XF, struct.pack("<HH16x", font, number_format))
