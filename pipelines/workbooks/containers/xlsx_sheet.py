"""One worksheet of an .xlsx, read in one pass over its events: values, formulas, merges, what is hidden.

The dimension a sheet declares is not believed, and nothing outside of its part is opened. Formulas are
noticed and never read.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.workbooks.cells import CellValue, Position, UnreadableFileError
from pipelines.workbooks.containers.book import DAMAGED, CellBudget, SheetBook
from pipelines.workbooks.containers.number_formats import from_serial
from pipelines.workbooks.containers.xlsx_cells import (
    BY_TYPE,
    number_or_text,
    place_of,
    range_of,
)
from pipelines.workbooks.containers.xlsx_filters import ActiveFilters
from pipelines.workbooks.containers.xlsx_package import is_true, number_in
from pipelines.workbooks.containers.xlsx_strings import (
    RichText,
    Runs,
    SharedStrings,
    is_struck,
    joined,
    unescaped,
)
from pipelines.workbooks.containers.xlsx_styles import CellFormats
from pipelines.workbooks.containers.xml_events import (
    by_local_name,
    local_name,
    parse_as_written,
)

# White space of XML, which is no value.
_SPACE = " \t\r\n"
# Real files have had 50,000 merges; each costs memory though it may hold nothing.
_MOST_MERGES = 200_000
_MOST_COLUMNS = 16_384


@dataclass(frozen=True)
class Shared:
    """What all sheets of a workbook use."""

    strings: SharedStrings
    formats: CellFormats
    is_1904: bool
    budget: CellBudget


class SheetReading:
    """Receives the events of a worksheet part and fills ``book`` (CT_Worksheet, ECMA-376-1 §18.3.1.99)."""

    def __init__(self, book: SheetBook, shared: Shared) -> None:
        self.book = book
        self.tables: list[str] = []
        self.filters = ActiveFilters()
        self._shared = shared
        self._row, self._row_text, self._is_row_hidden = -1, "0", False
        self._place: Position = (-1, -1)
        self._columns: dict[str, int] = {}
        self._hidden_columns: list[Position] = []
        self._given: dict[str, str] = {}
        self._value: str | None = None
        self._has_formula = self._has_item = False
        self._is_in_data = self._is_in_value = self._is_in_item = False
        self._item = RichText()
        self._others = {
            "sheetData": self._begin_data,
            "col": self._note_column,
            "mergeCell": self._note_merge,
            "tablePart": self._note_table,
        }

    def read(self, pieces: Iterable[bytes]) -> None:
        """Read the part. Raises UnreadableFileError for damage and beyond the budget of cells."""
        parse_as_written(pieces, self.on_start, self.on_end, self.on_text)
        last = max((max(cells) for cells in self.book.rows.values()), default=-1)
        reached = -1
        for first, end in sorted(self._hidden_columns):
            self.book.hidden_columns.update(range(max(first, reached + 1), min(end, last) + 1))
            reached = max(reached, end)

    def on_start(self, name: str, given: dict[str, str]) -> None:
        if name == "c" and self._is_in_data:
            self._given, self._value = given, None
        elif name == "v":
            if self._value is not None and self._is_in_data:
                raise UnreadableFileError(DAMAGED)
            self._is_in_value, self._value = True, ""
        elif name == "f":
            self._has_formula = True
        elif name == "t" and self._is_in_item:
            self._item.on_start(name, given)
        elif ":" in name:
            self.on_start(local_name(name), given)
        else:
            self._on_rarer_start(name, by_local_name(given))

    def on_text(self, piece: str) -> None:
        if self._is_in_value:
            self._value = joined(self._value, piece) if self._value else piece
        elif self._is_in_item:
            self._item.on_text(piece)

    def on_end(self, name: str) -> None:
        if name == "v":
            self._is_in_value = False
        elif name == "c" and self._is_in_data:
            self._end_cell()
        elif name == "t" and self._is_in_item:
            self._item.on_end(name)
        elif ":" in name:
            self.on_end(local_name(name))
        elif name == "is":
            self._is_in_item = False
        elif self._is_in_item:
            self._item.on_end(name)
        elif name == "sheetData":
            self._is_in_data = False
        elif not self._is_in_data:
            self.filters.on_end(name)

    def _on_rarer_start(self, name: str, given: dict[str, str]) -> None:
        if self._is_in_item:
            self._item.on_start(name, given)
        elif name == "row" and self._is_in_data:
            self._begin_row(given)
        elif name == "is":
            if self._has_item:
                raise UnreadableFileError(DAMAGED)
            self._item.clear()
            self._is_in_item = self._has_item = True
        elif name in self._others:
            self._others[name](given)
        elif not self._is_in_data:
            self.filters.on_start(name, given)

    def _begin_data(self, _given: dict[str, str]) -> None:
        self._is_in_data = True

    def _begin_row(self, given: dict[str, str]) -> None:
        number = given.get("r")
        self._row = self._row + 1 if number is None else number_in(number) - 1
        if self._row < 0:
            raise UnreadableFileError(DAMAGED)
        self._row_text = str(self._row + 1)
        self._place = (self._row, -1)
        self._is_row_hidden = is_true(given.get("hidden")) or _is_zero(given.get("ht"))

    def _end_cell(self) -> None:
        self._place = self._find(self._given.get("r"))
        kind, raw = self._given.get("t", "n"), self._value or ""
        if kind == "e" and raw.strip(_SPACE):
            self.book.error_cells[self._claim()] = raw.strip()
        else:
            value, runs = self._read_value(kind, raw)
            if value != "":
                self._keep(value, runs)
            elif self._has_formula and not self._has_result(kind, raw):
                self.book.uncached_formulas.add(self._claim())
        self._has_formula = self._has_item = False

    def _find(self, reference: str | None) -> Position:
        """The place of a cell; one that names none stands right of the last. Columns once seen are known.

        Raises UnreadableFileError for a cell of no row.
        """
        if self._row < 0:
            raise UnreadableFileError(DAMAGED)
        if reference is None:
            return self._row, self._place[1] + 1
        letters = reference.removesuffix(self._row_text)
        known = self._columns.get(letters)
        if known is not None:
            return self._row, known
        row, column = place_of(reference)
        if row == self._row and column < _MOST_COLUMNS:
            self._columns[letters] = column
        return row, column

    def _read_value(self, kind: str, raw: str) -> tuple[CellValue, Runs | None]:
        """The value of the cell that ends here, and how its text is written; '' where it has none."""
        if kind == "s" and raw:
            return self._shared_text(raw)
        if self._has_item and (kind == "inlineStr" or not raw):
            return self._item.text, self._item.runs
        if kind in ("str", "inlineStr"):
            return unescaped(raw), None
        if not raw.strip(_SPACE):
            return "", None
        if kind in BY_TYPE:
            return BY_TYPE[kind](raw), None
        value = number_or_text(raw)
        temporal = self._shared.formats.temporal.get(self._given.get("s", "0"))
        if temporal is not None and isinstance(value, float):
            return from_serial(value, temporal, self._shared.is_1904), None
        return value, None

    def _has_result(self, kind: str, raw: str) -> bool:
        """Whether the formula of an empty cell was reckoned: its result is the empty text."""
        is_empty_text = kind == "str" and self._value is not None
        return is_empty_text or self._has_item or bool(raw.strip(_SPACE))

    def _shared_text(self, raw: str) -> tuple[str, Runs | None]:
        number = number_in(raw)
        strings = self._shared.strings
        if not 0 <= number < len(strings.texts):
            if not raw.strip(_SPACE):
                return "", None
            raise UnreadableFileError(
                f"工作表“{self.book.name}”里有文字在文件的文字表中找不到，文件已损坏。"
                "请用 Excel 或 WPS 打开检查，另存为新的 .xlsx 后重新报送。"
            )
        return strings.texts[number], strings.runs.get(number)

    def _keep(self, value: CellValue, runs: Runs | None) -> None:
        row, column = self._claim()
        self.book.rows.setdefault(row, {})[column] = value
        cell_font_is_struck = self._given.get("s", "0") in self._shared.formats.struck
        if (cell_font_is_struck or runs is not None) and is_struck(runs, cell_font_is_struck):
            self.book.struck_cells.add((row, column))

    def _claim(self) -> Position:
        """The place of the cell, which no other may have filled."""
        row, column = self._place
        self.book.refuse_filled(row, column)
        self._shared.budget.spend()
        if self._is_row_hidden:
            self.book.hidden_rows.add(row)
        return self._place

    def _note_column(self, given: dict[str, str]) -> None:
        first, last = number_in(given.get("min", "")), number_in(given.get("max", ""))
        if 0 < first <= last and (is_true(given.get("hidden")) or _is_zero(given.get("width"))):
            self._hidden_columns.append((first - 1, min(last, _MOST_COLUMNS) - 1))

    def _note_merge(self, given: dict[str, str]) -> None:
        merge = range_of(given.get("ref", ""))
        if merge is None:
            return
        if len(self.book.merges) >= _MOST_MERGES:
            raise UnreadableFileError(
                f"工作表“{self.book.name}”的合并单元格超过 {_MOST_MERGES} 处，不像一张报表。"
                "请删去无关内容后重新报送。"
            )
        self.book.merges.append(merge)

    def _note_table(self, given: dict[str, str]) -> None:
        self.tables.append(given.get("id", ""))


def _is_zero(size: str | None) -> bool:
    """Whether a height or width leaves nothing to be seen."""
    return size is not None and number_or_text(size) == 0.0
