"""Sheets described as data become the bytes of an .xlsx: the only importer of openpyxl.

What a sheet says is decided by those who describe it (templates, copies of old workbooks). A text
stays a text whatever it begins with, so that nothing a submitter wrote is ever calculated; the same
description gives the same bytes. Marking a submitter's own workbook is not done here.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import product
from math import isfinite
from typing import Any

from openpyxl import Workbook as NewWorkbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.feedback.sheet_plans import CellStyle, InputCheck, SheetLook, SheetPlan, SheetValue
from pipelines.text import FORMULA_STARTERS
from pipelines.workbooks.cells import MergedRange, raw_text

__all__ = ["SheetPlan", "sheet_names", "writable", "write_workbook"]

# Excel's own limits; a file that passes them is “repaired” when it is opened.
_NAME_LIMIT, _TEXT_LIMIT, _CHOICES_LIMIT = 31, 32_767, 255
_MESSAGE_TITLE_LIMIT, _MESSAGE_LIMIT = 32, 225
_NAME_FAULTS = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_UNWRITABLE = re.compile(f"{ILLEGAL_CHARACTERS_RE.pattern}|[\ud800-\udfff\ufffe\uffff]")
_FIRST_DATE = date(1900, 3, 1)  # Excel counts days from here without its leap year fault

_THIN = Side(style="thin")
_STALE = PatternFill("solid", bgColor="F8CBAD")

# openpyxl stamps what it writes with the clock; a workbook made twice must be the same workbook.
_WRITTEN_AT = datetime(2000, 1, 1)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def write_workbook(sheets: Sequence[SheetPlan]) -> bytes:
    """The bytes of a workbook with these sheets, in order; the same plans give the same bytes.

    Where no sheet is visible the first one is shown, since Excel opens no other workbook.
    Raises ValueError for no sheets at all.
    """
    if not sheets:
        raise ValueError("a workbook needs at least one sheet")
    book = NewWorkbook()
    book.remove(book.active)
    book.properties.creator = "taizhang"
    book.properties.created = _WRITTEN_AT
    shows_nothing = all(plan.visibility != "visible" for plan in sheets)
    for number, (plan, name) in enumerate(
        zip(sheets, sheet_names([plan.name for plan in sheets]), strict=True)
    ):
        sheet = book.create_sheet(name)
        state = "visible" if shows_nothing and number == 0 else plan.visibility
        sheet.sheet_state = "veryHidden" if state == "very_hidden" else state
        _fill(sheet, plan)
        if plan.look is not None:
            _dress(sheet, plan.look)
    book.active = next(n for n, s in enumerate(book.worksheets) if s.sheet_state == "visible")
    written = io.BytesIO()
    book.save(written)
    return _with_fixed_times(written.getvalue())


def sheet_names(wanted: Sequence[str]) -> list[str]:
    """The names Excel allows that are nearest to the wanted ones, each used once."""
    names: list[str] = []
    taken: set[str] = set()
    for number, text in enumerate(wanted, 1):
        plain = _NAME_FAULTS.sub("_", writable(text)).strip("'").strip()[:_NAME_LIMIT]
        name = first = plain if plain and plain.casefold() != "history" else f"Sheet{number}"
        again = 1
        while name.casefold() in taken:
            again += 1
            ending = f"({again})"
            name = first[: _NAME_LIMIT - len(ending)] + ending
        taken.add(name.casefold())
        names.append(name)
    return names


def writable(text: str) -> str:
    """A text without the characters no .xlsx can hold; each is replaced, so that it shows."""
    return _UNWRITABLE.sub("\ufffd", text)[:_TEXT_LIMIT]


def _fill(sheet: Worksheet, plan: SheetPlan) -> None:
    for row, cells in enumerate(plan.rows, 1):
        for column, value in enumerate(cells, 1):
            if value != "":
                _write(sheet.cell(row, column), value)
    covered: set[tuple[int, int]] = set()
    for top, left, bottom, right in plan.merges:
        places = set(product(range(top, bottom + 1), range(left, right + 1)))
        # One cell, or two merges over one cell, make Excel call the file damaged.
        if len(places) > 1 and covered.isdisjoint(places):
            covered |= places
            area = CellRange(
                min_col=left + 1, min_row=top + 1, max_col=right + 1, max_row=bottom + 1
            )
            # Not merge_cells(), which would drop the values under the merge.
            sheet.merged_cells.add(area)


def _write(cell: Cell, value: SheetValue) -> None:
    if not isinstance(value, str) and not _is_countable(value):
        value = str(value) if isinstance(value, Decimal) else raw_text(value)
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = text = writable(value)
    cell.data_type = "s"  # also “=1+1” and “#N/A”: it was a text, it stays one
    if text.startswith(FORMULA_STARTERS):
        cell.quotePrefix = True


def _is_countable(value: SheetValue) -> bool:
    """Whether Excel has a number for a value: not for infinity, early dates and time zones."""
    if isinstance(value, datetime):
        return value.tzinfo is None and value.date() >= _FIRST_DATE
    if isinstance(value, date):
        return value >= _FIRST_DATE
    if isinstance(value, Decimal):
        return value.is_finite()
    return not isinstance(value, float) or isfinite(value)


def _dress(sheet: Worksheet, look: SheetLook) -> None:
    for number, width in enumerate(look.widths, 1):
        column = sheet.column_dimensions[get_column_letter(number)]
        column.width = width
        column.hidden = look.printed_columns is not None and number > look.printed_columns
    for row, height in look.heights.items():
        sheet.row_dimensions[row + 1].height = height
    for area, style in look.styles:
        _style(sheet, area, style)
    for check in look.checks:
        sheet.add_data_validation(_validation(check))
    for (row, column), text in look.comments.items():
        lines = text.count("\n") + 1 + len(text) // 24
        sheet.cell(row + 1, column + 1).comment = Comment(
            writable(text), "taizhang", width=320, height=min(24 * lines + 24, 320)
        )
    for (row, column), value in look.stale.items():
        rule = CellIsRule(operator="equal", formula=[f"{value:f}"], fill=_STALE)
        sheet.conditional_formatting.add(f"{get_column_letter(column + 1)}{row + 1}", rule)
    if look.frozen_rows:
        sheet.freeze_panes = f"A{look.frozen_rows + 1}"
    _set_up_print(sheet, look)
    if look.is_protected:
        _protect(sheet)


def _style(sheet: Worksheet, area: MergedRange, style: CellStyle) -> None:
    top, left, bottom, right = area
    dress: dict[str, Any] = {
        "font": Font(name="宋体", size=style.points, bold=style.is_bold),
        "alignment": Alignment(
            horizontal=style.horizontal, vertical="center", wrap_text=style.wraps
        ),
        "protection": Protection(locked=not style.is_unlocked),
        "number_format": style.number_format,
    }
    if style.fill is not None:
        dress["fill"] = PatternFill("solid", fgColor=style.fill)
    if style.has_border:
        dress["border"] = Border(**dict.fromkeys(("left", "right", "top", "bottom"), _THIN))
    for row, column in product(range(top, bottom + 1), range(left, right + 1)):
        cell = sheet.cell(row + 1, column + 1)
        is_quoted = cell.quotePrefix
        for part, value in dress.items():
            setattr(cell, part, value)
        if is_quoted:
            cell.quotePrefix = True


def _validation(check: InputCheck) -> DataValidation:
    conditions: dict[str | None, dict[str, str]] = {
        "list": {"formula1": _choices(check.choices)},
        "decimal": {"operator": "between", "formula1": "-100000000", "formula2": "100000000"},
        "date": {
            "operator": "between",
            "formula1": "DATE(1990,1,1)",
            "formula2": "DATE(2100,12,31)",
        },
        None: {},
    }
    validation = DataValidation(
        type=check.kind,
        allow_blank=True,
        showInputMessage=bool(check.message),
        showErrorMessage=check.kind is not None,
        promptTitle=writable(check.title)[:_MESSAGE_TITLE_LIMIT] or None,
        prompt=writable(check.message)[:_MESSAGE_LIMIT] or None,
        errorTitle=writable(check.title)[:_MESSAGE_TITLE_LIMIT] or None,
        error=writable(check.error)[:_MESSAGE_LIMIT] or None,
        **conditions[check.kind],
    )
    for top, left, bottom, right in check.areas:
        validation.add(
            f"{get_column_letter(left + 1)}{top + 1}:{get_column_letter(right + 1)}{bottom + 1}"
        )
    return validation


def _choices(choices: Sequence[str]) -> str:
    listed = writable(",".join(choices))
    if len(listed) > _CHOICES_LIMIT or any("," in c or '"' in c for c in choices):
        raise ValueError(f"these choices do not fit into a drop-down: {listed}")
    return f'"{listed}"'


def _set_up_print(sheet: Worksheet, look: SheetLook) -> None:
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A3 if look.paper == "A3" else sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if look.is_landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = look.pages_wide, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    if look.repeated_rows is not None:
        first, last = look.repeated_rows
        sheet.print_title_rows = f"{first + 1}:{last + 1}"
    if look.repeated_columns:
        sheet.print_title_cols = f"A:{get_column_letter(look.repeated_columns)}"
    if look.printed_columns is not None:
        sheet.print_area = f"A1:{get_column_letter(look.printed_columns)}{sheet.max_row}"


def _protect(sheet: Worksheet) -> None:
    """Lock what is not unlocked, without a password: against slips, not against people."""
    allowed = ("formatCells", "formatColumns", "formatRows", "insertRows", "sort", "autoFilter")
    for action in allowed:
        setattr(sheet.protection, action, False)  # in this format False means “not forbidden”
    sheet.protection.enable()


def _with_fixed_times(data: bytes) -> bytes:
    """The same zip with one fixed time everywhere."""
    again = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(again, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "docProps/core.xml":
                content = _MODIFIED.sub(
                    rb"\g<1>" + f"{_WRITTEN_AT:%Y-%m-%dT%H:%M:%SZ}".encode(), content
                )
            fixed = zipfile.ZipInfo(entry.filename, _WRITTEN_AT.timetuple()[:6])
            fixed.external_attr = 0o600 << 16
            new.writestr(fixed, content, zipfile.ZIP_DEFLATED)
    return again.getvalue()
