"""Rules against earlier returns, set-based, over one wave of returns at a time.

A wave is what may be judged together: the ledgers first, then one period of one version after the
other (contract §7). The rules are SQL in ``expectations/``; the relations they may read are made
here from the ``raw`` and ``config`` schemas of the connection, and described in
``expectations/README.md``. Nothing here writes a permanent table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.database import Connection, quote_name, quote_text
from pipelines.declarations.forms import Form
from pipelines.declarations.rules import Rule
from pipelines.text import PLACEHOLDERS
from pipelines.validation.findings import Finding, Place, compose
from pipelines.validation.identity import item_ref
from pipelines.validation.item_history import keeps_items, prepare_said_rows
from pipelines.validation.known_projects import similar_names
from pipelines.validation.unit_history import UNIT_INDICATOR, prepare_unit_rows

# Rows of the form that matter to the wave: its own, and those in force of the same years; of a list that is
# carried on from period to period those of all years.
_RELEVANT = """
create or replace temp table relevant_rows as
with chosen as (
    select r.receipt_id, r.unit_code, r.period, r.file_name, r.received_at, r.file_modified_at, true as is_wave
    from raw.receipts as r inner join wave as w on r.receipt_id = w.receipt_id
    union all
    select r.receipt_id, r.unit_code, r.period, r.file_name, r.received_at, r.file_modified_at, false
    from raw.returns_in_force as r
    where r.form_id = $form_id
        and ({all_years} or left(r.period, 4) in (
            select left(x.period, 4) from raw.receipts as x inner join wave as w using (receipt_id)))
),

typed as (
    select
        c.unit_code, c.period, c.file_name, c.received_at, c.file_modified_at, c.is_wave,
        left(c.period, 4) as ledger_year, left(c.period, 7) as period_month,
        -- A month's report comes after its halves, whatever arrived first.
        case when length(c.period) = 7 then c.period || '-H3' else c.period end as period_order,
        {has_reason} as has_reason,
        {own_columns}, {code} as own_code, f.{name}_key as own_key
    from raw.{form_id} as f inner join chosen as c on f.receipt_id = c.receipt_id
)

select
    t.*,
    coalesce(
        kc.project_ref,
        case when t.own_code is null or not ku.is_coded then ku.project_ref end,
        case when t.own_code is null or not kd.is_coded then kd.project_ref end
    ) as ledger_ref
from typed as t
left join known_codes as kc on t.own_code = kc.project_code
left join known_in_unit as ku on t.own_key = ku.name_key and t.unit_code = ku.unit
left join known_in_district as kd on t.own_key = kd.name_key
"""

_WAVE = """
create or replace temp table project_rows as
select *, {project_ref} as project_ref, {item_ref} as item_ref from relevant_rows;
create or replace temp table wave_rows as select * from project_rows where is_wave;
create or replace temp table in_force_rows as select * from project_rows where not is_wave;
create or replace temp table neighbours as
select w.receipt_id as for_receipt, w.unit_code,
    max_by(o.period, o.period_order) filter (where o.period_month = w.month_before)
        as last_month_period
from (
    select distinct receipt_id, unit_code,
        left(period, 5) || lpad(cast(
            try_cast(substr(period, 6, 2) as integer) - 1 as varchar), 2, '0') as month_before
    from wave_rows
) as w
left join (select distinct unit_code, period, period_month, period_order from in_force_rows) as o
    on w.unit_code = o.unit_code
group by all;
create or replace temp table last_rows as
select w.receipt_id as for_receipt, o.* from (
    select distinct receipt_id, unit_code, period_order, project_ref from wave_rows) as w
inner join in_force_rows as o
    on w.unit_code = o.unit_code and w.project_ref = o.project_ref
    and o.period_order < w.period_order
qualify row_number() over (
    partition by w.receipt_id, o.project_ref order by o.period_order desc) = 1;
create or replace temp table next_rows as
select w.receipt_id as for_receipt, o.* from (
    select distinct receipt_id, unit_code, period_order, project_ref from wave_rows) as w
inner join in_force_rows as o
    on w.unit_code = o.unit_code and w.project_ref = o.project_ref
    and o.period_order > w.period_order
