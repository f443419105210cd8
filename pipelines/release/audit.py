"""The proof that nothing was lost: archive, receipts, rows and published tables hold each other.

Reads the work database and the release; changes nothing.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.database import (
    Connection,
    open_for_writing,
    open_read_only,
    quote_name,
    quote_text,
)
from pipelines.declarations.forms import Form
from pipelines.declarations.photographs import PHOTOGRAPH
from pipelines.intake.archive import archive_path, stored_hashes
from pipelines.problems import OperatorError
from pipelines.release.ledger_changes import changed_since
from pipelines.release.publishing import BUILD_COPY, current_release
from pipelines.settings import Home

_END_STATES = "('accepted', 'accepted_with_warnings', 'refused', 'duplicate')"


@dataclass(frozen=True)
class Proof:
    """One thing the audit looked at: what it counted, and every fault it found."""

    title: str
    counted: int
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.faults


def audit_ledger(connection: Connection, forms: Sequence[Form]) -> list[Proof]:
    """What must hold in the work database before anything is published."""
    return [
        _end_states(connection),
        _accounting(connection),
        _row_counts(connection, forms),
        _reasons(connection),
        _one_in_force(connection, forms),
        _photographs(connection),
    ]


def audit_home(home: Home, forms: Sequence[Form], wait: float) -> list[Proof]:
    """Every proof of a home. The caller holds both locks of the home.

    Raises OperatorError when there is nothing to audit yet.
    """
    if not home.work_database.exists():
        raise OperatorError(
            f"{home.root} has not been loaded yet.", f"taizhang load --home {home.root}"
        )
    with open_for_writing(home.work_database, wait) as connection:
        proofs = [_archive(connection, home), *audit_ledger(connection, forms)]
    return [*proofs, _release(home)]


def _archive(connection: Connection, home: Home) -> Proof:
    """Every receipt's file is there, byte for byte, and no file is there without a receipt."""
    receipts = connection.execute(
        "select sha256, any_value(receipt_id), max(size_bytes) from raw.receipts group by sha256"
    ).fetchall()
    faults = []
    for sha256, receipt_id, size in receipts:
        path = archive_path(home.archive, sha256)
        if not path.is_file():
            faults.append(f"receipt {receipt_id}: {path} is missing")
        elif path.stat().st_size != size:
            faults.append(f"receipt {receipt_id}: {path} has another size than was received")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            faults.append(f"receipt {receipt_id}: {path} was altered")
    strangers = stored_hashes(home.archive) - {sha256 for sha256, _, _ in receipts}
    faults += [f"{archive_path(home.archive, sha)} has no receipt" for sha in sorted(strangers)]
    return Proof(
        "archive: every received file is kept, byte for byte", len(receipts), tuple(faults)
    )


def _end_states(connection: Connection) -> Proof:
    open_rows = connection.execute(
        f"select receipt_id, status from raw.receipts where status not in {_END_STATES}"
    ).fetchall()
    counted = connection.execute("select count(*) from raw.receipts").fetchall()[0][0]
    faults = tuple(f"receipt {receipt} is still {status}" for receipt, status in open_rows)
    return Proof("receipts: each has its end state", counted, faults)


def _accounting(connection: Connection) -> Proof:
    """Rows of a sheet = the sum of its kinds; cells read = cells counted independently."""
    faults = connection.execute(
        "select receipt_id, sheet from raw.sheets where used_rows <> title_rows + header_rows"
        " + category_rows + total_rows + note_rows + blank_rows + continuation_rows + data_rows"
        " or used_cells <> coalesce(counted_cells, used_cells) order by all"
    ).fetchall()
    counted = connection.execute("select count(*) from raw.sheets").fetchall()[0][0]
    return Proof(
        "sheets: every row and cell is accounted for",
        counted,
        tuple(f"receipt {receipt}, sheet {sheet}: does not balance" for receipt, sheet in faults),
    )


