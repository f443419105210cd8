"""How the cells of a sheet look beside their values: hidden, filtered away, struck through, far outside.

Such cells are submitted values like all others; a mark lets a reader of the figures find them again. What is
asked about them belongs to ``validation``.
"""

from collections.abc import Iterable
from typing import Final

from pipelines.workbooks.cells import Position, Sheet

HIDDEN_ROW: Final = "hidden_row"
FILTERED_ROW: Final = "filtered_row"
HIDDEN_COLUMN: Final = "hidden_column"
STRUCK: Final = "struck"
STRAY: Final = "stray"
_SEPARATOR: Final = ";"


def is_marked(sheet: Sheet) -> bool:
    """Whether any cell of the grid may carry a mark."""
    return bool(sheet.hidden_rows or sheet.hidden_columns or sheet.struck_cells)


def marks_of(sheet: Sheet, row: int, column: int) -> str | None:
    """The marks of a cell of the grid (0-based), apart by “;”; None without one.

    The cell of a filtered row is in a hidden row too.
    """
    marks = []
    if row in sheet.hidden_rows:
        marks.append(HIDDEN_ROW)
    if row in sheet.filtered_rows:
        marks.append(FILTERED_ROW)
    if column in sheet.hidden_columns:
        marks.append(HIDDEN_COLUMN)
    if (row, column) in sheet.struck_cells:
        marks.append(STRUCK)
    return _SEPARATOR.join(marks) or None


def filled_rows(sheet: Sheet, rows: Iterable[int]) -> int:
    """How many of these rows hold something; an empty hidden row hides nothing."""
    aside = {row for row, _ in _aside(sheet)}
    return sum(
        1
        for row in rows
        if row in aside or (row < len(sheet.rows) and any(v != "" for v in sheet.rows[row]))
    )


def filled_columns(sheet: Sheet, columns: Iterable[int]) -> int:
    """How many of these columns hold something."""
    aside = {column for _, column in _aside(sheet)}
    return sum(
        1
        for column in columns
        if column in aside
        or any(column < len(cells) and cells[column] != "" for cells in sheet.rows)
    )


def filled_struck_cells(sheet: Sheet) -> int:
    """How many struck-through cells hold something."""
    aside = set(_aside(sheet))
    return sum(1 for row, column in sheet.struck_cells if is_filled(sheet, row, column, aside))


def is_filled(sheet: Sheet, row: int, column: int, aside: Iterable[Position] = ()) -> bool:
    """Whether a cell of the grid holds something; ``aside`` are cells that readers show as empty."""
    return sheet.at(row, column) != "" or (row, column) in aside


def _aside(sheet: Sheet) -> list[Position]:
    """The cells of the grid that hold something no reader shows."""
    return [*sheet.error_cells, *sheet.uncached_formulas]
