"""Proofs about published amounts: each is that of its row in a version in force, and the totals are the same.

Looked at are the marts a release was built from; that its files hold them row for row is ``release_proofs``.
"""

from collections.abc import Iterator, Sequence

from pipelines.database import Connection, quote_name
from pipelines.declarations.forms import Form
from pipelines.ledger.history import SUFFIX
from pipelines.release.proofs import Proof

_PLACE = ("receipt_id", "sheet", "row_number")
_INVESTMENT = (
    "investment_month_wanyuan",
    "investment_ytd_wanyuan",
    "investment_cumulative_wanyuan",
)
# Which fields of a row a declared correction has replaced.
_CORRECTED = """
select receipt_id, sheet, cast(regexp_extract(cell, '[0-9]+') as integer) as row_number,
    list(field) as fields
from marts.fct_corrections where match_status = 'applied' group by all
"""
# What became of every row of a progress report in force: its own figures are published, or those of another row of the
# same project and month (a second unit, a first half-month), or nobody knows the project and a finding says so.
_REPORTED = f"""
with in_force as (
    select p.*, left(r.period, 7) as month
    from raw.progress_report as p
    inner join raw.returns_in_force as r on p.receipt_id = r.receipt_id),
known as (
    select * from intermediate.int_projects__form_rows where form_id = 'progress_report'),
corrected as ({_CORRECTED})
select in_force.*, f.project_key as published_key, {{changed}},
    case
        when f.project_key is not null then 'published'
        when known.project_key is null then 'unknown'
        when (known.project_key, in_force.month) in (select (project_key, period) from marts.fct_investment)
            then 'set aside'
        else 'lost'
    end as fate
from in_force
left join marts.fct_investment as f
    on in_force.receipt_id = f.receipt_id and in_force.sheet = f.sheet
    and in_force.row_number = f.row_number
left join known
    on in_force.receipt_id = known.receipt_id and in_force.sheet = known.sheet
    and in_force.row_number = known.row_number
left join corrected
    on in_force.receipt_id = corrected.receipt_id and in_force.sheet = corrected.sheet
    and in_force.row_number = corrected.row_number
"""


def published_figures(connection: Connection, forms: Sequence[Form]) -> Proof:
    """Published amounts are those of the returns in force, amount by amount and in total."""
    faults: list[str] = []
    counted = 0
    for table, form, columns in _tables_of_amounts(connection, forms):
        counted += _amounts(connection, table, form, columns)
        faults += _altered(connection, table, form, columns)
    found, notes = _totals(connection)
    return Proof(
        "figures: published amounts are those of the returns in force",
        counted,
        (*faults, *found),
        tuple(notes),
    )


def _tables_of_amounts(
    connection: Connection, forms: Sequence[Form]
) -> Iterator[tuple[str, str, list[str]]]:
    """Published tables whose rows are rows of a form in force, with the amounts they have in common.

    What was published before and is in force no longer is held against its record (``recording``).
    """
    published = _columns(connection, "marts")
    submitted = _columns(connection, "raw")
    for table, columns in sorted(published.items()):
        is_fact = table.startswith("fct_") and not table.endswith(SUFFIX)
        if not is_fact or not set(_PLACE) <= set(columns):
            continue
        for form in forms:
            known = submitted.get(form.form_id, ())
            shared = [c for c in columns if c in known and c.endswith("_wanyuan")]
            if shared:
                yield table, form.form_id, shared


def _columns(connection: Connection, schema: str) -> dict[str, list[str]]:
    return dict(
        connection.execute(
            "select table_name, list(column_name order by column_index) from duckdb_columns()"
            " where database_name = current_database() and schema_name = $1 group by 1",
            [schema],
        ).fetchall()
    )


def _amounts(connection: Connection, table: str, form: str, columns: Sequence[str]) -> int:
    filled = " + ".join(f"count({quote_name(column)})" for column in columns)
    counted = connection.execute(
        f"select {filled} from marts.{quote_name(table)} as f"
        " semi join (select receipt_id from raw.receipts where form_id = $1) using (receipt_id)",
        [form],
    ).fetchall()
    return int(counted[0][0])