def _row_counts(connection: Connection, forms: Sequence[Form]) -> Proof:
    """The stored rows and cells of every return are as many as its account says.

    Of a cross-table's row every value is stored by itself, and of a row without values nothing.
    """
    stored = " union all ".join(
        f"select receipt_id, sheet, count({'distinct row_number' if form.is_cross_table else '*'})"
        f" as rows from raw.{quote_name(form.form_id)} group by all"
        for form in forms
    )
    faults = connection.execute(
        f"""
        with stored as ({stored}),
        cells as (select receipt_id, sheet, count(*) as cells from raw.cells group by all),
        accounts as (
            select s.receipt_id, s.sheet, s.data_rows, s.used_cells,
                coalesce(list_contains($cross_tables, r.form_id), false) as may_be_empty
            from raw.sheets as s left join raw.receipts as r on s.receipt_id = r.receipt_id),
        compared as (
            select receipt_id, sheet, coalesce(s.may_be_empty, false) as may_be_empty,
                coalesce(s.data_rows, 0) as data_rows,
                coalesce(r.rows, 0) as rows, coalesce(s.used_cells, 0) as used_cells,
                coalesce(c.cells, 0) as cells
            from accounts as s
            full join stored as r using (receipt_id, sheet)
            full join cells as c using (receipt_id, sheet))
        select * exclude (may_be_empty) from compared
        where rows > data_rows or (rows < data_rows and not may_be_empty) or used_cells <> cells
        order by all
        """,
        {"cross_tables": _cross_tables(forms)},
    ).fetchall()
    counted = connection.execute("select coalesce(sum(data_rows), 0)::bigint from raw.sheets")
    return Proof(
        "rows: every row read is stored",
        counted.fetchall()[0][0],
        tuple(
            f"receipt {receipt}, sheet {sheet}: {rows} rows and {cells} cells read, "
            f"{kept_rows} and {kept_cells} stored"
            for receipt, sheet, rows, kept_rows, cells, kept_cells in faults
        ),
    )


def _reasons(connection: Connection) -> Proof:
    """Every refused return has an error, and no accepted one has."""
    rows = connection.execute(
        """
        select r.receipt_id, r.status, count(f.finding_id) as errors
        from raw.receipts as r
        left join raw.findings as f on r.receipt_id = f.receipt_id and f.severity = 'error'
        group by all
        having (r.status = 'refused') <> (count(f.finding_id) > 0)
        order by all
        """
    ).fetchall()
    counted = connection.execute("select count(*) from raw.findings").fetchall()[0][0]
    faults = tuple(f"receipt {receipt} is {status} with {n} errors" for receipt, status, n in rows)
    return Proof("findings: every refusal has its reason", counted, faults)


def _cross_tables(forms: Sequence[Form]) -> list[str]:
    return [form.form_id for form in forms if form.is_cross_table]


def _one_in_force(connection: Connection, forms: Sequence[Form]) -> Proof:
    """Only cross-tables may have several returns in force, each for indicators of its own; photographs have no versions."""
    doubled = connection.execute(
        "select unit_code, form_id, period, count(*) from raw.returns_in_force"
        " where not list_contains($without_versions, form_id)"
        " group by all having count(*) > 1 order by all",
        {"without_versions": [*_cross_tables(forms), PHOTOGRAPH]},
    ).fetchall()
    counted = connection.execute("select count(*) from raw.returns_in_force").fetchall()[0][0]
    faults = tuple(f"{unit}, {form}, {period}: {n} versions" for unit, form, period, n in doubled)
    return Proof("versions: one version in force for each unit, form and period", counted, faults)


def _photographs(connection: Connection) -> Proof:
    """Every accepted photograph is kept with its project and month, and nothing else is kept as one."""
    rows = connection.execute(
        """
        with accepted as (
            select * from raw.receipts
            where form_id = $form_id and status in ('accepted', 'accepted_with_warnings'))
        select coalesce(r.receipt_id, p.receipt_id), p.receipt_id is null
        from accepted as r
        full join raw.photographs as p on r.receipt_id = p.receipt_id
        where r.receipt_id is null or p.receipt_id is null or r.period <> p.month
            or r.superseded_by is not null
        order by all
        """,
        {"form_id": PHOTOGRAPH},
    ).fetchall()
    counted = connection.execute("select count(*) from raw.photographs").fetchall()[0][0]
    faults = tuple(
        f"receipt {receipt}: {'accepted and not kept' if is_lost else 'kept, but its receipt says otherwise'}"
        for receipt, is_lost in rows
    )
    return Proof("photographs: each accepted one is kept", counted, faults)


