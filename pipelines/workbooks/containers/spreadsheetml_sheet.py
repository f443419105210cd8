"""The events of a SpreadsheetML 2003 document → sheets (Office 2003 XML Reference Schemas).

Formulas are noticed and never read. Nothing outside of the document is opened.
"""

import math
import re
from datetime import date, datetime, time

from pipelines.workbooks.cells import CellValue, Position, UnreadableFileError
from pipelines.workbooks.containers.book import DAMAGED, Book, CellBudget, ReadingLimits, SheetBook
from pipelines.workbooks.containers.number_formats import from_serial
from pipelines.workbooks.containers.spreadsheetml_styles import Styles

_MOST_MERGES = 200_000
_NUMBER = re.compile(r"\s*(\d{1,9})(?:\.0*)?\s*")
_RANGE_ROWS = re.compile(r"R(\d{1,9})C\d{1,9}:R(\d{1,9})C\d{1,9}")
XML_SPACES = " \t\r\n"
_TRUE = ("1", "true", "True", "TRUE")
# A time of day is written as a moment of the day before the calendar begins.
_DAYS_OF_NO_DATE = (date(1899, 12, 30), date(1899, 12, 31))
_FIRST_DAY_OF_1904 = date(1904, 1, 1)


class _Cell:
    """A cell while it is read; its data may come in runs of rich text."""

    def __init__(self, attributes: dict[str, str]) -> None:
        self.style = attributes.get("StyleID", "")
        self.has_formula = "Formula" in attributes
        self.kind = ""
        self.pieces: list[str] = []
        self.has_plain_text = self.has_struck_text = False


