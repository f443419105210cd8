"""What reading a workbook gives: sheets, tables, typed rows, what was noted on the way; and what is left of it all.

Nothing here reads or judges; ``returns`` fills these, ``validation`` judges them.
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pipelines.declarations.forms import Form
from pipelines.text import is_placeholder
from pipelines.workbooks.cells import Sheet
from pipelines.workbooks.locating import Block, Column
from pipelines.workbooks.own_sheets import Reply, TemplateMark
from pipelines.workbooks.row_kinds import RowKind, RowReading
from pipelines.workbooks.values import cell_unit


@dataclass(frozen=True)
class Notice:
    """Something noted about the return as a whole; ``code`` names a column of the returns frame."""

    code: str
    found: str
    expected: str = ""
    sheet: str | None = None
    cell: str | None = None


@dataclass(frozen=True)
class CellProblem:
    """A cell whose value could not be taken as it stands, or is asked about."""

    code: str
    column: int
    field: str | None
    found: str
    expected: str = ""


@dataclass(frozen=True)
class ReadRow:
    """One row of a project or unit: stored values by storage column, 0-based ``row``."""

    row: int
    values: dict[str, Any]
    steps: tuple[tuple[int, str, str], ...]
    problems: tuple[CellProblem, ...]


@dataclass
class ReadTable:
    """One located block with its rows; ``controls`` are its category and total rows."""

    sheet: Sheet
    block_no: int
    block: Block
    units: dict[int, str]
    unitless_columns: tuple[Column, ...]
    rows: list[ReadRow] = field(default_factory=list)
    controls: list[tuple[int, RowReading]] = field(default_factory=list)
    control_problems: list[tuple[int, CellProblem]] = field(default_factory=list)

    @cached_property
    def untold_columns(self) -> tuple[Column, ...]:
        """Money columns with an amount whose unit nobody tells: no heading, no line, no cell."""
        return tuple(
            column
            for column in self.unitless_columns
            if any(self._is_bare_amount(row.row, column.number) for row in self.rows)
        )

    def _is_bare_amount(self, row: int, column: int) -> bool:
        value = self.sheet.at(row, column)
        if isinstance(value, str):
            return not is_placeholder(value) and bool(value.strip()) and cell_unit(value) is None
        return True


@dataclass
class ReadSheet:
    """One sheet with the account of its rows."""

    sheet: Sheet
    kinds: Counter[RowKind]
    tables: list[ReadTable] = field(default_factory=list)
    stray_problems: list[tuple[int, CellProblem]] = field(default_factory=list)


@dataclass
class ReadReturn:
    """Everything one file says. ``form`` and ``period`` are None where they cannot be told.

    ``replies`` answer findings of earlier returns; ``template`` is what the file was filled in on;
    ``is_1904`` tells from which year its days are counted.
    """

    sheets: list[ReadSheet]
    form: Form | None = None
    period: str | None = None
    notices: list[Notice] = field(default_factory=list)
    declares_nothing: bool = False
    replies: list[Reply] = field(default_factory=list)
    template: TemplateMark | None = None
    is_1904: bool = False

    @cached_property
    def tables(self) -> list[ReadTable]:
        return [table for sheet in self.sheets for table in sheet.tables]

    @property
    def row_count(self) -> int:
        return sum(len(table.rows) for table in self.tables)


@dataclass(frozen=True)
class Extract:
    """What is left of a return when its sheets are gone and its rows are tables: plain data.

    ``form_id`` and ``period`` are None where they cannot be told; ``first_sheet`` is the first sheet with a table.
    """

    form_id: str | None
    period: str | None
    row_count: int
    declares_nothing: bool
    first_sheet: str | None
    notices: tuple[Notice, ...]


def extract_of(read: ReadReturn) -> Extract:
    """What is left of a return."""
    return Extract(
        form_id=read.form.form_id if read.form is not None else None,
        period=read.period,
        row_count=read.row_count,
        declares_nothing=read.declares_nothing,
        first_sheet=next((table.sheet.name for table in read.tables), None),
        notices=tuple(read.notices),
    )
