"""Readable grids written as real workbooks, whose bytes depend on their cells only. README.md explains the notation."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)")
ERRORS = ("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!")


@dataclass(frozen=True)
class Cell:
    kind: str  # number | text | date | formula | error
    value: object
    cached: Decimal | None = None  # a formula's stored result; None = never calculated


def parse_cell(written: str) -> Cell | None:
    """One grid cell: `12` number · `'12` text · `d:2025-03-05` date · `=A1+B1` formula without a stored value ·
    `=A1+B1 -> 12` formula with one · `#REF!` error · `⏎` a line break · blank = no cell."""
    if written == "":
        return None
    text = written.replace("⏎", "\n")
    if text.startswith("'"):
        return Cell("text", text[1:])
    if text.startswith("d:"):
        return Cell("date", dt.date.fromisoformat(text[2:]))
    if text.startswith("="):
        formula, _, cached = text.partition(" -> ")
        return Cell("formula", formula, Decimal(cached) if cached else None)
    if text in ERRORS:
        return Cell("error", text)
    if NUMBER.fullmatch(text):
        return Cell("number", float(text) if "." in text else int(text))
    return Cell("text", text)


def address(row: int, column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def row_and_column(cell: str) -> tuple[int, int]:
    letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", cell).groups()
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(digits), column


@dataclass
class Sheet:
    name: str
    cells: dict[tuple[int, int], Cell]
    merges: list[str] = field(default_factory=list)
    hidden: bool = False
    lists: dict[str, str] = field(default_factory=dict)  # range → drop-down list formula


def read_grid(
    path: Path, words: dict[str, str], changes: dict[str, str]
) -> dict[tuple[int, int], Cell]:
    """The grid's cells, with {words} filled in and the cells named in `changes` written over."""
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    written = {(r, c): text for r, row in enumerate(rows, 1) for c, text in enumerate(row, 1)}
    written |= {row_and_column(cell): text for cell, text in changes.items()}
    cells = {}
    for place, text in written.items():
        for word, meaning in words.items():
            text = text.replace("{" + word + "}", meaning)
        if (cell := parse_cell(text)) is not None:
            cells[place] = cell
    return cells


def corners(merge: str) -> tuple[int, int, int, int]:
    first, last = merge.split(":")
    (top, left), (bottom, right) = row_and_column(first), row_and_column(last)
    return top, left, bottom, right


def write_xlsx(sheets: list[Sheet]) -> bytes:
    """A workbook whose bytes depend on its cells only (no clock), so that equal grids are equal files."""
    from openpyxl import Workbook
    from openpyxl.worksheet.datavalidation import DataValidation

    workbook = Workbook()
    workbook.remove(workbook.active)
    stored: list[tuple[int, str, Decimal]] = []
    for number, sheet in enumerate(sheets, 1):
        page = workbook.create_sheet(sheet.name)
        for (row, column), cell in sorted(sheet.cells.items()):
            target = page.cell(row, column)
            target.value = cell.value
            if cell.kind == "text":
                target.data_type = "s"
            elif cell.kind == "date":
                target.number_format = "yyyy-mm-dd"
            if cell.cached is not None:
                stored.append((number, address(row, column), cell.cached))
        for merge in sheet.merges:
            page.merge_cells(merge)
        for where, formula in sheet.lists.items():
            rule = DataValidation(type="list", formula1=formula, allow_blank=True)
            rule.add(where)
            page.add_data_validation(rule)
        if sheet.hidden:
            page.sheet_state = "hidden"
    buffer = io.BytesIO()
    workbook.save(buffer)
    return _settle_zip(buffer.getvalue(), stored)


def _settle_zip(data: bytes, stored: list[tuple[int, str, Decimal]]) -> bytes:
    """Fixes the timestamps openpyxl writes, and stores results of formulas, which openpyxl cannot."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for item in source.infolist():
            body = source.read(item)
            if item.filename == "docProps/core.xml":
                body = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2025-01-01T00:00:00Z", body)
            for number, cell, value in stored:
                if item.filename == f"xl/worksheets/sheet{number}.xml":
                    pattern = rf'(<c r="{cell}"[^>]*><f>[^<]*</f>)<v ?/>|(<c r="{cell}"[^>]*><f>[^<]*</f>)<v></v>'
                    text, hits = re.subn(
                        pattern,
                        lambda m, v=value: f"{m[1] or m[2]}<v>{v}</v>",
                        body.decode("utf-8"),
                    )
                    assert hits == 1, f"formula {cell} not found in {item.filename}"
                    body = text.encode("utf-8")
            settled = zipfile.ZipInfo(item.filename, (2025, 1, 1, 0, 0, 0))
            settled.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(settled, body)
    return out.getvalue()


def an_ole_file_with(stream: str) -> bytes:
    """The beginning of an OLE compound file, and a directory entry that names a stream."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0")
    return header + stream.encode("utf-16-le").ljust(128, b"\0") + b"\0" * 3456


def write_xls(sheets: list[Sheet]) -> bytes:
    import xlwt

    workbook = xlwt.Workbook(encoding="utf-8")
    plain, day = xlwt.XFStyle(), xlwt.XFStyle()
    day.num_format_str = "yyyy-mm-dd"
    for sheet in sheets:
        page = workbook.add_sheet(sheet.name, cell_overwrite_ok=True)
        for (row, column), cell in sorted(sheet.cells.items()):
            if cell.kind in ("formula", "error"):
                raise ValueError(
                    f"{address(row, column)}: formulas and errors are written to .xlsx only"
                )
            value = cell.value
            if cell.kind == "date":
                value = dt.datetime(value.year, value.month, value.day)
            page.write(row - 1, column - 1, value, day if cell.kind == "date" else plain)
        for merge in sheet.merges:
            top, left, bottom, right = corners(merge)
            corner = sheet.cells.get((top, left))
            page.write_merge(
                top - 1, bottom - 1, left - 1, right - 1, corner.value if corner else "", plain
            )
        if sheet.hidden:
            page.visibility = 1
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()
