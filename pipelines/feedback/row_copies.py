"""The rows of a file that cannot be marked itself, as a new workbook: every value at the cell it had.

For old formats and unreadable files. Columns are as wide as what stands in them; nothing else is made up.
"""

from collections.abc import Iterator
from datetime import date

from pipelines.feedback.row_heights import text_width
from pipelines.feedback.sheet_plans import CellStyle, SheetLook, SheetPlan, Visibility
from pipelines.feedback.spreadsheet import write_workbook
from pipelines.text import escape_formula
from pipelines.workbooks.cells import CellValue, MergedRange, Sheet, UnreadableFileError, raw_text
from pipelines.workbooks.own_sheets import OWN_SHEETS, is_own_sheet
from pipelines.workbooks.reading import ReadingLimits, read_workbook

_NARROWEST, _WIDEST = 6, 40
# Titles run over their neighbours; they do not tell how wide a column is.
_LONGEST_TOLD = 60
_WRAPPED = CellStyle(wraps=True)
_DATE = CellStyle(number_format="yyyy-mm-dd")


def copied_name(name: str) -> str:
    """What a sheet is called in the copy: the names of the product's own sheets are taken."""
    return f"{name}（原表）" if name in OWN_SHEETS else name


def copy_of_rows(data: bytes, limits: ReadingLimits) -> bytes:
    """The sheets of a file as a new .xlsx; a bare sheet that says so where nothing can be read."""
    try:
        sheets = [_plan(s) for s in read_workbook(data, limits).sheets if not is_own_sheet(s)]
    except UnreadableFileError as fault:
        return bare_sheet(fault.sentence)
    return write_workbook(sheets) if sheets else bare_sheet("原件里没有内容。")


def _harmless(value: CellValue) -> CellValue:
    return escape_formula(value) if isinstance(value, str) else value


def bare_sheet(sentence: str) -> bytes:
    """A workbook that only says why there is no copy."""
    return write_workbook([SheetPlan("原件", [["原件没有读出内容，已原样存档。"], [sentence]])])


def _plan(sheet: Sheet) -> SheetPlan:
    width = max((len(row) for row in sheet.rows), default=0)
    look = SheetLook(
        widths=[_column_width(sheet, column) for column in range(width)],
        styles=list(_styles(sheet, width)),
        is_landscape=True,
    )
    visibility: Visibility = "hidden" if sheet.is_hidden else "visible"
    rows = [[_harmless(value) for value in row] for row in sheet.rows]
    for (row, column), text in sheet.error_cells.items():
        if row < len(rows) and column < width:
            rows[row][column] = text
    return SheetPlan(copied_name(sheet.name), rows, sheet.sound_merges, visibility, look)


def _styles(sheet: Sheet, width: int) -> Iterator[tuple[MergedRange, CellStyle]]:
    if width:
        yield (0, 0, len(sheet.rows) - 1, width - 1), _WRAPPED
    for number, row in enumerate(sheet.rows):
        for column, value in enumerate(row):
            if isinstance(value, date):
                yield (number, column, number, column), _DATE


def _column_width(sheet: Sheet, column: int) -> float:
    """Room for the longest value below a table's title, a Chinese character counting twice."""
    merged = {(top, left) for top, left, _, right in sheet.sound_merges if right > left}
    lengths = [
        max(text_width(line) for line in raw_text(row[column]).split("\n"))
        for number, row in enumerate(sheet.rows)
        if column < len(row) and row[column] != "" and (number, column) not in merged
    ]
    told = [length for length in lengths if length <= _LONGEST_TOLD]
    return min(max([_NARROWEST, *told]) + 2, _WIDEST)
