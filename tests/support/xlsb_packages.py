"""Small .xlsb packages written record by record ([MS-XLSB] §2.4)."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence

from xlsx_packages import relations

ROW, BEGIN_CELLS, END_CELLS, SHARED_TEXT = 0, 145, 146, 19


def record(number: int, content: bytes = b"") -> bytes:
    head = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    size, left = b"", len(content)
    while left > 127:
        size, left = size + bytes([left & 0x7F | 0x80]), left >> 7
    return head + size + bytes([left]) + content


def text(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode("utf-16-le")


def row(number: int, *, height: int = 300, is_hidden: bool = False) -> bytes:
    return record(ROW, struct.pack("<IIHBBB", number, 0, height, 0, 0x10 * is_hidden, 0))


def cell(kind: int, column: int, value: bytes = b"", xf: int = 0) -> bytes:
    return record(kind, struct.pack("<II", column, xf) + value)


def short_cell(kind: int, value: bytes = b"", xf: int = 0) -> bytes:
    return record(kind, struct.pack("<I", xf) + value)


def real(value: float) -> bytes:
    return struct.pack("<d", value)


def rich(value: str, *runs: tuple[int, int]) -> bytes:
    """A text with runs of (first letter, font)."""
    packed = b"".join(struct.pack("<HH", *run) for run in runs)
    return bytes([bool(runs)]) + text(value) + (struct.pack("<I", len(runs)) + packed) * bool(runs)


def worksheet(*cells: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    within = record(BEGIN_CELLS) + b"".join(cells) + record(END_CELLS)
    return record(129) + before + within + after + record(130)


def shared_texts(*texts: bytes) -> bytes:
    return b"".join(record(SHARED_TEXT, each) for each in texts)


def styles(
    *, formats: Mapping[int, str], struck: Sequence[bool], cells: Sequence[tuple[int, int]]
) -> bytes:
    """Number formats, fonts by whether they strike through, and cell formats of (format, font)."""
    listed = b"".join(record(44, struct.pack("<H", n) + text(c)) for n, c in formats.items())
    fonts = b"".join(record(43, struct.pack("<HH", 220, 8 * each) + b"\0" * 17) for each in struck)
    xfs = b"".join(record(47, struct.pack("<HHH10x", 0, *each)) for each in cells)
    of_styles = record(626) + record(47, struct.pack("<HHH10x", 0xFFFF, 14, 0)) + record(627)
    return listed + fonts + of_styles + record(617) + xfs + record(618)


def package(
    *sheets: bytes,
    texts: bytes | None = None,
    looks: bytes | None = None,
    state: int = 0,
    is_1904: bool = False,
    kind: str = "worksheet",
    more: Mapping[str, bytes] | None = None,
) -> bytes:
    """A workbook of these worksheets, named Sheet1, Sheet2 …; ``more`` adds parts or takes the place of some."""
    listed = [(f"rId{n}", kind, f"{kind}s/sheet{n}.bin") for n in range(1, len(sheets) + 1)]
    bundle = b"".join(
        record(156, struct.pack("<II", state, n) + text(f"rId{n}") + text(f"Sheet{n}"))
        for n in range(1, len(sheets) + 1)
    )
    properties = record(153, struct.pack("<III", is_1904, 0, 0))
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.bin")).encode(),
        "xl/workbook.bin": record(131)
        + properties
        + record(143)
        + bundle
        + record(144)
        + record(132),
        **{f"xl/{target}": sheet for (_, _, target), sheet in zip(listed, sheets, strict=True)},
    }
    for part, kind_of_part, content in (
        ("sharedStrings.bin", "sharedStrings", texts),
        ("styles.bin", "styles", looks),
    ):
        if content is not None:
            listed.append((f"rId{len(listed) + 1}", kind_of_part, part))
            parts[f"xl/{part}"] = content
    parts["xl/_rels/workbook.bin.rels"] = relations(*listed).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | dict(more or {})).items():
            archive.writestr(name, content)
    return buffer.getvalue()
