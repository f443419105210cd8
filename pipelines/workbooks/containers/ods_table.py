"""One table of an OpenDocument spreadsheet while it grows, row by row.

Counts rows and columns with their repetitions; what an element means is the business of ``ods_body``.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pipelines.workbooks.cells import Position
from pipelines.workbooks.containers.book import ReadingLimits, SheetBook
from pipelines.workbooks.containers.ods_values import Content

_HIDING = ("collapse", "filter")
_MOST_DIGITS = 9

_Range: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled cell of a row: its first column, how often it repeats, what it holds, whether it is struck."""

    column: int
    repeats: int
    content: Content
    is_struck: bool


class Table:
    """The sheet that is being read, and how far: ``row`` is the next row's number."""

    def __init__(self, book: SheetBook, limits: ReadingLimits) -> None:
        self.book = book
        self.row = 0
        self.hidden_groups: list[bool] = []
        self._limits = limits
        self._columns = 0
        self._column_starts: list[int] = []
        self._column_styles: list[str] = []
        self._hidden_rows: list[_Range] = []
        self._filtered_rows: list[_Range] = []
        self._hidden_columns: list[_Range] = []

    def add_columns(self, given: Mapping[str, str]) -> None:
        """A run of columns and the style of those of their cells that name none."""
        start = self._columns
        self._columns += times(given.get("number-columns-repeated"))
        self._column_starts.append(start)
        self._column_styles.append(given.get("default-cell-style-name", ""))
        if given.get("visibility") in _HIDING or any(self.hidden_groups):
            self._hidden_columns.append((start, self._columns))

    def style_of_column(self, column: int) -> str:
        """The style of cells that name none; '' where the columns name none either."""
        if column >= self._columns:
            return ""
        return self._column_styles[bisect_right(self._column_starts, column) - 1]

    def add_rows(
        self, visibility: str, repeats: int, filled: Sequence[Filled], *, is_low: bool
    ) -> None:
        """A row as often as it repeats; ``is_low`` where it has no height."""
        first, self.row = self.row, self.row + repeats
        if visibility in _HIDING or is_low or any(self.hidden_groups):
            self._hidden_rows.append((first, self.row))
        if visibility == "filter":
            self._filtered_rows.append((first, self.row))
        if filled:
            for number in range(first, self.row):
                self._store(number, filled)

    def finish(self) -> None:
        """The table is complete: rows and columns are hidden as far as something is filled."""
        height, width = self._extent()
        self.book.hidden_rows = _numbers(self._hidden_rows, height)
        self.book.filtered_rows = _numbers(self._filtered_rows, height)
        self.book.hidden_columns = _numbers(self._hidden_columns, width)

    def _store(self, number: int, filled: Sequence[Filled]) -> None:
        book = self.book
        for cell in filled:
            content = cell.content
            for column in range(cell.column, cell.column + cell.repeats):
                position: Position = (number, column)
                if content.error:
                    book.error_cells[position] = content.error
                elif content.is_uncached:
                    book.uncached_formulas.add(position)
                else:
                    book.rows.setdefault(number, {})[column] = content.value
                if cell.is_struck:
                    book.struck_cells.add(position)

    def _extent(self) -> Position:
        """How many rows and columns reach to the last filled cell, no more than a grid may have."""
        book = self.book
        height = max(book.rows, default=-1)
        width = max((max(cells) for cells in book.rows.values()), default=-1)
        for row, column in (*book.error_cells, *book.uncached_formulas):
            height, width = max(height, row), max(width, column)
        return min(height + 1, self._limits.max_rows), min(width + 1, self._limits.max_columns)


def times(written: str | None) -> int:
    """How often something repeats or how far it reaches; once where nothing, or nonsense, is said.

    Of a number of ten digits and more the first nine are enough to be farther than any program goes.
    """
    if written is None or not written.isascii() or not written.isdigit():
        return 1
    return max(int(written[:_MOST_DIGITS]), 1)


def _numbers(ranges: list[_Range], end: int) -> set[int]:
    return {number for start, stop in ranges for number in range(start, min(stop, end))}