qualify row_number() over (
    partition by w.receipt_id, o.project_ref order by o.period_order) = 1;
create or replace temp table last_month_rows as
select n.for_receipt, o.* from neighbours as n
inner join in_force_rows as o
    on n.unit_code = o.unit_code and o.period = n.last_month_period;
create or replace temp table mirror_rows as
select w.receipt_id as for_receipt, o.*, coalesce(u.unit_name, o.unit_code) as {sender}
from (select distinct receipt_id, unit_code, period_month, period, file_modified_at, file_name,
        project_ref from wave_rows) as w
inner join project_rows as o
    on w.project_ref = o.project_ref and w.unit_code <> o.unit_code and w.period = o.period
    and o.receipt_id not in (select receipt_id from wave where has_errors)
    and (not o.is_wave
        or (o.file_modified_at, o.file_name, o.unit_code)
            < (w.file_modified_at, w.file_name, w.unit_code))
left join config.units as u on o.unit_code = u.unit_code;
create or replace temp table unknown_rows as
select receipt_id, sheet, row_number, own_code, {name} as own_name, own_key,
    case when own_code is not null then 'project_code' else '{name}' end as identity_field,
    coalesce(own_code, {name}) as identity_found
from wave_rows where ledger_ref is null and (own_key is not null or own_code is not null)
"""

# The relations that hold other rows of the same projects, each beside the return it is for.
_EARLIER_ROWS = ("last_rows", "next_rows", "last_month_rows", "mirror_rows", "said_rows")


@dataclass(frozen=True)
class WaveFindings:
    """The findings of one wave, and which returns had nothing to be compared with, by rule."""

    findings: tuple[Finding, ...]
    evaluated: tuple[str, ...]
    nothing_to_compare: Mapping[str, frozenset[str]]


def packages_in_ledgers(connection: Connection) -> dict[str, str]:
    """Name key of every part → name key of its package, from ledgers accepted or received by this load.

    One this load has refused since, before it was cut off, counts like one it has not judged yet.
    """
    return dict(
        connection.execute(
            "select project_name_key, max(package_key) from raw.project_ledger"
            " inner join raw.receipts using (receipt_id)"
            " where package_key is not null and project_name_key is not null"
            " and (status in ('accepted', 'accepted_with_warnings', 'received')"
            " or load_id in (select load_id from raw.loads where not is_finished)) group by 1"
        ).fetchall()
    )


def judge_wave(
    connection: Connection,
    form: Form,
    receipts: Mapping[str, bool],
    rules: Sequence[Rule],
) -> WaveFindings:
    """Evaluate the history rules of one form over one wave; ``known_projects.prepare_registry`` came before.

    ``receipts`` says of each return whether it has errors already: those never take effect.
    """
    history = [rule for rule in rules if rule.sql is not None]
    if not history:
        return WaveFindings((), (), {})
    _prepare_wave(connection, form, receipts)
    findings: list[Finding] = []
    for rule in history:
        findings += _findings_of(connection, form, rule)
    compared = {
        name: _compared_receipts(connection, name)
        for name in _EARLIER_ROWS
        if any(name in rule.machine_text for rule in history)
    }
    return WaveFindings(
        tuple(findings),
        tuple(rule.rule_id for rule in history),
        {rule.rule_id: _without_earlier(rule, receipts, compared) for rule in history},
    )


def _compared_receipts(connection: Connection, relation: str) -> frozenset[str]:
    found = connection.execute(f"select distinct for_receipt from {relation}").fetchall()
    return frozenset(receipt_id for (receipt_id,) in found)


def _without_earlier(
    rule: Rule, receipts: Mapping[str, bool], compared: Mapping[str, frozenset[str]]
) -> frozenset[str]:
    """The returns with no row in any of the relations of earlier rows that the rule reads."""
    read = [name for name in _EARLIER_ROWS if name in rule.machine_text]
    if not read:
        return frozenset()
    return frozenset(receipts) - frozenset().union(*(compared[name] for name in read))


def _prepare_wave(connection: Connection, form: Form, receipts: Mapping[str, bool]) -> None:
    connection.execute(
        "create or replace temp table wave as select unnest(cast($ids as varchar[])) as receipt_id,"
        " unnest(cast($errors as boolean[])) as has_errors",
        {"ids": list(receipts), "errors": list(receipts.values())},
    )
    name = form.project_field.name
    has_code = "project_code" in form.by_name
    own_code = form.own_code
    project_ref = own_code or "coalesce(ledger_ref, own_code, 'name:' || own_key)"
    if form.is_cross_table:
        prepare_unit_rows(connection, form, _reason_sql(form))
        project_ref = UNIT_INDICATOR
    else:
        relevant = _RELEVANT.format(
            form_id=quote_name(form.form_id),
            code="f.project_code" if has_code else "cast(null as varchar)",
            name=name,
            has_reason=_reason_sql(form),
            all_years="true" if keeps_items(form) else "false",
            own_columns=_own_columns(form),
        )
        connection.execute(relevant, {"form_id": form.form_id})
    for statement in _WAVE.format(
        project_ref=project_ref,
        item_ref=item_ref(form) if keeps_items(form) else "project_ref",
        name=name,
        sender="sender_name" if form.is_cross_table else "unit_name",
    ).split(";\n"):
        connection.execute(statement)
    if keeps_items(form):
        prepare_said_rows(connection)
    _propose_names(connection)


def _own_columns(form: Form) -> str:
    """The form's columns; a row's own period stands beside that of its return."""
    return "f.* rename (period as own_period)" if "period" in form.by_name else "f.*"


def _reason_sql(form: Form) -> str:
    """A declared reason is a 备注 that says something (contract §7); “无” says nothing."""
    if "remarks" not in form.by_name:
        return "false"
    nothing = ", ".join(quote_text(word) for word in sorted(PLACEHOLDERS))
    return f"coalesce(trim(f.remarks) not in ('', {nothing}), false)"


def _propose_names(connection: Connection) -> None:
    """For each unknown project, the most similar known name, to help the submitter."""
    unknown = connection.execute("select distinct own_key from unknown_rows").fetchall()
    pairs = list(similar_names(connection, (key for (key,) in unknown)).items())
    connection.execute(
        "create or replace temp table near_names (own_key varchar, nearest_name varchar)"
    )
    if pairs:
        connection.executemany("insert into near_names values (?, ?)", pairs)
    connection.execute(
        "create or replace temp table unknown_projects as"
        " select u.*, n.nearest_name from unknown_rows as u"
        " left join near_names as n on u.own_key = n.own_key"
    )


def _findings_of(connection: Connection, form: Form, rule: Rule) -> list[Finding]:
    rows = connection.execute(_located(rule, form)).fetchall()
    return [
        compose(
            rule,
            receipt_id,
            form,
            Place(sheet, cell, row_number, field, project_name),
            found or "",
            expected or "",
            bool(has_reason),
        )
        for receipt_id, sheet, row_number, field, cell, found, expected, has_reason, project_name in rows
    ]


def _located(rule: Rule, form: Form) -> str:
    """The rule's rows with the cell they are about: the row's, or the heading's without a row."""
    field = f"'{rule.field}'" if rule.field else "found.field"
    return f"""
        with found as ({rule.sql}),
        placed as (
            select found.receipt_id, found.sheet, found.row_number, {field} as field,
                found.value_found, found.value_expected, found.has_reason,
                w.block_no, w.{form.name_field.name} as project_name
            from found
            left join wave_rows as w on found.receipt_id = w.receipt_id
                and found.sheet = w.sheet and found.row_number = w.row_number
        )
        select p.receipt_id, p.sheet, p.row_number, p.field,
            c.column_letter || coalesce(p.row_number, c.header_row) as cell,
            p.value_found, p.value_expected, p.has_reason, p.project_name
        from placed as p
        left join raw.columns as c on p.receipt_id = c.receipt_id and p.sheet = c.sheet
            and coalesce(p.block_no, 1) = c.block_no and p.field = c.field
        qualify row_number() over (
            partition by p.receipt_id, p.sheet, p.row_number, p.field
            order by c.column_number, p.value_expected) = 1
        order by p.receipt_id, p.sheet, p.row_number, p.field
    """
