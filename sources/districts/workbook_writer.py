"""Writing grids of cells as real workbooks, the way a clerk would have made them.

A grid says what stands where, what is merged and how it looks; the file's ending decides between
``.xlsx`` (openpyxl) and ``.xls`` (xlwt). The same grid gives the same bytes each time: nothing here
reads the clock. What a return contains is decided by the district's own script, not here.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import xlwt
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

Value = str | int | Decimal | dt.date | None
Look = Literal["title", "line", "heading", "text", "wrapped", "number", "note"]

CREATED = dt.datetime(2019, 1, 1)
_ZIP_TIME = (2019, 1, 1, 0, 0, 0)
_NARROWEST, _WIDEST = 6, 34
_TITLE_POINTS, _BODY_POINTS = 16, 10
_TITLE_HEIGHT, _LINE_HEIGHT = 30, 15


@dataclass(frozen=True)
class Cell:
    """One cell: its value, its look, and the number format Excel shows it with."""

    value: Value
    look: Look = "text"
    number_format: str = "General"


@dataclass(frozen=True)
class Merge:
    """A merged range, 0-based and inclusive."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True)
class DropDown:
    """A drop-down over a range whose choices stand in the first column of another sheet."""

    over: Merge
    list_sheet: str
    choices: int


@dataclass
class Sheet:
    """A sheet as a grid; rows are appended from the top, cells may be placed anywhere."""

    name: str
    hidden: bool = False
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    drop_downs: list[DropDown] = field(default_factory=list)

    @property
    def next_row(self) -> int:
        """The first row below everything written so far."""
        below_cells = max((row for row, _ in self.cells), default=-1)
        return max([below_cells, *(merge.last_row for merge in self.merges)]) + 1

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Write one cell; an empty one still gets its border."""
        self.cells[row, column] = cell

    def append(self, cells: Sequence[Cell]) -> int:
        """Write a row below the others and return its number."""
        row = self.next_row
        for column, cell in enumerate(cells):
            self.put(row, column, cell)
        return row

    def append_across(self, value: str, width: int, look: Look) -> int:
        """Write one text merged over the first ``width`` columns below the others."""
        row = self.next_row
        self.put(row, 0, Cell(value, look))
        self.merge(row, 0, row, width - 1)
        return row

    def merge(self, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
        """Merge a range; a range of one cell stays as it is."""
        if (first_row, first_column) != (last_row, last_column):
            self.merges.append(Merge(first_row, first_column, last_row, last_column))


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write the sheets as ``.xlsx`` or ``.xls``, by the ending of ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".xlsx":
        path.write_bytes(_xlsx_bytes(sheets))
    elif path.suffix == ".xls":
        _write_xls(path, sheets)
    else:
        raise ValueError(f"{path.name}: a workbook ends in .xlsx or .xls")


def column_widths(sheet: Sheet) -> dict[int, int]:
    """Widths in characters that show most values whole; merged titles do not count."""
    spanning = {
        (m.first_row, m.first_column) for m in sheet.merges if m.last_column > m.first_column
    }
    widths: dict[int, int] = {}
    for place, cell in sheet.cells.items():
        if place in spanning or cell.value is None or cell.look in ("line", "note"):
            continue
        shown = 2 + max(_text_width(line) for line in str(cell.value).split("\n"))
        widths[place[1]] = max(widths.get(place[1], _NARROWEST), min(shown, _WIDEST))
    return widths


def row_heights(sheet: Sheet) -> dict[int, int]:
    """Heights in points that show titles and wrapped texts whole."""
    widths = column_widths(sheet)
    spanning = {(m.first_row, m.first_column) for m in sheet.merges}
    heights: dict[int, int] = {}
    for (row, column), cell in sheet.cells.items():
        lines = str(cell.value).split("\n")
        if _wraps(cell.look) and (row, column) not in spanning:
            width = widths.get(column, _NARROWEST)
            shown = sum(-(-_text_width(line) // width) for line in lines)
        else:
            shown = len(lines)
        points = _TITLE_HEIGHT if cell.look == "title" else _LINE_HEIGHT * shown
        heights[row] = max(heights.get(row, _LINE_HEIGHT), points)
    return heights


def _text_width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _number(value: Value) -> Any:
    """What both writers store: a whole Decimal as int, another by its shortest decimal text."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(str(value))


# ------------------------------------------------------------------------------------- xlsx


