"""Sheets written as text, the way they look: one line per row, cells apart by “|”.

A cell is written as in the golden scenarios (`12` number, `'12` text, `d:2019-03-15` date, `#REF!`
error, `=A1` formula without a value, `⏎` line break). The writer of real files is theirs too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from types import MappingProxyType

from golden_workbooks import Cell, corners, parse_cell, row_and_column, write_xls, write_xlsx
from golden_workbooks import Sheet as WrittenSheet

from pipelines.workbooks.cells import Sheet, Workbook


def _cells(text: str, changes: Mapping[str, str]) -> dict[tuple[int, int], Cell]:
    """Cells by 1-based (row, column); ``changes`` are written over the grid by cell name."""
    lines = [line.strip() for line in text.strip("\n").splitlines()]
    written = {
        (row, column): piece.strip()
        for row, line in enumerate(lines, 1)
        for column, piece in enumerate(line.split("|"), 1)
    }
    written |= {row_and_column(cell): value for cell, value in changes.items()}
    parsed = {place: parse_cell(piece) for place, piece in written.items()}
    return {place: cell for place, cell in parsed.items() if cell is not None}


def a_sheet(
    text: str,
    changes: Mapping[str, str] | None = None,
    *,
    name: str = "Sheet1",
    merges: Sequence[str] = (),
    is_hidden: bool = False,
    hidden_rows: Sequence[int] = (),
    filtered_rows: Sequence[int] = (),
    hidden_columns: str = "",
    struck: Sequence[str] = (),
    strays: Mapping[str, str] = MappingProxyType({}),
) -> Sheet:
    """The sheet as the reader would hand it over, without a file in between.

    Rows are numbered from 1, ``hidden_columns`` are letters; filtered rows are hidden too.
    """
    cells = _cells(text, changes or {})
    height = max((row for row, _ in cells), default=0)
    width = max((column for _, column in cells), default=0)
    sheet = Sheet(name=name, is_hidden=is_hidden, rows=[[""] * width for _ in range(height)])
    for (row, column), cell in cells.items():
        place = (row - 1, column - 1)
        if cell.kind == "error":
            sheet.error_cells[place] = str(cell.value)
        elif cell.kind == "formula" and cell.cached is None:
            sheet.uncached_formulas.add(place)
        elif cell.kind == "formula":
            sheet.rows[row - 1][column - 1] = float(cell.cached)
        elif cell.kind == "date":
            sheet.rows[row - 1][column - 1] = datetime.combine(cell.value, time())
        else:
            sheet.rows[row - 1][column - 1] = cell.value
    for merge in merges:
        top, left, bottom, right = corners(merge)
        sheet.merges.append((top - 1, left - 1, bottom - 1, right - 1))
    sheet.filtered_rows = frozenset(row - 1 for row in filtered_rows)
    sheet.hidden_rows = frozenset(row - 1 for row in hidden_rows) | sheet.filtered_rows
    sheet.hidden_columns = frozenset(ord(letter) - ord("A") for letter in hidden_columns)
    sheet.struck_cells = frozenset(_place(cell) for cell in struck)
    sheet.stray_cells = {_place(cell): value for cell, value in strays.items()}
    return sheet


def _place(cell: str) -> tuple[int, int]:
    row, column = row_and_column(cell)
    return row - 1, column - 1


def a_workbook(*sheets: Sheet | str) -> Workbook:
    """A workbook of sheets; a text stands for a sheet of its own."""
    return Workbook([a_sheet(s) if isinstance(s, str) else s for s in sheets])


def a_file(
    text: str,
    changes: Mapping[str, str] | None = None,
    *,
    name: str = "Sheet1",
    merges: Sequence[str] = (),
    more: Sequence[str] = (),
    ending: str = ".xlsx",
) -> bytes:
    """The bytes of a real workbook; ``more`` are further sheets, named Sheet2, Sheet3 …"""
    sheets = [WrittenSheet(name, _cells(text, changes or {}), merges=list(merges))]
    sheets += [WrittenSheet(f"Sheet{n}", _cells(each, {})) for n, each in enumerate(more, 2)]
    return write_xls(sheets) if ending == ".xls" else write_xlsx(sheets)


def placeholders(template: str) -> set[str]:
    """The {names} a message template asks for."""
    return set(re.findall(r"{(\w+)}", template))
