"""Writing what was read and found: bulk inserts from Arrow, one transaction a load."""

from collections.abc import Sequence

import pyarrow as pa

from pipelines.database import Connection, quote_name, transaction
from pipelines.declarations.forms import Form
from pipelines.validation.findings import Finding
from pipelines.workbooks.records import (
    Identified,
    cells_table,
    columns_table,
    normalisations_table,
    rows_table,
    sheets_table,
)

_READ_TABLES = ("sheets", "columns", "cells", "normalisations")
_FINDINGS = pa.schema(
    [
        ("finding_id", pa.string()),
        ("receipt_id", pa.string()),
        ("rule_id", pa.string()),
        ("severity", pa.string()),
        ("sheet", pa.string()),
        ("cell", pa.string()),
        ("row_number", pa.int32()),
        ("field", pa.string()),
        ("project_name", pa.string()),
        ("value_found", pa.string()),
        ("value_expected", pa.string()),
        ("message", pa.string()),
    ]
)


def store_read_returns(connection: Connection, forms: Sequence[Form], returns: Identified) -> None:
    """Write cells, sheets, columns and typed rows; what an interrupted load left is replaced."""
    receipt_ids = [receipt_id for receipt_id, _ in returns]
    with transaction(connection):
        for name in (*_READ_TABLES, *(form.form_id for form in forms)):
            connection.execute(
                f"delete from raw.{quote_name(name)}"
                " where receipt_id in (select unnest(cast(? as varchar[])))",
                [receipt_ids],
            )
        _append(connection, "sheets", sheets_table(returns))
        _append(connection, "columns", columns_table(returns))
        _append(connection, "cells", cells_table(returns))
        _append(connection, "normalisations", normalisations_table(returns))
        for form in forms:
            chosen = [(receipt_id, read) for receipt_id, read in returns if read.form is form]
            if chosen:
                _append(connection, form.form_id, rows_table(form, chosen))


def store_findings(connection: Connection, findings: Sequence[Finding]) -> None:
    """Write findings; the same finding twice is one."""
    unique = {finding.finding_id: finding for finding in findings}
    records = [
        (
            f.finding_id, f.receipt_id, f.rule_id, f.severity, f.place.sheet, f.place.cell,
            f.place.row_number, f.place.field, f.place.project_name, f.value_found,
            f.value_expected, f.message,
        )
        for f in unique.values()
    ]  # fmt: skip
    if records:
        columns = zip(*records, strict=True)
        arrays = [pa.array(v, field.type) for v, field in zip(columns, _FINDINGS, strict=True)]
        _append(connection, "findings", pa.table(arrays, schema=_FINDINGS))


def _append(connection: Connection, table: str, rows: pa.Table) -> None:
    if rows.num_rows:
        connection.register("incoming_rows", rows)
        connection.execute(f"insert into raw.{quote_name(table)} by name from incoming_rows")
        connection.unregister("incoming_rows")
