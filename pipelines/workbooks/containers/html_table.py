"""One table of a page while it is read: where its cells stand (HTML Standard §4.9.12), and what they hold.

Knows rows, columns and spans, and nothing of tags or styles.
"""

from bisect import bisect_left

from pipelines.workbooks.cells import (
    CellValue,
    MergedRange,
    Position,
    UnreadableFileError,
    raw_text,
)
from pipelines.workbooks.containers.book import CellBudget, SheetBook
from pipelines.workbooks.containers.error_texts import ERROR_TEXTS
from pipelines.workbooks.containers.html_words import LEAST_COLUMNS, LEAST_ROWS

# What the standard takes of a rowspan and a colspan at most, and how many columns Excel has.
_LONGEST_SPAN = 65_534
_WIDEST_SPAN = 1_000
_MOST_COLUMNS = 1 << 14


class TableDraft:
    """Cells by their place inside the table, from its own first row on.

    ``row`` is the row being written, ``column`` the place of the cell being written. What is put below a
    table in one of its cells ends all spans that reach over it.
    """

    def __init__(self, budget: CellBudget, reach: CellBudget) -> None:
        self.rows: dict[int, dict[int, CellValue]] = {}
        self.error_cells: dict[Position, str] = {}
        self.merges: list[MergedRange] = []
        self.hidden_rows: set[int] = set()
        self.struck_cells: set[Position] = set()
        self.hidden_columns: set[int] = set()
        self.section_is_hidden = False
        self.height = 0
        self.row = -1
        self.column = -1
        self._next_column = 0
        self._is_in_row = self._is_behind_inner = False
        self._declared = 0
        self._taken: dict[int, int] = {}
        self._cuts: list[int] = []
        self._seen: set[int] = set()
        self._unseen: set[int] = set()
        self._texts_below: list[str] = []
        self._budget = budget
        self._reach = reach

    def begin_row(self, is_hidden: bool = False) -> None:
        """A new row; an open one ends."""
        self.end_row()
        self.row, self._next_column, self._is_in_row = self.row + 1, 0, True
        self.height = self.row + 1
        if is_hidden or self.section_is_hidden:
            self.hidden_rows.add(self.row)

    def end_row(self) -> None:
        self._is_in_row = self._is_behind_inner = False

    def declare_columns(self, columns: int, is_hidden: bool) -> None:
        """The next columns, as the head of the table declares them."""
        columns = min(max(columns, 1), _WIDEST_SPAN)
        if is_hidden and self._declared < _MOST_COLUMNS:
            self.hidden_columns.update(range(self._declared, self._declared + columns))
        self._declared += columns

    def redeclare_columns(self, columns: int) -> None:
        """Take the last columns back: a group of columns tells them one by one."""
        self._declared -= columns

    def begin_cell(self, columns: int, rows: int, is_hidden: bool) -> None:
        """The next free place of the row, for a cell of that many columns and rows (0: to the end)."""
        if not self._is_in_row:
            self.begin_row()
        column = self._next_column
        while self._taken.get(column, -1) >= self.row:
            column += 1
        columns = min(max(columns, 1), _WIDEST_SPAN)
        if column + columns > _MOST_COLUMNS:
            raise UnreadableFileError(
                f"表格宽到第 {column + columns} 列，不像一张报表。请删去表外多余的内容后重新报送。"
            )
        self.column, self._next_column = column, column + columns
        last_row = self.row + min(rows, _LONGEST_SPAN) - 1 if rows else self.row + _LONGEST_SPAN
        if last_row > self.row:
            self._reach.spend(columns)
            self._taken.update(dict.fromkeys(range(column, column + columns), last_row))
        if last_row > self.row or columns > 1:
            self.merges.append((self.row, column, last_row, column + columns - 1))
        else:
            (self._unseen if is_hidden else self._seen).add(column)

    def put(self, value: CellValue, is_struck: bool = False) -> None:
        """The value of the cell being written; nothing for an empty one."""
        if value == "":
            return
        self._budget.spend()
        if self._is_behind_inner:
            self._is_behind_inner, self._is_in_row = False, True
            self.row, self._next_column = self.row + 1, self.column + 1
            self.height = self.row + 1
        if isinstance(value, str) and value in ERROR_TEXTS:
            self.error_cells[self.row, self.column] = value
        else:
            self.rows.setdefault(self.row, {})[self.column] = value
        if is_struck:
            self.struck_cells.add((self.row, self.column))

    def put_text(self, text: str) -> None:
        """Text of the table that is in no cell: above its rows, or below them once they have begun."""
        if self.row < 0 or not self._has_begun:
            self.begin_row()
            self.column = 0
            self.put(text)
            self.end_row()
        else:
            self._texts_below.append(text)

    @property
    def _has_begun(self) -> bool:
        return bool(self._seen or self._unseen or self.merges)

    def insert(self, inner: "TableDraft") -> None:
        """Put a table that stands in the cell being written below what the row holds so far.

        The rest of the cell, and of its row, follows below it.
        """
        start = self.row + 1 if self._row_is_used() else self.row
        while self.merges and self.merges[-1][0] >= start:
            self.merges.pop()  # of empty cells beside the inner table
        self._taken.clear()
        self._cuts += [start - 1, start + inner.height - 1]
        self._take_over(inner, start)
        self.row = start + inner.height - 1
        self.height = self.row + 1
        self._is_in_row, self._is_behind_inner = False, True

    def _take_over(self, inner: "TableDraft", start: int) -> None:
        for row, cells in inner.rows.items():
            self.rows[start + row] = cells
        for (row, column), text in inner.error_cells.items():
            self.error_cells[start + row, column] = text
        self.merges += [(t + start, left, b + start, right) for t, left, b, right in inner.merges]
        self.hidden_rows |= {start + row for row in inner.hidden_rows}
        self.struck_cells |= {(start + row, column) for row, column in inner.struck_cells}

    def _row_is_used(self) -> bool:
        return self.row in self.rows or any(row == self.row for row, _ in self.error_cells)

    def close(self) -> None:
        """The end of the table: spans end with its last row, texts without a cell follow it."""
        self.end_row()
        cuts = sorted({*self._cuts, self.height - 1})
        self.merges = [
            (top, left, min(bottom, cuts[bisect_left(cuts, top)]), right)
            for top, left, bottom, right in self.merges
        ]
        self.hidden_columns |= self._unseen - self._seen
        self._taken.clear()
        for text in self._texts_below:
            self.begin_row()
            self.column = 0
            self.put(text)
        self.end_row()

    @property
    def is_a_table(self) -> bool:
        """Whether it has rows and columns of its own, and does not only hold the text of a cell."""
        places = {row: len(cells) for row, cells in self.rows.items()}
        for row, _ in self.error_cells:
            places[row] = places.get(row, 0) + 1
        return len(places) >= LEAST_ROWS and max(places.values()) >= LEAST_COLUMNS

    def as_text(self) -> str:
        """What it holds, a row a line."""
        cells = {
            **{
                (row, column): raw_text(v)
                for row, line in self.rows.items()
                for column, v in line.items()
            },
            **self.error_cells,
        }
        lines: dict[int, list[str]] = {}
        for row, column in sorted(cells):
            lines.setdefault(row, []).append(cells[row, column])
        return "\n".join(" ".join(line) for line in lines.values())

    def write_to(self, sheet: SheetBook, start: int) -> None:
        """Put the table into a sheet from a row on."""
        for row, cells in self.rows.items():
            sheet.rows[start + row] = cells
        for (row, column), text in self.error_cells.items():
            sheet.error_cells[start + row, column] = text
        sheet.merges += [
            (t + start, left, b + start, right)
            for t, left, b, right in self.merges
            if (t, left) != (b, right)
        ]
        sheet.hidden_rows |= {start + row for row in self.hidden_rows}
        sheet.hidden_columns |= self.hidden_columns
        sheet.struck_cells |= {(start + row, column) for row, column in self.struck_cells}