def _altered(connection: Connection, table: str, form: str, columns: Sequence[str]) -> list[str]:
    """Amounts that are not those of their row in a version in force, and were not corrected by declaration."""
    same = " and ".join(
        f"(f.{name} is not distinct from p.{name}"
        f" or coalesce(list_contains(c.fields, '{column}'), false))"
        for column in columns
        if (name := quote_name(column))
    )
    rows = connection.execute(
        f"""
        with corrected as ({_CORRECTED}),
        facts as (
            select f.* from marts.{quote_name(table)} as f
            left join raw.receipts as r on f.receipt_id = r.receipt_id
            where f.receipt_id is not null and coalesce(r.form_id, $1) = $1)
        select f.receipt_id, f.sheet, f.row_number
        from facts as f
        left join corrected as c using (receipt_id, sheet, row_number)
        left join raw.{quote_name(form)} as p using (receipt_id, sheet, row_number)
        left join raw.returns_in_force as v on f.receipt_id = v.receipt_id
        group by all
        having not bool_or(v.receipt_id is not null and p.receipt_id is not null and {same})
        order by all
        """,
        [form],
    ).fetchall()
    return [
        f"{table} differs from receipt {receipt}, {sheet} row {row}" for receipt, sheet, row in rows
    ]


def _totals(connection: Connection) -> tuple[list[str], list[str]]:
    """Sums of the progress reports in force, less what is set aside, against the sums of what is published."""
    changes = ", ".join(
        f"case when f.project_key is not null and list_contains(corrected.fields, '{column}')"
        f" then coalesce(f.{column}, 0) - coalesce(in_force.{column}, 0) else 0 end as {column}_change"
        for column in _INVESTMENT
    )
    connection.execute(
        f"create or replace temp table reported as {_REPORTED.format(changed=changes)}"
    )
    lost = connection.execute(
        "select receipt_id, sheet, row_number from reported where fate = 'lost' order by all"
    ).fetchall()
    faults = [
        f"receipt {receipt}, {sheet} row {row} is not published" for receipt, sheet, row in lost
    ]
    counts = dict(connection.execute("select fate, count(*) from reported group by 1").fetchall())
    published = connection.execute("select count(*) from marts.fct_investment").fetchall()[0][0]
    notes = [
        f"fct_investment: {published:,} rows from {sum(counts.values()):,} reported;"
        f" {counts.get('set aside', 0):,} gave way to another row of their project and month,"
        f" {counts.get('unknown', 0):,} are of no known project"
    ]
    for column in _INVESTMENT:
        reported, corrected, shown = connection.execute(
            f"select (select coalesce(sum({column}), 0) from reported where fate = 'published'),"
            f" (select coalesce(sum({column}_change), 0) from reported),"
            f" (select coalesce(sum({column}), 0) from marts.fct_investment)"
        ).fetchall()[0]
        if reported + corrected != shown:
            faults.append(
                f"fct_investment: {column} adds up to {shown:,}, the returns to {reported:,}"
                f" and corrections to {corrected:,}"
            )
        notes.append(f"{column}: {reported:,} reported, {corrected:,} corrected = {shown:,} 万元")
    return faults, notes


def statistics_figures(connection: Connection) -> Proof:
    """The statistics office's amounts stand in the restricted release as they were sent, month by month."""
    rows = connection.execute(
        """
        with sent as (
            select r.period, s.statistics_code, s.ytd_wanyuan
            from raw.statistics_fai as s
            inner join raw.returns_in_force as r on s.receipt_id = r.receipt_id
            qualify row_number() over (
                partition by r.period, s.statistics_code
                order by r.received_at desc, r.file_modified_at desc, r.receipt_id desc) = 1),
        totals as (
            select period, count(*) as records, sum(ytd_wanyuan) as ytd from sent group by 1),
        shown as (
            select period, count(distinct statistics_code) filter (statistics_ytd_wanyuan is not null) as records,
                sum(statistics_ytd_wanyuan) as ytd
            from marts_restricted.fct_fai_reconciliation group by 1)
        select period, t.records, t.ytd, s.records, s.ytd
        from totals as t full join shown as s using (period)
        order by period
        """
    ).fetchall()
    faults = tuple(
        f"fct_fai_reconciliation {period}: {shown or 0} records of {shown_ytd or 0:,} 万元,"
        f" sent were {sent or 0} of {sent_ytd or 0:,}"
        for period, sent, sent_ytd, shown, shown_ytd in rows
        if sent != shown or sent_ytd != shown_ytd
    )
    counted = sum(sent or 0 for _, sent, *_ in rows)
    return Proof("figures: statistics are shown as they were sent", counted, faults)
