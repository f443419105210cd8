"""The events of a page → its sheets: tables one below the other, the lines between them as rows.

One page is one sheet, as Excel opens it: titles, units of money and signatures often stand in tables or
lines of their own. Where the cells of a table stand is ``html_table``'s.
"""

import math
import re
from collections.abc import Mapping

from pipelines.workbooks.cells import CellValue, UnreadableFileError
from pipelines.workbooks.containers.book import DAMAGED, CellBudget, ReadingLimits, SheetBook
from pipelines.workbooks.containers.html_marks import Marks
from pipelines.workbooks.containers.html_table import TableDraft
from pipelines.workbooks.containers.html_words import (
    BLANKS,
    BREAKS,
    CUTS,
    DEEPEST_TABLE,
    ERROR,
    NOTE_CLASS,
    SHEET_ANCHOR,
    SHOWN_INPUTS,
    UNSEEN,
    VALUES,
)

_LINE_BREAK = "\0"  # stands in no decoded text
_SPACES = re.compile(r"[ \t\r\n\f]+")
# Numbers as shown, too narrow columns, and the stroke or the nothing that a format makes of zero.
_SHOWN_NUMBER = re.compile(
    r"[(+\-−]?[¥￥$€]?\s?[(+\-−]?[\d,]*\.?\d+(?:[eE][+-]?\d+)?\s?[%‰]?\)?|#+|[-–—¥￥$€\s]*"
)
_DIGITS = re.compile(r"\s*(\d{1,6})")
# So many open elements inside one cell are followed; the style of deeper ones is not.
_MOST_OPEN = 200


class _Cell:
    """A cell, or a line between tables, while it is read."""

    def __init__(self, attributes: Mapping[str, str], is_struck: bool) -> None:
        self.attributes = attributes
        self.is_struck = is_struck
        self.pieces: list[str] = []
        self.open: list[tuple[str, bool]] = []
        self.has_plain_text = self.has_struck_text = False

    def add(self, text: str) -> None:
        self.pieces.append(text)
        if not self.has_plain_text and text.strip(BLANKS + _LINE_BREAK):
            if self.is_struck or any(is_struck for _, is_struck in self.open):
                self.has_struck_text = True
            else:
                self.has_plain_text = True

    def take(self) -> str:
        """The text so far, its lines without the blanks around them; what follows begins anew."""
        text = "".join(self.pieces)
        self.pieces = []
        if _LINE_BREAK not in text:
            return _SPACES.sub(" ", text).strip(BLANKS)
        lines = (_SPACES.sub(" ", line).strip(BLANKS) for line in text.split(_LINE_BREAK))
        return "\n".join(line for line in lines if line)


