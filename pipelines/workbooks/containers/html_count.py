"""The second count of a page: its tags found by a pattern, as HTML Standard §13.2.5 reads them.

Knows which cells hold something, not where they stand.
"""

import re
from collections import Counter
from dataclasses import dataclass
from html import unescape

from pipelines.workbooks.containers.book import Count, ReadingLimits
from pipelines.workbooks.containers.html import html_text
from pipelines.workbooks.containers.html_words import (
    BLANKS,
    BREAKS,
    CUTS,
    LEAST_COLUMNS,
    LEAST_ROWS,
    NOTE_CLASS,
    SHEET_ANCHOR,
    SHOWN_INPUTS,
    UNSEEN,
)

_ATTRIBUTES = r"""(?:[^>"'=]++|=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+|["'])*+"""
# A cell without tags inside; programs and styles whole; any other tag; a comment or declaration.
_TOKEN = re.compile(
    rf"<(?P<cell>[tT][dDhH])(?P<of_cell>{_ATTRIBUTES})>(?P<text>[^<]*+)</(?P=cell)\s*+>"
    rf"|<(?P<raw>(?i:script|style|title|noframes))(?=[\s/>]){_ATTRIBUTES}>.*?(?:</(?i:(?P=raw))(?=[\s/>])[^>]*+>?|\Z)"
    rf"|<(?P<slash>/?)(?P<tag>[A-Za-z][^\s/>]*+)(?P<of_tag>{_ATTRIBUTES})>"
    r"|<!--(?:-?>|.*?(?:--!?>|\Z))|<(?:[!?]|/(?![A-Za-z]))[^>]*+>",
    re.DOTALL,
)
_HIDDEN_NUMBER = re.compile(r"(?:x:num|sdval)\s*=\s*[\"']?\s*[-+.\d]|x:err\s*=\s*[\"']?[^\s\"'>]", re.IGNORECASE)  # fmt: skip
_CLASS = re.compile(r"\bclass\s*=\s*(\"[^\"]*|'[^']*|\S*)", re.IGNORECASE)
_ANCHOR = re.compile(rf"\bname\s*=\s*[\"']?{SHEET_ANCHOR}", re.IGNORECASE)
_TYPE = re.compile(r"\btype\s*=\s*[\"']?([A-Za-z-]*)", re.IGNORECASE)
_VALUE = re.compile(r"\bvalue\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)


@dataclass
class _Table:
    """How much an open table holds; ``cell_tag`` (td, th or nothing) and ``has_text`` tell of the cell being read."""

    cells: int = 0
    rows: int = 0
    widest: int = 0
    in_row: int = 0
    cell_tag: str = ""
    has_text: bool = False

    def end_cell(self) -> None:
        if self.cell_tag and self.has_text:
            self.cells += 1
            self.in_row += 1
        self.cell_tag, self.has_text = "", False

    def end_row(self) -> None:
        self.end_cell()
        self.rows += self.in_row > 0
        self.widest = max(self.widest, self.in_row)
        self.in_row = 0

    def insert(self, inner: "_Table") -> None:
        """A table inside the cell being read, which goes on behind it in a row of its own."""
        tag = self.cell_tag
        self.end_row()
        self.cells += inner.cells
        self.rows += inner.rows
        self.widest = max(self.widest, inner.widest)
        self.cell_tag = tag

    def add_line(self) -> None:
        self.cells += 1
        self.rows += 1
        self.widest = max(self.widest, 1)

    @property
    def is_a_table(self) -> bool:
        return self.rows >= LEAST_ROWS and self.widest >= LEAST_COLUMNS


def count_html(data: bytes, _limits: ReadingLimits) -> Count:
    """Cells, and lines outside of cells, that hold something. Raises UnreadableFileError for no text."""
    return dict(enumerate(count_page(html_text(data))))


def count_page(text: str) -> list[int]:
    """The same for a page that is already text; one number for each of its sheets."""
    page = _Page()
    last = 0
    for found in _TOKEN.finditer(text):
        if last < found.start():
            page.text(text[last : found.start()])
        last = found.end()
        if found["cell"]:
            page.begin_cell(found["cell"].lower(), found["of_cell"])
            page.text(found["text"])
            page.end_cell(found["cell"].lower())
        elif found["tag"]:
            page.read_tag(found["tag"].lower(), found["slash"] != "", found["of_tag"])
    page.text(text[last:])
    return page.close()


class _Page:
    """The open tables of a page, and how much its sheets hold so far."""

    def __init__(self) -> None:
        self._sheets = [0]
        self._is_started = False
        self._tables: list[_Table] = []
        self._line_has_text = False
        self._unseen: list[str] = []
        self._open_breaks: Counter[str] = Counter()

    def read_tag(self, tag: str, is_end: bool, attributes: str) -> None:
        """A tag that is no cell without tags inside."""
        if tag in CUTS:
            self._unseen.clear()
        if self._unseen:
            if is_end and tag == self._unseen[-1]:
                self._unseen.pop()
            elif not is_end and tag == self._unseen[0]:
                self._unseen.append(tag)
        elif tag in ("td", "th"):
            self.end_cell(tag) if is_end else self.begin_cell(tag, attributes)
        elif not is_end and (tag in UNSEEN or _is_note(attributes)):
            self._unseen.append(tag)
        elif tag in BREAKS:
            self._break(tag, is_end)
        elif tag == "tr":
            self._end_row() if is_end else self._begin_row()
        elif tag in ("tbody", "thead", "tfoot"):
            self._end_row()
        elif tag == "table":
            self._end_table() if is_end else self._begin_table()
        elif tag == "input":
            self.text(_shown_value(attributes))
        elif tag == "a" and not is_end and not self._tables and _ANCHOR.search(attributes):
            self._begin_sheet()

    def text(self, text: str) -> None:
        if not text or self._unseen:
            return
        table = self._tables[-1] if self._tables else None
        in_cell = table is not None and table.cell_tag != ""
        if (table.has_text if table is not None and in_cell else self._line_has_text) or not (
            unescape(text) if "&" in text else text
        ).strip(BLANKS):
            return
        if table is not None and in_cell:
            table.has_text = True
        else:
            self._line_has_text = True

    def begin_cell(self, tag: str, attributes: str) -> None:
        self._unseen.clear()
        if not self._tables:
            self._begin_table()
        table = self._tables[-1]
        table.end_cell()
        self._end_line()
        table.cell_tag = tag
        table.has_text = _has_hidden_number(attributes)

    def end_cell(self, tag: str) -> None:
        """The end of a cell begun by the same tag; another is none."""
        if self._tables and self._tables[-1].cell_tag == tag:
            self._tables[-1].end_cell()

    def close(self) -> list[int]:
        while self._tables:
            self._end_table()
        self._end_line()
        return self._sheets

    def _break(self, tag: str, is_end: bool) -> None:
        """The end of a line outside of cells; an end without its beginning is none, as parsers see it."""
        if self._tables and self._tables[-1].cell_tag:
            return
        if not is_end:
            self._open_breaks[tag] += 1
        elif self._open_breaks[tag]:
            self._open_breaks[tag] -= 1
        else:
            return
        self._end_line()

    def _end_line(self) -> None:
        if not self._line_has_text:
            return
        self._line_has_text = False
        if self._tables:
            self._tables[-1].add_line()
        else:
            self._sheets[-1] += 1
            self._is_started = True

    def _begin_row(self) -> None:
        if not self._tables:
            self._begin_table()
        self._end_row()
        self._end_line()

    def _end_row(self) -> None:
        if self._tables:
            self._tables[-1].end_row()

    def _begin_table(self) -> None:
        if self._tables and not self._tables[-1].cell_tag:
            self._end_table()
        self._end_line()
        self._tables.append(_Table())

    def _end_table(self) -> None:
        if not self._tables:
            return
        self._end_row()
        self._end_line()
        table = self._tables.pop()
        if not self._tables:
            self._sheets[-1] += table.cells
            self._is_started = True
        elif not self._tables[-1].cell_tag:
            self._sheets[-1] += table.cells
        elif table.is_a_table:
            self._tables[-1].insert(table)
        else:
            self._tables[-1].has_text |= table.cells > 0

    def _begin_sheet(self) -> None:
        self._end_line()
        if self._is_started:
            self._sheets.append(0)
        self._is_started = False


def _has_hidden_number(attributes: str) -> bool:
    # Most attributes are styles: the pattern is asked only where it may fit.
    return any(sign in attributes for sign in ("x:", "X:", "sdval", "SDVAL")) and (
        _HIDDEN_NUMBER.search(attributes) is not None
    )


def _is_note(attributes: str) -> bool:
    return NOTE_CLASS in attributes and any(
        NOTE_CLASS in written for written in _CLASS.findall(attributes)
    )


def _shown_value(attributes: str) -> str:
    kind = _TYPE.search(attributes)
    if (kind.group(1).lower() if kind else "") not in SHOWN_INPUTS:
        return ""
    value = _VALUE.search(attributes)
    return "".join(part or "" for part in value.groups()) if value else ""
