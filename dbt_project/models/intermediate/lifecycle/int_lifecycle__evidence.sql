-- One row per statement that a project reached a step of its life: when, and the row that says so. Of one step the
-- statement with the lowest authority number stands, then the earliest: verified before reported before the batches.
{{ config(materialized='view') }}
{#- What a stage of the batches is as a step of life. -#}
{% set steps = {
    'signed': 'signed',
    'started': 'started',
    'produced': 'in_production',
    'at_capacity': 'at_capacity'
} %}

with entries as (
    select * from {{ ref('int_reserve__entries') }}
),

batch_projects as (
    select * from {{ ref('int_batches__projects') }}
),

years as (
    select * from {{ ref('int_projects__years') }}
)

select
    entry_key as lifecycle_key,
    'reserve' as step,
    1 as authority,
    cast(received_at as date) as reached_on,
    year as list_year,
    'reserve_projects' as source_form_id,
    'project_name' as source_field,
    false as is_corrected,
    receipt_id,
    sheet,
    block_no,
    row_number
from entries
union all
select
    identity.project_key as lifecycle_key,
    'reserve' as step,
    1 as authority,
    cast(ledger_rows.received_at as date) as reached_on,
    ledger_rows.year as list_year,
    'project_ledger' as source_form_id,
    'project_name' as source_field,
    false as is_corrected,
    ledger_rows.receipt_id,
    ledger_rows.sheet,
    ledger_rows.block_no,
    ledger_rows.row_number
from {{ ref('int_projects__ledger_rows') }} as ledger_rows
inner join {{ ref('int_projects__identity') }} as identity on ledger_rows.node_id = identity.node_id
where ledger_rows.ledger_nature = '储备'
{% for stage, date_column in batch_stages() if stage in steps %}
union all
select
    lifecycle_key,
    '{{ steps[stage] }}' as step,
    3 as authority,
    reached_{{ date_column }} as reached_on,
    cast(null as integer) as list_year,
    'three_batches' as source_form_id,
    '{{ date_column }}' as source_field,
    false as is_corrected,
    receipt_id,
    sheet,
    block_no,
    row_number
from batch_projects
where
    reached_{{ date_column }} is not null
    -- What a ledger carries over had started before that year, whatever the batches say.
    and (
        '{{ stage }}' <> 'started'
        or not exists (
            select 1
            from years
            where
                years.project_key = batch_projects.project_key
                and years.is_carried_over
                and years.year <= extract(year from batch_projects.reached_{{ date_column }})
        )
    )
{% endfor %}
union all
select
    dates.project_key as lifecycle_key,
    case
        when dates.date_kind like '%_start' then 'started'
        when dates.date_kind like '%_completion' then 'completed'
        else 'in_production'
    end as step,
    case when dates.date_kind like 'verified_%' then 1 else 2 end as authority,
    dates.date_value as reached_on,
    cast(null as integer) as list_year,
    case
        when dates.date_kind like 'verified_%' then 'start_completion_register'
        else 'progress_report'
    end as source_form_id,
    case dates.date_kind
        when 'reported_start' then 'actual_start'
        when 'reported_completion' then 'actual_completion'
        else dates.date_kind
    end as source_field,
    dates.is_corrected,
    dates.receipt_id,
    dates.sheet,
    dates.block_no,
    dates.row_number
from {{ ref('int_projects__dates') }} as dates
where dates.date_kind <> 'resumed_on'
union all
-- Carried over without a date: it started before that year, nobody says when.
select
    project_key as lifecycle_key,
    'started' as step,
    4 as authority,
    cast(null as date) as reached_on,
    cast(null as integer) as list_year,
    'project_ledger' as source_form_id,
    'project_name' as source_field,
    false as is_corrected,
    receipt_id,
    sheet,
    block_no,
    row_number
from years
where is_carried_over
qualify row_number() over (partition by project_key order by year asc nulls last) = 1