class WorkbookReading:
    """Receives the events of a document and fills ``book``."""

    def __init__(self, limits: ReadingLimits) -> None:
        self.book = Book([])
        self.is_workbook = False
        self._limits = limits
        self._budget = CellBudget(limits.max_cells)
        self._styles = Styles()
        self._path: list[str] = []
        self._row = self._column = self._next_row = self._next_declared = 0
        self._row_style = ""
        self._column_styles: dict[int, str] = {}
        self._cell: _Cell | None = None
        self._place: Position = (0, 0)
        self._is_in_data = False
        self._strikes = 0
        self._filter_rows: range | None = None
        self._text = ""
        self._starts = {
            ("Workbook", "Worksheet"): self._begin_sheet,
            ("Worksheet", "Table"): self._begin_table,
            ("Table", "Column"): self._note_column,
            ("Table", "Row"): self._begin_row,
            ("Row", "Cell"): self._begin_cell,
            ("Cell", "Data"): self._begin_data,
            ("Styles", "Style"): self._styles.begin,
            ("Style", "Font"): self._styles.note_font,
            ("Style", "NumberFormat"): self._styles.note_format,
            ("Worksheet", "AutoFilter"): self._begin_filter,
            ("AutoFilter", "AutoFilterColumn"): self._note_filter,
            ("ExcelWorkbook", "Date1904"): self._note_1904,
        }

    def on_start(self, name: str, attributes: dict[str, str]) -> None:
        parent = self._path[-1] if self._path else ""
        self._path.append(name)
        if self._is_in_data:
            self._strikes += name in ("S", "Strike", "Del")
        elif (start := self._starts.get((parent, name))) is not None:
            start(attributes)
        elif not parent:
            self.is_workbook = name == "Workbook"
        elif name == "Visible":
            self._text = ""

    def on_end(self, name: str) -> None:
        self._path.pop()
        if self._is_in_data:
            if name == "Data" and self._path[-1] == "Cell":
                self._is_in_data = False
            else:
                self._strikes -= name in ("S", "Strike", "Del")
        elif name == "Cell" and self._cell is not None:
            self._end_cell(self._cell)
        elif name == "Visible" and self._path[-1] == "WorksheetOptions" and self.book.sheets:
            self.book.sheets[-1].is_hidden = self._text.strip() in (
                "SheetHidden",
                "SheetVeryHidden",
            )

    def on_text(self, text: str) -> None:
        if not self._is_in_data:
            self._text = text
        elif self._cell is not None:
            self._cell.pieces.append(text)
            if self._strikes:
                self._cell.has_struck_text = True
            elif text.strip():
                self._cell.has_plain_text = True

    @property
    def _sheet(self) -> SheetBook:
        """The worksheet being read. Raises UnreadableFileError for rows that are in none."""
        if not self.book.sheets:
            raise UnreadableFileError(DAMAGED)
        return self.book.sheets[-1]

    def _begin_sheet(self, attributes: dict[str, str]) -> None:
        self.book.sheets.append(
            SheetBook(attributes.get("Name", f"Sheet{len(self.book.sheets) + 1}"))
        )
        self._filter_rows = None
        self._begin_table({})

    def _begin_table(self, _attributes: dict[str, str]) -> None:
        self._next_row = self._next_declared = 0
        self._column_styles = {}

    def _note_column(self, attributes: dict[str, str]) -> None:
        first = _index(attributes, self._next_declared)
        last = first + _number(attributes, "Span", 0)
        self._next_declared = last + 1
        columns = range(first, min(last + 1, self._limits.max_columns))
        if style := attributes.get("StyleID"):
            self._column_styles.update(dict.fromkeys(columns, style))
        if _is_hidden(attributes, "Width"):
            self._sheet.hidden_columns.update(columns)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._row = _index(attributes, self._next_row)
        last = self._row + _number(attributes, "Span", 0)
        self._next_row, self._column = last + 1, 0
        self._row_style = attributes.get("StyleID", "")
        if _is_hidden(attributes, "Height"):
            rows = range(self._row, min(last + 1, self._limits.max_rows))
            self._sheet.hidden_rows.update(rows)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        column = _index(attributes, self._column)
        across, down = _number(attributes, "MergeAcross", 0), _number(attributes, "MergeDown", 0)
        self._cell, self._column = _Cell(attributes), column + across + 1
        self._place = (self._row, column)
        if across or down:
            merges = self._sheet.merges
            merges.append((self._row, column, self._row + down, column + across))
            if len(merges) > _MOST_MERGES:
                raise UnreadableFileError(DAMAGED)

    def _begin_data(self, attributes: dict[str, str]) -> None:
        if self._cell is not None:
            self._cell.kind = attributes.get("Type", "String")
            self._is_in_data, self._strikes = True, 0

    def _end_cell(self, cell: _Cell) -> None:
        self._cell = None
        sheet, (row, column) = self._sheet, self._place
        text = "".join(cell.pieces)
        if cell.kind != "String":
            text = text.strip(XML_SPACES)
        if not text and not (cell.has_formula and cell.kind != "String"):
            return
        self._budget.spend()
        style = cell.style or self._row_style or self._column_styles.get(column, "Default")
        if not text:
            sheet.uncached_formulas.add((row, column))
        elif cell.kind == "Error":
            sheet.error_cells[row, column] = text
        else:
            sheet.rows.setdefault(row, {})[column] = self._value(cell.kind, text, style)
        all_runs = cell.has_struck_text and not cell.has_plain_text
        if all_runs or self._styles.is_struck(style):
            sheet.struck_cells.add((row, column))

    def _value(self, kind: str, text: str, style: str) -> CellValue:
        """What is not of the kind it says it is stays the text it is."""
        match kind:
            case "Number":
                try:
                    number = float(text)
                except ValueError:
                    return text
                if not math.isfinite(number):
                    return text
                return from_serial(number, self._styles.temporal_kind(style), self.book.is_1904)
            case "DateTime":
                return _moment(text, self.book.is_1904)
            case "Boolean":
                return text in _TRUE if text in (*_TRUE, "0", "false", "False", "FALSE") else text
            case _:
                return text

    def _begin_filter(self, attributes: dict[str, str]) -> None:
        found = _RANGE_ROWS.fullmatch(attributes.get("Range", ""))
        # The first row of the range is its heading.
        self._filter_rows = range(int(found[1]), int(found[2])) if found else None

    def _note_filter(self, attributes: dict[str, str]) -> None:
        if attributes.get("Type", "All") != "All" and (rows := self._filter_rows) is not None:
            sheet = self._sheet
            sheet.filtered_rows |= {row for row in sheet.hidden_rows if row in rows}

    def _note_1904(self, _attributes: dict[str, str]) -> None:
        self.book.is_1904 = True


def _number(attributes: dict[str, str], name: str, default: int) -> int:
    written = attributes.get(name)
    if written is None:
        return default
    if (found := _NUMBER.fullmatch(written)) is None:
        raise UnreadableFileError(DAMAGED)
    return int(found[1])


def _index(attributes: dict[str, str], following: int) -> int:
    """The 0-based place an element names itself, or the one behind the element before it."""
    return max(_number(attributes, "Index", following + 1) - 1, 0)


def _is_hidden(attributes: dict[str, str], size: str) -> bool:
    return attributes.get("Hidden") in _TRUE or attributes.get(size, "").strip() in ("0", "0.0")


def _moment(text: str, is_1904: bool) -> CellValue:
    """An ISO 8601 moment: a date where it has no time of day, a time where it has no date."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    moment = moment.replace(tzinfo=None)
    if moment.date() in _DAYS_OF_NO_DATE or (is_1904 and moment.date() == _FIRST_DAY_OF_1904):
        return moment.time()
    return moment.date() if moment.time() == time() else moment
