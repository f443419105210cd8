"""Proofs about the work database: receipts, rows, cells, findings, versions, as the ledger holds them."""

from collections.abc import Sequence

from pipelines.database import Connection, quote_name
from pipelines.declarations.forms import Form
from pipelines.declarations.packages import PACKAGE
from pipelines.declarations.photographs import PHOTOGRAPH
from pipelines.ledger.seals import BrokenSeal, broken_seals
from pipelines.release.proofs import Proof

_ACCEPTED = "('accepted', 'accepted_with_warnings')"
_END_STATES = "('accepted', 'accepted_with_warnings', 'refused', 'duplicate')"


def loads(connection: Connection) -> Proof:
    """Every load has ended, and every receipt came with one."""
    cut_off = connection.execute(
        "select load_id from raw.loads where not is_finished order by load_id"
    ).fetchall()
    unknown = connection.execute(
        "select receipt_id, load_id from raw.receipts"
        " where load_id not in (select load_id from raw.loads) order by 1"
    ).fetchall()
    counted = connection.execute("select count(*) from raw.loads").fetchall()[0][0]
    faults = [f"load {load_id} was cut off: load again" for (load_id,) in cut_off]
    faults += [f"receipt {receipt}: its load {load_id} is unknown" for receipt, load_id in unknown]
    return Proof("loads: each has ended", counted, tuple(faults))


def end_states(connection: Connection) -> Proof:
    open_rows = connection.execute(
        f"select receipt_id, status from raw.receipts where status not in {_END_STATES}"
    ).fetchall()
    counted = connection.execute("select count(*) from raw.receipts").fetchall()[0][0]
    faults = tuple(f"receipt {receipt} is still {status}" for receipt, status in open_rows)
    return Proof("receipts: each has its end state", counted, faults)


def accounting(connection: Connection) -> Proof:
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


def row_counts(connection: Connection, forms: Sequence[Form]) -> Proof:
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


def reasons(connection: Connection) -> Proof:
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


def rule_versions(connection: Connection) -> Proof:
    """What every finding and outcome was judged by is kept, in the words it had then."""
    gone = connection.execute(
        """
        with judged as (
            select rule_id, rule_version from raw.findings
            union
            select rule_id, rule_version from raw.rule_outcomes)
        select rule_id, rule_version from judged
        anti join raw.rule_versions using (rule_id, rule_version)
        order by all
        """
    ).fetchall()
    counted = connection.execute("select count(*) from raw.rule_versions").fetchall()[0][0]
    faults = tuple(
        f"rule {rule}, version {version}: what it said is gone" for rule, version in gone
    )
    return Proof("rules: what every return was judged by is kept", counted, faults)


def _cross_tables(forms: Sequence[Form]) -> list[str]:
    return [form.form_id for form in forms if form.is_cross_table]


def one_in_force(connection: Connection, forms: Sequence[Form]) -> Proof:
    """Only cross-tables may have several returns in force, each for indicators of its own; photographs and zip
    packages have no versions.
    """
    doubled = connection.execute(
        "select unit_code, form_id, period, count(*) from raw.returns_in_force"
        " where not list_contains($without_versions, form_id)"
        " group by all having count(*) > 1 order by all",
        {"without_versions": [*_cross_tables(forms), PHOTOGRAPH, PACKAGE]},
    ).fetchall()
    counted = connection.execute("select count(*) from raw.returns_in_force").fetchall()[0][0]
    faults = tuple(f"{unit}, {form}, {period}: {n} versions" for unit, form, period, n in doubled)
    return Proof("versions: one version in force for each unit, form and period", counted, faults)


def photographs(connection: Connection) -> Proof:
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


def seals(connection: Connection) -> Proof:
    """What was settled still lies in the ledger as it was settled, row for row, in every table."""
    unsealed = connection.execute(
        "select receipt_id from raw.receipts where status <> 'received'"
        " and receipt_id not in (select receipt_id from raw.seals) order by 1"
    ).fetchall()
    faults = [f"receipt {receipt} is not sealed: load once" for (receipt,) in unsealed]
    bare = {receipt for (receipt,) in unsealed}
    faults += [
        f"raw.{broken.table}: {broken.rows} row(s) of receipt {broken.receipt_id},"
        f" {broken.sealed_rows} were sealed{_if_changed(broken)}"
        for broken in broken_seals(connection)
        if broken.receipt_id not in bare
    ]
    counted, tables = connection.execute(
        "select coalesce(sum(row_count), 0)::bigint, count(distinct table_name) from raw.seals"
    ).fetchall()[0]
    return Proof(
        "seals: every row of the ledger is as it was settled",
        counted,
        tuple(faults),
        (f"rows of {tables} tables were read and compared",),
    )


def _if_changed(broken: BrokenSeal) -> str:
    return ", and they have changed" if broken.rows == broken.sealed_rows else ""


def successors(connection: Connection) -> Proof:
    """What was superseded was so by a later accepted version of the same slot; a duplicate has its original."""
    rows = connection.execute(
        f"""
        select r.receipt_id, 'was superseded by no later version of its slot'
        from raw.receipts as r
        left join raw.receipts as n
            on r.superseded_by = n.receipt_id and r.unit_code = n.unit_code
            and r.form_id = n.form_id and r.period = n.period and r.version_no < n.version_no
            and n.status in {_ACCEPTED}
        where r.superseded_by is not null and (n.receipt_id is null or r.status not in {_ACCEPTED})
        union all
        select r.receipt_id, 'is a duplicate of nothing'
        from raw.receipts as r
        left join raw.receipts as o on r.duplicate_of = o.receipt_id and r.sha256 = o.sha256
        where r.status = 'duplicate' and o.receipt_id is null
        order by all
        """
    ).fetchall()
    counted = connection.execute(
        "select count(*) from raw.receipts where superseded_by is not null or status = 'duplicate'"
    ).fetchall()[0][0]
    faults = tuple(f"receipt {receipt} {how}" for receipt, how in rows)
    return Proof("successors: what gave way did so to a later version", counted, faults)
