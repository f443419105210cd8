"""Cross-tables beside earlier ones: a row per unit and indicator, as they are stored.

Of several returns of one submitter and period in force at once, the latest with values of an indicator
speaks for it. Gives the rows from which ``wave_relations`` makes what the rules may read.
"""

from pipelines.database import quote_name
from pipelines.declarations.forms import Form

# What identifies a value from return to return: a unit by its code, so that an alias is the same unit.
UNIT_INDICATOR = "coalesce(about_unit, 'name:' || unit_key) || '|' || indicator_id"

_RELEVANT = """
with chosen as (
    select r.receipt_id, r.unit_code, r.period, r.file_name, r.file_modified_at, true as is_wave
    from raw.receipts as r inner join wave as w on r.receipt_id = w.receipt_id
    union all
    select r.receipt_id, r.unit_code, r.period, r.file_name, r.file_modified_at, false
    from raw.returns_in_force as r
    where r.form_id = $form_id
        and left(r.period, 4) in (
            select left(x.period, 4) from raw.receipts as x inner join wave as w using (receipt_id))
),

speaking as (
    select r.unit_code, r.period, v.indicator_id,
        max_by(r.receipt_id, coalesce(r.version_no, 0)) as receipt_id
    from raw.returns_in_force as r
    inner join raw.{form_id} as v on r.receipt_id = v.receipt_id
    where r.form_id = $form_id
    group by all
)

select
    c.unit_code, c.period, c.file_name, c.file_modified_at, c.is_wave,
    left(c.period, 4) as ledger_year, left(c.period, 7) as period_month,
    case when length(c.period) = 7 then c.period || '-H3' else c.period end as period_order,
    {has_reason} as has_reason,
    {columns},
    f.{name}_key as unit_key,
    u.unit_code as about_unit,
    i.indicator_name,
    i.measure_unit,
    i.provider_unit_code,
    cast(null as varchar) as own_code,
    cast(null as varchar) as own_key,
    cast(null as varchar) as ledger_ref
from raw.{form_id} as f
inner join chosen as c on f.receipt_id = c.receipt_id
left join speaking as s
    on c.unit_code = s.unit_code and c.period = s.period and f.indicator_id = s.indicator_id
left join (select name_key, min(unit_code) as unit_code from config.unit_names group by name_key) as u
    on f.{name}_key = u.name_key
left join config.indicators as i on f.indicator_id = i.indicator_id
where c.is_wave or f.receipt_id = s.receipt_id
"""


def unit_rows(form: Form, columns: str, has_reason: str) -> str:
    """The query for the rows of a cross-table; ``columns`` and ``has_reason`` are over ``f``, its parameter is the form."""
    return _RELEVANT.format(
        form_id=quote_name(form.form_id),
        name=form.name_field.name,
        has_reason=has_reason,
        columns=columns,
    )
