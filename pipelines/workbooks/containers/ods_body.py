"""The tables of an OpenDocument spreadsheet, from the events of its XML (ODF 1.3 part 3 §9).

Repeated cells and rows count as often as they stand for something; repeated blanks cost nothing. What lies
in a cell beside its text (notes, drawings, charts with tables of their own) is passed over.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from pipelines.workbooks.containers.book import Book, CellBudget, ReadingLimits, SheetBook
from pipelines.workbooks.containers.ods_styles import Styles
from pipelines.workbooks.containers.ods_table import Filled, Table, times
from pipelines.workbooks.containers.ods_values import CALCEXT, content_of

CELLS = frozenset({"table-cell", "covered-table-cell"})
GROUPS = frozenset(
    {"table-rows", "table-header-rows", "table-row-group", "table-columns",
     "table-header-columns", "table-column-group"}
)  # fmt: skip
PARAGRAPHS = frozenset({"p", "h"})
BLOCKS = frozenset({"list", "list-item", "list-header", "section"})
# Within a text: what is no text of the cell.
ASIDE = frozenset({"annotation", "note", "ruby-text", "frame", "object"})
_SIGNS = {"tab": "\t", "line-break": "\n"}
_MOST_SPACES = 1 << 15
# LibreOffice keeps what formulas refer to in other files as tables of such names and shows them to nobody.
_COPY_OF_ANOTHER_FILE = "'file:"

# Where the reader stands; None: what begins there is passed over.
_Place: TypeAlias = str | None


@dataclass
class _Row:
    """The row that is being read, as far as it goes."""

    given: Mapping[str, str]
    repeats: int
    column: int = 0
    filled: list[Filled] = field(default_factory=list)


@dataclass
class _Cell:
    """The cell that is being read, with the marks of its runs of text: struck, not struck, as the cell is."""

    given: Mapping[str, str]
    paragraphs: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    marks: set[bool | None] = field(default_factory=set)


class Body:
    """Takes the events of a document; ``book`` is complete with its last one."""

    def __init__(self, styles: Styles, limits: ReadingLimits) -> None:
        self.book = Book([])
        self.has_spreadsheet = False
        self._styles = styles
        self._limits = limits
        self._budget = CellBudget(limits.max_cells)
        self._place: str = "document"
        self._around: list[str] = []
        self._passed_over = 0
        self._names: dict[str, str] = {}
        self._runs: list[bool | None] = []
        self._begin: dict[str, Callable[[str, Mapping[str, str]], _Place]] = {
            "document": self._in_document,
            "spreadsheet": self._in_spreadsheet,
            "settings": self._in_settings,
            "table": self._in_table,
            "group": self._in_table,
            "row": self._in_row,
            "cell": self._in_cell,
            "block": self._in_cell,
            "paragraph": self._in_paragraph,
            "run": self._in_paragraph,
        }
        self._finish: dict[str, Callable[[], None]] = {
            "table": self._end_table,
            "group": self._end_group,
            "row": self._end_row,
            "cell": self._end_cell,
            "paragraph": self._end_paragraph,
            "run": self._end_run,
        }

    def on_start(self, name: str, given: dict[str, str]) -> None:
        """An element begins, name and attributes with their prefixes."""
        if self._passed_over:
            self._passed_over += 1
            return
        names = self._names
        local = names.get(name) or self._local(name)
        plain = {names.get(key) or self._local(key): value for key, value in given.items()}
        inner = self._begin[self._place](local, plain)
        if inner is None:
            self._passed_over = 1
            return
        self._around.append(self._place)
        self._place = inner

    def on_end(self, name: str) -> None:
        """An element ends."""
        if self._passed_over:
            self._passed_over -= 1
            return
        finish = self._finish.get(self._place)
        if finish is not None:
            finish()
        elif self._place == "document":
            self._styles.end(self._local(name))
        self._place = self._around.pop()

    def on_text(self, text: str) -> None:
        """A piece of text."""
        if not self._passed_over and self._place in ("paragraph", "run"):
            self._add(text)

    def _local(self, name: str) -> str:
        """A name without its prefix, that of LibreOffice's own attributes kept apart."""
        prefix, _, local = name.rpartition(":")
        self._names[name] = f"{CALCEXT}{local}" if f"{prefix}:" == CALCEXT else local
        return self._names[name]

    def _in_document(self, name: str, given: Mapping[str, str]) -> _Place:
        if name == "spreadsheet":
            self.has_spreadsheet = True
            return "spreadsheet"
        if name == "master-styles":
            return None
        self._styles.start(name, given)
        return "document"

    def _in_spreadsheet(self, name: str, given: Mapping[str, str]) -> _Place:
        if name == "calculation-settings":
            return "settings"
        if name != "table":
            return None
        sheet_name = given.get("name", "")
        is_hidden = self._styles.hides_table(given.get("style-name", ""))
        is_copy = sheet_name.startswith(_COPY_OF_ANOTHER_FILE)
        self._table = Table(SheetBook(sheet_name, is_hidden or is_copy), self._limits)
        self.book.sheets.append(self._table.book)
        return "table"

    def _in_settings(self, name: str, given: Mapping[str, str]) -> _Place:
        if name == "null-date" and given.get("date-value", "").startswith("1904-01-01"):
            self.book.is_1904 = True
        return "settings"

    def _in_table(self, name: str, given: Mapping[str, str]) -> _Place:
        if name == "table-row":
            self._row = _Row(given, times(given.get("number-rows-repeated")))
            return "row"
        if name == "table-column":
            self._table.add_columns(given)
        if name not in GROUPS:
            return None
        self._table.hidden_groups.append(given.get("display") == "false")
        return "group"

    def _end_group(self) -> None:
        self._table.hidden_groups.pop()

    def _in_row(self, name: str, given: Mapping[str, str]) -> _Place:
        if name not in CELLS:
            return None
        self._cell = _Cell(given)
        return "cell"

    def _in_cell(self, name: str, given: Mapping[str, str]) -> _Place:
        if name in BLOCKS:
            return "block"
        if name not in PARAGRAPHS:
            return None
        self._open_run(given)
        return "paragraph"

    def _in_paragraph(self, name: str, given: Mapping[str, str]) -> _Place:
        if name in ASIDE:
            return None
        if name == "s":
            self._add(" " * min(times(given.get("c")), _MOST_SPACES))
        elif name in _SIGNS:
            self._add(_SIGNS[name])
        self._open_run(given)
        return "run"

    def _open_run(self, given: Mapping[str, str]) -> None:
        """What a run of text says of itself, else what is said around it."""
        around = self._runs[-1] if self._runs else None
        own = (
            self._styles.strikes_text(given.get("style-name", "")) if self._styles.strikes else None
        )
        self._runs.append(around if own is None else own)

    def _add(self, text: str) -> None:
        self._cell.text.append(text)
        if not text.isspace():
            self._cell.marks.add(self._runs[-1])

    def _end_run(self) -> None:
        self._runs.pop()

    def _end_paragraph(self) -> None:
        self._runs.pop()
        self._cell.paragraphs.append("".join(self._cell.text))
        self._cell.text = []

    def _end_cell(self) -> None:
        row, cell = self._row, self._cell
        given, paragraphs = cell.given, cell.paragraphs
        text = paragraphs[0] if len(paragraphs) == 1 else "\n".join(paragraphs)
        repeats = times(given.get("number-columns-repeated"))
        content = content_of(given, text)
        if content is not None:
            row.filled.append(Filled(row.column, repeats, content, self._is_struck(cell)))
        height = times(given.get("number-rows-spanned"))
        width = times(given.get("number-columns-spanned"))
        if height > 1 or width > 1:
            top, left = self._table.row, row.column
            self._table.book.merges.append((top, left, top + height - 1, left + width - 1))
        row.column += repeats

    def _is_struck(self, cell: _Cell) -> bool:
        if not self._styles.strikes or False in cell.marks:
            return False
        return self._strikes_cell(cell) if None in cell.marks or not cell.marks else True

    def _strikes_cell(self, cell: _Cell) -> bool:
        """By the cell's style, else its row's, else its column's (ODF 1.3 part 3 §19.615)."""
        name = cell.given.get("style-name") or self._row.given.get("default-cell-style-name")
        return self._styles.strikes_cell(name or self._table.style_of_column(self._row.column))

    def _end_row(self) -> None:
        row = self._row
        is_low = self._styles.hides_row(row.given.get("style-name", ""))
        self._budget.spend(row.repeats * sum(cell.repeats for cell in row.filled))
        self._table.add_rows(
            row.given.get("visibility", ""), row.repeats, row.filled, is_low=is_low
        )

    def _end_table(self) -> None:
        self._table.finish()
