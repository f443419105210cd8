"""The tables of returns as they arrive from the processes that read: proved, gathered by batch, looked up.

What arrives is checked to the last byte before it is used: its columns are those of the declarations, its rows those of
the returns that were asked for. How the tables are made is the business of ``tables`` and ``records``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.declarations.forms import Form
from pipelines.workbooks.records import (
    RECORD_SCHEMAS,
    UNSEEN_KINDS,
    notes_schema,
    rows_schema,
    typed_schema,
)
from pipelines.workbooks.tables import NOTED, STORED, TYPED

ArrowTable: TypeAlias = pa.Table

_RECEIPT = "receipt_id"


class WrongTableError(Exception):
    """What arrived is no table of these returns."""


class TableSchemas:
    """What the tables of returns may be called and hold, by the declared forms."""

    def __init__(self, forms: Sequence[Form], noted: Mapping[str, Sequence[str]]) -> None:
        self._schemas: dict[str, pa.Schema] = dict(RECORD_SCHEMAS)
        for form in forms:
            self._schemas[STORED + form.form_id] = rows_schema(form)
            self._schemas[NOTED + form.form_id] = notes_schema(noted[form.form_id])
            if form.is_cross_table:
                self._schemas[TYPED + form.form_id] = typed_schema(form)

    def unpacked(
        self, arrived: Mapping[str, bytes], returns: Sequence[tuple[str, str | None, int]]
    ) -> dict[str, pa.Table]:
        """The tables that :func:`pipelines.workbooks.tables.packed` gave of returns with these receipts, forms and numbers of rows.

        Raises WrongTableError for anything else.
        """
        try:
            tables = {name: self._table(name, data) for name, data in arrived.items()}
        except (KeyError, ValueError, TypeError, EOFError, OSError, pa.ArrowException) as fault:
            raise WrongTableError(str(fault)) from fault
        asked = {receipt_id for receipt_id, _, _ in returns}
        for name, table in tables.items():
            if not set(pc.unique(table.column(_RECEIPT)).to_pylist()) <= asked:
                raise WrongTableError(f"{name} tells of receipts nobody asked for")
        for form_id in {form_id for _, form_id, _ in returns if form_id is not None}:
            receipts = [r for r, form, count in returns if form == form_id for _ in range(count)]
            self._guard_rows(tables, form_id, pa.array(receipts, pa.string()))
        return tables

    def _guard_rows(self, tables: Mapping[str, pa.Table], form_id: str, receipts: pa.Array) -> None:
        """The rows of a form are those of its returns, one behind the other, and so is what is noted of them."""
        typed = TYPED if TYPED + form_id in self._schemas else STORED
        if STORED + form_id not in self._schemas:
            raise WrongTableError(f"there is no form {form_id}")
        for name in (typed + form_id, NOTED + form_id):
            said = (
                tables[name].column(_RECEIPT)
                if name in tables
                else pa.chunked_array([[]], pa.string())
            )
            if not said.equals(pa.chunked_array([receipts])):
                raise WrongTableError(f"{name} has other rows than its returns")

    def _table(self, name: str, data: bytes) -> pa.Table:
        batch = pa.ipc.read_record_batch(pa.py_buffer(data), self._schemas[name])
        batch.validate(full=True)
        return pa.Table.from_batches([batch])


@dataclass
class ReturnTables:
    """The tables of the returns of a batch, one behind the other in the order in which they were read."""

    parts: list[Mapping[str, pa.Table]] = field(default_factory=list)
    _part_of: dict[str, int] = field(default_factory=dict)

    def add(self, tables: Mapping[str, pa.Table], receipts: Iterable[str]) -> None:
        """Take in the tables of some returns more."""
        self._part_of.update(dict.fromkeys(receipts, len(self.parts)))
        self.parts.append(tables)

    def stored(self, forms: Sequence[Form]) -> Iterator[tuple[str, pa.Table]]:
        """What belongs into ``raw.*``, by the name of its table there."""
        names = [(name, name) for name in RECORD_SCHEMAS]
        names += [(form.form_id, STORED + form.form_id) for form in forms]
        for table, name in names:
            if (rows := self._all(name)) is not None:
                yield table, rows

    def judged(self, form: Form) -> pa.Table | None:
        """The typed rows of a form as they are judged, with what is noted of each; None without one."""
        typed = self._all((TYPED if form.is_cross_table else STORED) + form.form_id)
        noted = self._all(NOTED + form.form_id)
        if typed is None or noted is None:
            return None
        for name in noted.column_names[1:]:
            typed = typed.append_column(name, noted.column(name))
        return typed

    def only(self, receipt_id: str) -> "ReturnTables":
        """The tables of one return alone."""
        alone = ReturnTables()
        part = self._part_of.get(receipt_id)
        if part is not None:
            tables = {name: _of(table, receipt_id) for name, table in self.parts[part].items()}
            alone.add({n: table for n, table in tables.items() if table.num_rows}, [receipt_id])
        return alone

    def rows_of(
        self, name: str, receipt_id: str, columns: Sequence[str]
    ) -> Iterator[tuple[Any, ...]]:
        """Some columns of the rows of one return in one table."""
        table = self.parts[self._part_of[receipt_id]].get(name)
        if table is None:
            return iter(())
        found = _of(table.select([_RECEIPT, *columns]), receipt_id)
        return zip(*(found.column(column).to_pylist() for column in columns), strict=True)

    def _all(self, name: str) -> pa.Table | None:
        found = [part[name] for part in self.parts if name in part]
        return pa.concat_tables(found) if found else None


def _of(table: pa.Table, receipt_id: str) -> pa.Table:
    return table.filter(pc.equal(table.column(_RECEIPT), receipt_id))


class CellTexts:
    """Looks up what stood where in the returns of a batch: for the few rows that a finding is about."""

    def __init__(self, tables: ReturnTables) -> None:
        self._tables = tables
        self._columns: dict[str, dict[tuple[str, int, str | None], int]] = {}
        self._texts: dict[str, dict[tuple[str, int, int], str]] = {}

    def column(self, receipt_id: str, sheet: str, block_no: int, field: str) -> int | None:
        """Where a field of a table stands, counted from 1: its first column. None where it has none."""
        if receipt_id not in self._columns:
            places: dict[tuple[str, int, str | None], int] = {}
            told = ("sheet", "block_no", "field", "column_number")
            for *place, number in self._tables.rows_of("columns", receipt_id, told):
                places.setdefault((place[0], place[1], place[2]), number)
            self._columns[receipt_id] = places
        return self._columns[receipt_id].get((sheet, block_no, field))

    def text(self, receipt_id: str, sheet: str, row_number: int, column_number: int) -> str:
        """What a cell says, as text; '' for an empty one and for one that is shown as empty."""
        if receipt_id not in self._texts:
            told = ("sheet", "row_number", "column_number", "kind", "raw_text")
            self._texts[receipt_id] = {
                (name, row, column): text
                for name, row, column, kind, text in self._tables.rows_of("cells", receipt_id, told)
                if kind not in UNSEEN_KINDS
            }
        return self._texts[receipt_id].get((sheet, row_number, column_number), "")
