"""Writing what was read and found: bulk inserts from Arrow, one transaction a load."""

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from pipelines.database import Connection, quote_name, transaction
from pipelines.declarations.forms import Form
from pipelines.validation.findings import Finding
from pipelines.validation.outcomes import Outcomes
from pipelines.workbooks.arrived import ReturnTables
from pipelines.workbooks.records import RECORD_SCHEMAS

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
        ("rule_version", pa.int32()),
        ("declared_severity", pa.string()),
        ("is_trial", pa.bool_()),
        ("waived_by", pa.string()),
        ("waiver_reason", pa.string()),
        ("waiver_expires", pa.date32()),
    ]
)
_OUTCOMES = pa.schema(
    [
        ("receipt_id", pa.string()),
        ("rule_id", pa.string()),
        ("rule_version", pa.int32()),
        ("load_id", pa.string()),
        ("outcome", pa.string()),
        ("not_evaluated_because", pa.string()),
        ("failed_count", pa.int32()),
        ("not_evaluated_count", pa.int32()),
    ]
)


def store_read_returns(
    connection: Connection, forms: Sequence[Form], receipt_ids: Sequence[str], tables: ReturnTables
) -> None:
    """Write cells, sheets, columns, typed rows and replies; an interrupted load's are replaced."""
    with transaction(connection):
        stored = _stored(connection, receipt_ids)
        for name in (*RECORD_SCHEMAS, *(form.form_id for form in forms)) if stored else ():
            connection.execute(
                f"delete from raw.{quote_name(name)}"
                " where receipt_id in (select unnest(cast(? as varchar[])))",
                [stored],
            )
        for name, rows in tables.stored(forms):
            _append(connection, name, rows)


def _stored(connection: Connection, receipt_ids: Sequence[str]) -> list[str]:
    """Those of the receipts of which something is stored: a return has a sheet, and all of it is stored at once.

    Asked of the smallest table, so that a new return is not looked for among the cells of years.
    """
    found = connection.execute(
        "select distinct receipt_id from raw.sheets"
        " where receipt_id in (select unnest(cast(? as varchar[])))",
        [list(receipt_ids)],
    ).fetchall()
    return [receipt_id for (receipt_id,) in found]


def store_findings(connection: Connection, findings: Sequence[Finding]) -> None:
    """Write findings; the same finding twice is one."""
    unique = {finding.finding_id: finding for finding in findings}
    records = [
        (
            f.finding_id, f.receipt_id, f.rule_id, f.severity, f.place.sheet, f.place.cell,
            f.place.row_number, f.place.field, f.place.project_name, f.value_found,
            f.value_expected, f.message, f.rule.version, f.rule.severity, f.rule.trial,
            f.waived_by, f.waiver_reason, f.waiver_expires,
        )
        for f in unique.values()
    ]  # fmt: skip
    _append_records(connection, "findings", records, _FINDINGS)


def store_outcomes(connection: Connection, outcomes: Outcomes, load_id: str) -> None:
    """Write the outcome of every rule on every return, as this load gave it."""
    count = len(outcomes.receipt_ids)
    columns = (
        outcomes.receipt_ids, outcomes.rule_ids, outcomes.versions, [load_id] * count, outcomes.values,
        outcomes.because, outcomes.failed, outcomes.not_evaluated,
    )  # fmt: skip
    _append(connection, "rule_outcomes", _arrow(columns, _OUTCOMES))


def _append_records(
    connection: Connection, table: str, records: Sequence[tuple[Any, ...]], schema: pa.Schema
) -> None:
    if records:
        _append(connection, table, _arrow(zip(*records, strict=True), schema))


def _arrow(columns: Iterable[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    arrays = [pa.array(v, field.type) for v, field in zip(columns, schema, strict=True)]
    return pa.table(arrays, schema=schema)


def _append(connection: Connection, table: str, rows: pa.Table) -> None:
    if rows.num_rows:
        connection.register("incoming_rows", rows)
        connection.execute(f"insert into raw.{quote_name(table)} by name from incoming_rows")
        connection.unregister("incoming_rows")
