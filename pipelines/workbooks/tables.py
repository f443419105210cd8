"""All Arrow tables of some returns together, as they leave the process that reads.

A batch of rows travels without its schema, which both sides know from the declarations. The shapes of the tables are
those of ``records``; how they are taken in is the business of ``arrived``.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import pyarrow as pa

from pipelines.workbooks.records import (
    Identified,
    cells_table,
    columns_table,
    normalisations_table,
    replies_table,
    rows_table,
    sheets_table,
    typed_rows_table,
)

# By receipt and form: what is noted beside the typed rows of a return, a text or nothing for every row.
NotedColumns: TypeAlias = Mapping[str, Sequence[str | None]]

# The tables of a form: its rows as they are stored, as they are judged where that is something else, what is noted of them.
STORED, TYPED, NOTED = "stored:", "typed:", "noted:"


def spare_addresses() -> None:
    """Let Arrow ask for memory as it needs it, in a process whose address space is limited.

    Its own allocator takes a gigabyte of addresses with the first bytes, if it can get them.
    """
    pa.set_memory_pool(pa.system_memory_pool())


def tables_of(returns: Identified, noted: Mapping[str, NotedColumns]) -> dict[str, pa.Table]:
    """Every table of some returns by name; ``noted`` are the columns beside the typed rows, by receipt."""
    tables = {
        "sheets": sheets_table(returns),
        "columns": columns_table(returns),
        "cells": cells_table(returns),
        "normalisations": normalisations_table(returns),
        "replies": replies_table(returns),
    }
    forms = {read.form.form_id: read.form for _, read in returns if read.form is not None}
    for form_id, form in forms.items():
        chosen = [(receipt_id, read) for receipt_id, read in returns if read.form is form]
        tables[STORED + form_id] = rows_table(form, chosen)
        if form.is_cross_table:
            tables[TYPED + form_id] = typed_rows_table(form, chosen)
        tables[NOTED + form_id] = _noted_table(chosen, noted)
    return {name: table for name, table in tables.items() if table.num_rows}


def _noted_table(returns: Identified, noted: Mapping[str, NotedColumns]) -> pa.Table:
    receipts = [receipt_id for receipt_id, read in returns for _ in range(read.row_count)]
    names = list(noted[returns[0][0]])
    columns = [[text for receipt_id, _ in returns for text in noted[receipt_id][n]] for n in names]
    arrays = [pa.array(texts, pa.string()) for texts in (receipts, *columns)]
    return pa.table(arrays, names=["receipt_id", *names])


def packed(tables: Mapping[str, pa.Table]) -> dict[str, bytes]:
    """The rows of every table as bytes, without their schema."""
    return {
        name: table.combine_chunks().to_batches()[0].serialize().to_pybytes()
        for name, table in tables.items()
    }