def _xlsx_bytes(sheets: Sequence[Sheet]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.created = CREATED
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        page.sheet_state = "hidden" if sheet.hidden else "visible"
        _fill_xlsx(page, sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return _without_clock(buffer.getvalue())


def _fill_xlsx(page: Worksheet, sheet: Sheet) -> None:
    page.page_setup.orientation = "landscape"
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_setup.fitToHeight = 0
    for (row, column), cell in sheet.cells.items():
        target = page.cell(row + 1, column + 1, _number(cell.value))
        target.number_format = cell.number_format
        target.font = Font(name="宋体", size=_points(cell.look), bold=_is_bold(cell.look))
        target.alignment = Alignment(
            horizontal=_horizontal(cell.look), vertical="center", wrap_text=_wraps(cell.look)
        )
        if _is_boxed(cell.look):
            thin = Side(style="thin")
            target.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    for merge in sheet.merges:
        page.merge_cells(range_string=_range(merge))
    for drop_down in sheet.drop_downs:
        source = f"={drop_down.list_sheet}!$A$1:$A${drop_down.choices}"
        validation = DataValidation(type="list", formula1=source, allow_blank=True)
        validation.add(_range(drop_down.over))
        page.add_data_validation(validation)
    for column, width in column_widths(sheet).items():
        page.column_dimensions[get_column_letter(column + 1)].width = width
    for row, height in row_heights(sheet).items():
        page.row_dimensions[row + 1].height = height


def _range(merge: Merge) -> str:
    first = f"{get_column_letter(merge.first_column + 1)}{merge.first_row + 1}"
    return f"{first}:{get_column_letter(merge.last_column + 1)}{merge.last_row + 1}"


def _without_clock(content: bytes) -> bytes:
    """The same zip with fixed times: openpyxl stamps the entries and docProps with the clock."""
    target = io.BytesIO()
    stamp = f"{CREATED:%Y-%m-%dT%H:%M:%SZ}"
    modified = rf"\g<1>{stamp}\g<2>".encode()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = re.sub(
                    rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)", modified, part
                )
            copy.writestr(zipfile.ZipInfo(name, _ZIP_TIME), part, zipfile.ZIP_DEFLATED)
    return target.getvalue()


# ------------------------------------------------------------------------------------- xls


def _write_xls(path: Path, sheets: Sequence[Sheet]) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    styles: dict[tuple[Look, str], xlwt.XFStyle] = {}
    for sheet in sheets:
        page = book.add_sheet(sheet.name)
        page.visibility = int(sheet.hidden)
        _fill_xls(page, sheet, styles)
    book.save(str(path))


def _fill_xls(page: Any, sheet: Sheet, styles: dict[tuple[Look, str], xlwt.XFStyle]) -> None:
    page.portrait, page.fit_num_pages, page.fit_height_to_pages = False, 1, 0
    if sheet.drop_downs:
        raise ValueError(f"{sheet.name}: xlwt cannot write drop-downs; use .xlsx")
    merged = {(merge.first_row, merge.first_column): merge for merge in sheet.merges}
    inside = {place for merge in sheet.merges for place in _places(merge)} - merged.keys()
    for (row, column), cell in sheet.cells.items():
        style = styles.setdefault((cell.look, cell.number_format), _xls_style(cell))
        if (row, column) in merged:
            merge = merged[row, column]
            page.write_merge(
                row, merge.last_row, column, merge.last_column, _number(cell.value), style
            )
        elif (row, column) not in inside:
            page.write(row, column, _number(cell.value), style)
    for column, width in column_widths(sheet).items():
        page.col(column).width = 256 * width
    for row, height in row_heights(sheet).items():
        page.row(row).height_mismatch, page.row(row).height = True, 20 * height


def _places(merge: Merge) -> set[tuple[int, int]]:
    rows = range(merge.first_row, merge.last_row + 1)
    return {
        (row, column) for row in rows for column in range(merge.first_column, merge.last_column + 1)
    }


def _xls_style(cell: Cell) -> xlwt.XFStyle:
    box = "left thin, right thin, top thin, bottom thin" if _is_boxed(cell.look) else "left no_line"
    bold, wrap = ("on" if flag else "off" for flag in (_is_bold(cell.look), _wraps(cell.look)))
    return xlwt.easyxf(
        f"font: name 宋体, height {20 * _points(cell.look)}, bold {bold};"
        f"align: horiz {_horizontal(cell.look)}, vert center, wrap {wrap};"
        f"borders: {box}",
        num_format_str=cell.number_format,
    )


# ------------------------------------------------------------------------------------- looks


def _points(look: Look) -> int:
    return _TITLE_POINTS if look == "title" else _BODY_POINTS


def _is_bold(look: Look) -> bool:
    return look in ("title", "heading")


def _is_boxed(look: Look) -> bool:
    return look not in ("title", "line", "note")


def _wraps(look: Look) -> bool:
    return look in ("heading", "wrapped", "note")


def _horizontal(look: Look) -> Literal["center", "left", "right"]:
    if look in ("title", "heading"):
        return "center"
    return "right" if look == "number" else "left"
