"""What the rules against earlier returns may read, made for one wave of returns.

The relations are temporary; ``expectations/README.md`` describes them. What is known of the ledgers is made in
``known_projects``, the rules are evaluated in ``history``.
"""

import re
from collections.abc import Mapping, Sequence

from pipelines.database import Connection, quote_name, quote_text
from pipelines.declarations.forms import Form, storage_columns
from pipelines.declarations.rules import Rule
from pipelines.text import PLACEHOLDERS
from pipelines.validation.identity import item_ref
from pipelines.validation.item_history import keeps_items, prepare_said_rows
from pipelines.validation.known_projects import similar_names
from pipelines.validation.unit_history import UNIT_INDICATOR, unit_rows

# Rows of the form that matter to the wave: its own, and those in force of the same years; of a list that is
# carried on from period to period those of all years. Where no rule reads more, those of its units and periods.
_RELEVANT = """
with chosen as (
    select r.receipt_id, r.unit_code, r.period, r.file_name, r.received_at, r.file_modified_at, true as is_wave
    from raw.receipts as r inner join wave as w on r.receipt_id = w.receipt_id
    union all
    select r.receipt_id, r.unit_code, r.period, r.file_name, r.received_at, r.file_modified_at, false
    from raw.returns_in_force as r
    where r.form_id = $form_id
        and ({all_years} or left(r.period, 4) in (
            select left(x.period, 4) from raw.receipts as x inner join wave as w using (receipt_id)))
        and ({all_units} or exists (
            select 1 from raw.receipts as x inner join wave as w using (receipt_id)
            where x.unit_code = r.unit_code or x.period = r.period))
),

typed as (
    select
        c.unit_code, c.period, c.file_name, c.received_at, c.file_modified_at, c.is_wave,
        left(c.period, 4) as ledger_year, left(c.period, 7) as period_month,
        -- A month's report comes after its halves, whatever arrived first.
        case when length(c.period) = 7 then c.period || '-H3' else c.period end as period_order,
        {has_reason} as has_reason,
        {columns}, {code} as own_code, f.{name}_key as own_key
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

_PROJECT_ROWS = """
create or replace temp table project_rows as
select *, {project_ref} as project_ref, {item_ref} as item_ref from ({relevant}) as relevant_rows
"""

_WAVE_ROWS = """
create or replace temp table wave_rows as select * from project_rows where is_wave;
create or replace temp view in_force_rows as select * from project_rows where not is_wave
"""

# Made where a rule reads them, in this order.
_BESIDE_THE_WAVE = {
    "last_rows": """
create or replace temp table last_rows as
select w.receipt_id as for_receipt, o.* from (
    select distinct receipt_id, unit_code, period_order, project_ref from wave_rows) as w
inner join in_force_rows as o
    on w.unit_code = o.unit_code and w.project_ref = o.project_ref
    and o.period_order < w.period_order
qualify row_number() over (
    partition by w.receipt_id, o.project_ref order by o.period_order desc) = 1
""",
    "next_rows": """
create or replace temp table next_rows as
select w.receipt_id as for_receipt, o.* from (
    select distinct receipt_id, unit_code, period_order, project_ref from wave_rows) as w
inner join in_force_rows as o
    on w.unit_code = o.unit_code and w.project_ref = o.project_ref
    and o.period_order > w.period_order
qualify row_number() over (
    partition by w.receipt_id, o.project_ref order by o.period_order) = 1
""",
    "last_month_rows": """
create or replace temp table last_month_rows as
with neighbours as (
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
    group by all
)

select n.for_receipt, o.* from neighbours as n
inner join in_force_rows as o
    on n.unit_code = o.unit_code and o.period = n.last_month_period
""",
    "mirror_rows": """
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
left join config.units as u on o.unit_code = u.unit_code
""",
    "unknown_projects": """
create or replace temp table unknown_rows as
select receipt_id, sheet, row_number, own_code, {name} as own_name, own_key,
    case when own_code is not null then 'project_code' else '{name}' end as identity_field,
    coalesce(own_code, {name}) as identity_found
from wave_rows where ledger_ref is null and (own_key is not null or own_code is not null)
""",
}

# With one of these a query asks for columns that it does not name.
_ALL_COLUMNS = re.compile(r"(?:\bselect|\bdistinct|[.,])\s*\*|\bcolumns\s*\(")
_WORD = re.compile(r"[a-z_][a-z0-9_]*")


def prepare_wave(
    connection: Connection, form: Form, receipts: Mapping[str, bool], rules: Sequence[Rule]
) -> None:
    """Make the relations for a wave; ``receipts`` says of each return whether it has errors already."""
    connection.execute(
        "create or replace temp table wave as select unnest(cast($ids as varchar[])) as receipt_id,"
        " unnest(cast($errors as boolean[])) as has_errors",
        {"ids": list(receipts), "errors": list(receipts.values())},
    )
    text = "\n".join(rule.machine_text.lower() for rule in rules)
    item = item_ref(form) if keeps_items(form) else "project_ref"
    columns = _columns(form, f"{text}\n{item}")
    if form.is_cross_table:
        relevant, project_ref = unit_rows(form, columns, _reason_sql(form)), UNIT_INDICATOR
    else:
        relevant = _relevant_rows(form, columns, "in_force_rows" in text)
        project_ref = form.own_code or "coalesce(ledger_ref, own_code, 'name:' || own_key)"
    connection.execute(
        _PROJECT_ROWS.format(relevant=relevant, project_ref=project_ref, item_ref=item),
        {"form_id": form.form_id},
    )
    for statement in _WAVE_ROWS.split(";\n"):
        connection.execute(statement)
    sender = "sender_name" if form.is_cross_table else "unit_name"
    for relation, made in _BESIDE_THE_WAVE.items():
        if relation in text:
            connection.execute(made.format(name=form.project_field.name, sender=sender))
    if "unknown_projects" in text:
        _propose_names(connection)
    if keeps_items(form) and "said_rows" in text:
        prepare_said_rows(connection)


def _relevant_rows(form: Form, columns: str, all_units: bool) -> str:
    """The query for the rows of a list; its parameter is the form."""
    has_code = "project_code" in form.by_name
    return _RELEVANT.format(
        form_id=quote_name(form.form_id),
        code="f.project_code" if has_code else "cast(null as varchar)",
        name=form.project_field.name,
        has_reason=_reason_sql(form),
        all_years="true" if keeps_items(form) else "false",
        all_units="true" if all_units else "false",
        columns=columns,
    )


def _columns(form: Form, text: str) -> str:
    """The form's columns that the queries name, all where they do not name them; a row's own period stands beside
    that of its return.

    Most rules look at few of them, and each wave copies every row of its years.
    """
    named = None if _ALL_COLUMNS.search(text) else {*_WORD.findall(text), *_always_read(form)}
    chosen = ["f.receipt_id", "f.sheet", "f.block_no", "f.row_number"]
    for column, _ in storage_columns(form):
        known_as = "own_period" if column == "period" else column
        if named is None or known_as in named:
            chosen.append(f"f.{quote_name(column)} as {quote_name(known_as)}")
    return ", ".join(chosen)


def _always_read(form: Form) -> tuple[str, ...]:
    """What is read of every row to tell whose it is."""
    project, name = form.project_field.name, form.name_field.name
    own = () if form.own_code is None else (form.own_code,)
    return (project, f"{project}_key", name, f"{name}_key", "indicator_id", *own)


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
