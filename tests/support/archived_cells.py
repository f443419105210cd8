"""The cells of archived workbooks as another reader sees them: openpyxl for .xlsx, calamine for all others."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string
from openpyxl.utils.cell import coordinate_from_string
from python_calamine import CalamineWorkbook


def cell_text(path: Path, sheet: str, cell: str) -> Decimal | str:
    """What stands in a cell: a number, or text; a date as its ISO day."""
    letters, row = coordinate_from_string(cell)
    grid = _grids(path)[sheet]
    value = grid[row - 1][column_index_from_string(letters) - 1]
    if isinstance(value, float | int):
        return Decimal(repr(value))
    if isinstance(value, date):
        return value.isoformat()[:10]
    return str(value)


def as_written(text: str) -> Decimal | str:
    """A text that is nothing but a number is that number."""
    try:
        return Decimal(text)
    except ArithmeticError:
        return text


@cache
def _grids(path: Path) -> dict[str, list[list[object]]]:
    """Every sheet of an archived workbook; the archive knows no file types, so its first bytes tell."""
    content = path.read_bytes()
    if content.startswith(b"PK"):
        book = load_workbook(BytesIO(content), data_only=True)
        return {
            s.title: [list(row) for row in s.iter_rows(values_only=True)] for s in book.worksheets
        }
    other = CalamineWorkbook.from_filelike(BytesIO(content))
    return {
        name: other.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in other.sheet_names
    }
