"""Read returns as Arrow tables: the shapes of ``raw.*`` in the work database, nothing more.

The only importer of pyarrow beside ``ledger``.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import pyarrow as pa

from pipelines.declarations.forms import Form, row_columns, storage_columns
from pipelines.workbooks.cells import Position, Sheet, kind_of, raw_text
from pipelines.workbooks.marks import (
    STRAY,
    filled_columns,
    filled_rows,
    filled_struck_cells,
    is_marked,
    marks_of,
)
from pipelines.workbooks.readings import ReadReturn, ReadRow, ReadTable
from pipelines.workbooks.values import UNIT_FACTORS

Identified = Sequence[tuple[str, ReadReturn]]
# Cells that readers show as empty: what stands in them is kept, and nothing reads it.
UNSEEN_KINDS = frozenset({"error", "formula_without_value"})
# The columns of ``raw.cells`` in their order, while they are gathered.
_Gathered: TypeAlias = tuple[
    list[str], list[str], list[int], list[int], list[str], list[str], list[str | None]
]

_ARROW_TYPES = {
    "varchar": pa.string(),
    "date": pa.date32(),
    "decimal(18, 4)": pa.decimal128(18, 4),
}
_POSITION = [
    ("receipt_id", pa.string()),
    ("sheet", pa.string()),
    ("block_no", pa.int32()),
    ("row_number", pa.int32()),
]
_SHEETS = pa.schema(
    [
        ("receipt_id", pa.string()),
        ("sheet_index", pa.int32()),
        ("sheet", pa.string()),
        ("is_hidden", pa.bool_()),
        *[
            (name, pa.int32())
            for name in (
                "used_rows", "title_rows", "header_rows", "category_rows", "total_rows",
                "note_rows", "blank_rows", "continuation_rows", "data_rows",
                "used_cells", "counted_cells", "hidden_rows", "filtered_rows", "hidden_columns",
                "struck_cells", "stray_cells",
            )
        ],
        ("is_1904", pa.bool_()),
    ]
)  # fmt: skip
_COLUMNS = pa.schema(
    [
        ("receipt_id", pa.string()),
        ("sheet", pa.string()),
        ("block_no", pa.int32()),
        ("column_number", pa.int32()),
        ("column_letter", pa.string()),
        ("header_row", pa.int32()),
        ("heading", pa.string()),
        ("field", pa.string()),
        ("unit", pa.string()),
        ("unit_source", pa.string()),
    ]
)
_CELLS = pa.schema(
    [
        ("receipt_id", pa.string()),
        ("sheet", pa.string()),
        ("row_number", pa.int32()),
        ("column_number", pa.int32()),
        ("kind", pa.string()),
        ("raw_text", pa.string()),
        ("marks", pa.string()),
    ]
)
_NORMALISATIONS = pa.schema(
    [
        ("receipt_id", pa.string()),
        ("sheet", pa.string()),
        ("row_number", pa.int32()),
        ("column_number", pa.int32()),
        ("field", pa.string()),
        ("steps", pa.string()),
    ]
)
_REPLIES = pa.schema(
    [
        ("receipt_id", pa.string()),
        ("finding_id", pa.string()),
        ("reason", pa.string()),
        ("note", pa.string()),
        ("cell", pa.string()),
    ]
)
# What is kept of every return, by the name of its table in ``raw``.
RECORD_SCHEMAS = {
    "sheets": _SHEETS,
    "columns": _COLUMNS,
    "cells": _CELLS,
    "normalisations": _NORMALISATIONS,
    "replies": _REPLIES,
}


def rows_schema(form: Form) -> pa.Schema:
    """The columns of ``raw.<form_id>``."""
    return _schema(storage_columns(form))


def typed_schema(form: Form) -> pa.Schema:
    """The columns of the rows of a form as they are judged."""
    return _schema(row_columns(form))


def notes_schema(noted: Sequence[str]) -> pa.Schema:
    """The columns beside the rows of a form as they are judged, which say what is noted of them."""
    return pa.schema([(name, pa.string()) for name in ("receipt_id", *noted)])


def _schema(columns: Sequence[tuple[str, str]]) -> pa.Schema:
    return pa.schema([*_POSITION, *((name, _ARROW_TYPES[kind]) for name, kind in columns)])


def rows_of(returns: Identified) -> Iterable[tuple[str, ReadTable, ReadRow]]:
    """Every project row with its receipt and table, in the order all tables here use."""
    for receipt_id, read in returns:
        for table in read.tables:
            for row in table.rows:
                yield receipt_id, table, row


def rows_table(form: Form, returns: Identified) -> pa.Table:
    """The typed rows of one form (``raw.<form_id>``)."""
    if form.is_cross_table:
        return _melted_table(form, returns)
    return typed_rows_table(form, returns)


def typed_rows_table(form: Form, returns: Identified) -> pa.Table:
    """The typed rows as they are judged: one per row read, of a cross-table with a column per indicator."""
    entries = list(rows_of(returns))
    said = [row.values for _, _, row in entries]
    columns: list[list[Any]] = [
        [receipt_id for receipt_id, _, _ in entries],
        [table.sheet.name for _, table, _ in entries],
        [table.block_no for _, table, _ in entries],
        [row.row + 1 for _, _, row in entries],
    ]
    columns += [[values.get(name) for values in said] for name, _ in row_columns(form)]
    return _of_columns(columns, typed_schema(form))


def _melted_table(form: Form, returns: Identified) -> pa.Table:
    """A cross-table with a row per unit and indicator; where nothing stands there is no row."""
    name = form.name_field.name
    figures = [field.name for field in form.figures]
    records = [
        (
            receipt_id, table.sheet.name, table.block_no, row.row + 1, row.values.get(name),
            row.values.get(f"{name}_key"), field, amount, row.values.get("remarks"),
        )
        for receipt_id, table, row in rows_of(returns)
        for field in figures
        if (amount := row.values.get(field)) is not None
    ]  # fmt: skip
    return _table(records, rows_schema(form))


def sheets_table(returns: Identified) -> pa.Table:
    """The account of every sheet (``raw.sheets``), and how many of its filled cells a person does not see."""
    records = []
    for receipt_id, read in returns:
        for number, entry in enumerate(read.sheets):
            kinds, sheet = entry.kinds, entry.sheet
            records.append(
                (
                    receipt_id, number, sheet.name, sheet.is_hidden, len(sheet.rows),
                    kinds["title"], kinds["header"], kinds["category"], kinds["total"],
                    kinds["note"], kinds["blank"], kinds["continuation"], kinds["data"],
                    sheet.used_cells, sheet.counted_cells,
                    filled_rows(sheet, sheet.hidden_rows), filled_rows(sheet, sheet.filtered_rows),
                    filled_columns(sheet, sheet.hidden_columns), filled_struck_cells(sheet),
                    len(sheet.stray_cells), read.is_1904,
                )
            )  # fmt: skip
    return _table(records, _SHEETS)


def columns_table(returns: Identified) -> pa.Table:
    """What every column was taken for (``raw.columns``)."""
    records = [
        (
            receipt_id,
            table.sheet.name,
            table.block_no,
            column.number + 1,
            column.letter,
            column.heading_row + 1,
            column.heading,
            column.field,
            table.units.get(column.number),
            None
            if column.number not in table.units
            else "heading"
            if column.unit == table.units[column.number]
            else "measure"
            if table.units[column.number] not in UNIT_FACTORS
            else "default"
            if column in table.unitless_columns
            else "unit_line",
        )
        for receipt_id, read in returns
        for table in read.tables
        for column in table.block.columns
        if column.heading or column.field
    ]
    return _table(records, _COLUMNS)


def cells_table(returns: Identified) -> pa.Table:
    """Every non-empty cell exactly as read, stray ones too (``raw.cells``)."""
    gathered: _Gathered = ([], [], [], [], [], [], [])
    for receipt_id, read in returns:
        for entry in read.sheets:
            _gather_cells(gathered, receipt_id, entry.sheet)
    return _of_columns(gathered, _CELLS)


def _gather_cells(into: _Gathered, receipt_id: str, sheet: Sheet) -> None:
    """The filled cells of one sheet, then those a reader shows as empty, then those outside its grid."""
    rows = [n for n, cells in enumerate(sheet.rows) for value in cells if value != ""]
    columns = [n for cells in sheet.rows for n, value in enumerate(cells) if value != ""]
    values = [value for cells in sheet.rows for value in cells if value != ""]
    kinds = ["text" if type(value) is str else kind_of(value) for value in values]
    texts = [value if type(value) is str else raw_text(value) for value in values]
    unseen = [(p, "error", text) for p, text in sheet.error_cells.items()]
    unseen += [(p, "formula_without_value", "") for p in sorted(sheet.uncached_formulas)]
    marks = _marks(sheet, [*zip(rows, columns, strict=True), *(p for p, _, _ in unseen)])
    unseen += [(p, kind_of(value), raw_text(value)) for p, value in sheet.stray_cells.items()]
    marks += [STRAY] * len(sheet.stray_cells)
    for (row, column), kind, text in unseen:
        rows.append(row)
        columns.append(column)
        kinds.append(kind)
        texts.append(text)
    into[0].extend([receipt_id] * len(rows))
    into[1].extend([sheet.name] * len(rows))
    into[2].extend([row + 1 for row in rows])
    into[3].extend([column + 1 for column in columns])
    into[4].extend(kinds)
    into[5].extend(texts)
    into[6].extend(marks)


def _marks(sheet: Sheet, positions: Sequence[Position]) -> list[str | None]:
    if not is_marked(sheet):
        return [None] * len(positions)
    return [marks_of(sheet, row, column) for row, column in positions]


def normalisations_table(returns: Identified) -> pa.Table:
    """What was done to the values that changed on the way (``raw.normalisations``)."""
    records = [
        (receipt_id, table.sheet.name, row.row + 1, column + 1, field, steps)
        for receipt_id, table, row in rows_of(returns)
        for column, field, steps in row.steps
    ]
    return _table(records, _NORMALISATIONS)


def replies_table(returns: Identified) -> pa.Table:
    """What was answered to findings of earlier returns (``raw.replies``)."""
    records = [
        (receipt_id, reply.finding_id, reply.reason, reply.note, reply.cell)
        for receipt_id, read in returns
        for reply in read.replies
    ]
    return _table(records, _REPLIES)


def _table(records: Sequence[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    return _of_columns(list(zip(*records, strict=True)) or [() for _ in schema], schema)


def _of_columns(columns: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    arrays = [pa.array(v, f.type) for v, f in zip(columns, schema, strict=True)]
    return pa.table(arrays, schema=schema)