class PageReader:
    """Receives the events of a page in order; ``sheets`` are complete after :meth:`close`.

    ``has_table``: at least one table was there; ``has_frames``: the page only points to others.
    """

    def __init__(self, name: str, limits: ReadingLimits, budget: CellBudget, marks: Marks) -> None:
        self.sheets = [SheetBook(name)]
        self.has_table = self.has_frames = False
        self._names = {name}
        self._next_row = 0
        self._marks = marks
        self._budget, self._reach = budget, CellBudget(limits.max_cells)
        self._tables: list[TableDraft] = []
        self._cells: list[_Cell | None] = []  # of each open table
        self._line = _Cell({}, False)
        self._unseen: list[str] = []
        self._style: list[str] = []
        self._open_group = 0
        self._is_started = self._is_new_sheet = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._unseen and tag in CUTS:
            self._unseen.clear()
        if self._unseen:
            if tag == self._unseen[0]:
                self._unseen.append(tag)
        elif tag == "td" or tag == "th":
            self._begin_cell(attributes)
        elif tag in UNSEEN or NOTE_CLASS in attributes.get("class", ""):
            self._unseen.append(tag)
        elif tag in BREAKS:
            self._break(tag, attributes)
        elif tag == "tr":
            self._begin_row(attributes)
        elif tag == "table":
            self._begin_table()
        elif tag == "input":
            if attributes.get("type", "").lower() in SHOWN_INPUTS:
                self._text(attributes.get("value", ""))
        elif tag == "col" or tag == "colgroup":
            self._column(tag, attributes)
        elif tag in ("tbody", "thead", "tfoot"):
            self._begin_section(attributes)
        elif tag == "frameset":
            self.has_frames = True
        else:
            self._inline(tag, attributes)

    def end(self, tag: str) -> None:
        if self._unseen and tag in CUTS:
            self._unseen.clear()
        if self._unseen:
            if tag == self._unseen[-1]:
                self._unseen.pop()
                self._learn_style(tag)
        elif tag == "td" or tag == "th":
            self._end_cell()
        elif tag in BREAKS:
            self._break(tag)
        elif tag == "tr" or tag in ("tbody", "thead", "tfoot"):
            self._end_row()
            if tag != "tr" and self._tables:
                self._tables[-1].section_is_hidden = False
        elif tag == "table":
            self._end_table()
        elif tag == "colgroup":
            self._open_group = 0
        else:
            opened = (self._cell or self._line).open
            for place in range(len(opened) - 1, -1, -1):
                if opened[place][0] == tag:
                    del opened[place:]
                    break

    def data(self, text: str) -> None:
        if not self._unseen:
            self._text(text)
        elif self._unseen[0] == "style":
            self._style.append(text)

    def comment(self, text: str) -> None:
        """Style sheets are often hidden in a comment; nothing else in one is looked at."""
        if self._unseen[:1] == ["style"]:
            self._style.append(text)

    def close(self) -> list[SheetBook]:
        while self._tables:
            self._end_table()
        self._end_line()
        return self.sheets

    @property
    def _cell(self) -> _Cell | None:
        return self._cells[-1] if self._cells else None

    def _text(self, text: str) -> None:
        if (cell := self._cell) is not None:
            cell.add(text)
        elif self._line.pieces or not text.isspace():
            self._line.add(text)

    def _inline(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "a" and not self._tables and attributes.get("name", "").startswith(SHEET_ANCHOR):
            self._begin_sheet()
        opened = (self._cell or self._line).open
        if len(opened) < _MOST_OPEN:
            opened.append((tag, self._marks.strikes(tag, attributes)))

    def _learn_style(self, tag: str) -> None:
        if tag == "style":
            self._marks.learn("".join(self._style))
            self._style = []

    def _break(self, tag: str, attributes: Mapping[str, str] | None = None) -> None:
        if (cell := self._cell) is not None:
            cell.pieces.append(_LINE_BREAK)
        else:
            self._end_line()
        if tag != "br" and attributes and self._marks.strikes(tag, attributes):
            (cell or self._line).open.append((tag, True))

    def _end_line(self) -> None:
        """A line outside of all cells becomes a row of its own."""
        if not self._line.pieces and not self._line.open:
            return
        text = self._line.take()
        self._line = _Cell({}, False)
        if not text:
            return
        if self._tables:
            self._tables[-1].put_text(text)
            return
        line = TableDraft(self._budget, self._reach)
        line.put_text(text)
        self._write(line)
        if self._is_new_sheet:
            self._name_sheet(text)

    def _begin_sheet(self) -> None:
        self._end_line()
        if self._is_started:
            self.sheets.append(SheetBook(f"{self.sheets[0].name}{len(self.sheets) + 1}"))
        self._next_row, self._is_started, self._is_new_sheet = 0, False, True

    def _name_sheet(self, heading: str) -> None:
        """“工作表 2: 三月” names its sheet 三月, once."""
        name = heading.partition(":")[2].strip() or heading
        self._is_new_sheet = False
        if name not in self._names:
            self._names.add(name)
            self.sheets[-1].name = name

    def _begin_table(self) -> None:
        if self._tables and self._cell is None:
            self._end_table()  # the one before was never closed
        self._end_line()
        if len(self._tables) >= DEEPEST_TABLE:
            raise UnreadableFileError(DAMAGED)
        self.has_table = True
        self._tables.append(TableDraft(self._budget, self._reach))
        self._cells.append(None)

    def _end_table(self) -> None:
        if not self._tables:
            return
        self._end_row()
        self._end_line()
        self._cells.pop()
        table = self._tables.pop()
        table.close()
        if not self._tables:
            self._write(table)
        elif (cell := self._cell) is not None:
            if table.is_a_table:
                self._put_cell(cell)
                self._tables[-1].insert(table)
            else:
                cell.pieces.append(_LINE_BREAK)
                cell.add(table.as_text().replace("\n", _LINE_BREAK))
                cell.pieces.append(_LINE_BREAK)

    def _write(self, table: TableDraft) -> None:
        table.write_to(self.sheets[-1], self._next_row)
        self._next_row += table.height
        self._is_started = True

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        if not self._tables:
            self._begin_table()
        self._end_row()
        self._end_line()
        self._tables[-1].begin_row(self._marks.hides(attributes))

    def _begin_section(self, attributes: Mapping[str, str]) -> None:
        """A head, body or foot of rows."""
        self._end_row()
        if self._tables:
            self._tables[-1].section_is_hidden = self._marks.hides(attributes)

    def _end_row(self) -> None:
        if self._tables:
            self._end_cell()
            self._tables[-1].end_row()

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        if not self._tables:
            self._begin_table()
        self._end_cell()
        self._end_line()
        rows = _span(attributes.get("rowspan"), 1)
        columns = _span(attributes.get("colspan"), 1)
        self._tables[-1].begin_cell(columns, rows, self._marks.hides(attributes))
        self._cells[-1] = _Cell(attributes, self._marks.strikes("td", attributes))

    def _end_cell(self) -> None:
        if (cell := self._cell) is not None:
            self._put_cell(cell)
            self._cells[-1] = None

    def _put_cell(self, cell: _Cell) -> None:
        value = _value(cell.take(), cell.attributes)
        self._tables[-1].put(value, cell.has_struck_text and not cell.has_plain_text)
        cell.attributes, cell.has_plain_text, cell.has_struck_text = {}, False, False

    def _column(self, tag: str, attributes: Mapping[str, str]) -> None:
        if not self._tables:
            return
        table, columns = self._tables[-1], _span(attributes.get("span"), 1)
        if self._open_group:
            table.redeclare_columns(self._open_group)
        table.declare_columns(columns, self._marks.hides(attributes))
        self._open_group = columns if tag == "colgroup" else 0


def _span(written: str | None, default: int) -> int:
    found = _DIGITS.match(written) if written else None
    return int(found.group(1)) if found else default


def _value(shown: str, attributes: Mapping[str, str]) -> CellValue:
    """What a cell holds: the number behind what it shows, where the file tells it.

    A date is kept as shown: the number behind it would be a count of days.
    """
    if error := attributes.get(ERROR):
        return error
    for name in VALUES:
        if (written := attributes.get(name)) is not None and _SHOWN_NUMBER.fullmatch(shown):
            return _number(written or shown.replace(",", ""), shown)
    return shown


def _number(written: str, shown: str) -> CellValue:
    try:
        number = float(written)
    except ValueError:
        return shown
    return number if math.isfinite(number) else shown