def _altered_figures(connection: Connection) -> list[str]:
    """Published amounts that are not those of their row in the version in force."""
    rows = connection.execute(
        """
        with corrected as (
            select receipt_id, sheet, cast(regexp_extract(cell, '[0-9]+') as integer) as row_number,
                list(field) as fields
            from published.marts.fct_corrections where match_status = 'applied' group by all)
        select f.project_key, f.period, f.receipt_id, f.sheet, f.row_number
        from published.marts.fct_investment as f
        left join raw.progress_report as p using (receipt_id, sheet, row_number)
        left join corrected as c using (receipt_id, sheet, row_number)
        left join raw.returns_in_force as r on f.receipt_id = r.receipt_id
        where r.receipt_id is null
            or (f.investment_ytd_wanyuan is distinct from p.investment_ytd_wanyuan
                and not coalesce(list_contains(c.fields, 'investment_ytd_wanyuan'), false))
            or (f.investment_month_wanyuan is distinct from p.investment_month_wanyuan
                and not coalesce(list_contains(c.fields, 'investment_month_wanyuan'), false))
            or (f.investment_cumulative_wanyuan is distinct from p.investment_cumulative_wanyuan
                and not coalesce(list_contains(c.fields, 'investment_cumulative_wanyuan'), false))
        order by all
        """
    ).fetchall()
    return [
        f"fct_investment {project} {period} differs from receipt {receipt}, {sheet} row {row}"
        for project, period, receipt, sheet, row in rows
    ]


def _changed_tables(connection: Connection, schema: str) -> list[str]:
    """Published tables that are not, row for row, the marts they were copied from."""
    faults = []
    for (table,) in connection.execute(
        "select table_name from duckdb_tables() where schema_name = $1"
        " and database_name = current_database() order by table_name",
        [schema],
    ).fetchall():
        built, copied = f"{schema}.{quote_name(table)}", f"published.marts.{quote_name(table)}"
        lost, added = connection.execute(
            f"select (select count(*) from (from {built} except all from {copied})),"
            f" (select count(*) from (from {copied} except all from {built}))"
        ).fetchall()[0]
        if lost or added:
            faults.append(f"{table}: {lost} row(s) missing, {added} row(s) that were never built")
    return faults


def _release(home: Home) -> Proof:
    """What is published was built from what the ledger holds, and is what was built."""
    folder = current_release(home)
    title = "release: what is published is what the ledger holds"
    if folder is None:
        return Proof("release: nothing has been published yet", 0, ())
    if not (folder / BUILD_COPY).exists():
        remedy = "taizhang load makes a new release with it"
        return Proof(
            title, 0, (f"{folder / BUILD_COPY} is missing, so nothing can be proved: {remedy}",)
        )
    with open_read_only(folder / BUILD_COPY) as connection:
        connection.execute(f"attach {quote_text(str(home.work_database))} as ledger (read_only)")
        faults = changed_since(connection)
        connection.execute("detach ledger")
        for file_name, schema in (
            ("reporting.duckdb", "marts"),
            ("statistics.duckdb", "marts_restricted"),
        ):
            path = quote_text(str(folder / file_name))
            connection.execute(f"attach {path} as published (read_only)")
            faults += _changed_tables(connection, schema)
            if schema == "marts":
                faults += _unlisted(connection) + _altered_figures(connection)
            connection.execute("detach published")
        counted = connection.execute("select count(*) from marts.fct_investment").fetchall()[0][0]
    return Proof(title, int(counted), tuple(faults))


def _unlisted(connection: Connection) -> list[str]:
    """Receipts and open findings of the ledger that the release lacks, and the other way round."""
    rows = connection.execute(
        """
        with kept as (
            select 'fct_submissions' as table_name, receipt_id as id from raw.receipts
            union all
            select 'fct_findings', f.finding_id
            from raw.findings as f inner join raw.receipts as r on f.receipt_id = r.receipt_id
            where not r.is_restricted),
        shown as (
            select 'fct_submissions' as table_name, receipt_id as id
            from published.marts.fct_submissions
            union all
            select 'fct_findings', finding_id from published.marts.fct_findings)
        select table_name, 'lacks' as how, id from (from kept except from shown)
        union all
        select table_name, 'shows without source' as how, id from (from shown except from kept)
        order by all
        """
    ).fetchall()
    return [f"{table} {how} {identifier}" for table, how, identifier in rows]
