-- Which row of which return tells each figure of a project, its starts, completions and months. Their cells are
-- looked up in fct_lineage.
{{ config(materialized='view') }}
{% set amounts = {
    'total_investment_wanyuan': 'total_investment_wanyuan',
    'cumulative_prior_wanyuan': 'cumulative_prior_wanyuan',
    'plan_year_wanyuan': 'plan_year_wanyuan'
} %}
{% set planned_dates = ['planned_start', 'planned_completion'] %}
{#- The forms call what was reported by another name. -#}
{% set fields_of_kinds = {'reported_start': 'actual_start', 'reported_completion': 'actual_completion'} %}

with years as (
    select * from {{ ref('int_projects__years') }}
),

latest as (
    select
        project_key as row_key,
        *
    from years
    where is_latest_year
),

ledger_rows as (
    select
        identity.project_key,
        ledger_rows.*
    from {{ ref('int_projects__ledger_rows') }} as ledger_rows
    inner join {{ ref('int_projects__identity') }} as identity on ledger_rows.node_id = identity.node_id
),

-- A date that the deciding ledger leaves blank stands in the row of another unit's.
{% for field in planned_dates %}
{{ field }}s as (
    select
        years.project_key,
        years.year,
        years.is_latest_year,
        years.{{ field }},
        told.receipt_id,
        told.sheet,
        told.block_no,
        told.row_number
    from years
    inner join ledger_rows as told
        on
            years.project_key = told.project_key
            and years.year = told.year
            and years.{{ field }} = told.{{ field }}
    qualify
        row_number() over (
            partition by years.project_key, years.year
            order by
                case
                    when
                        years.receipt_id = told.receipt_id
                        and years.sheet = told.sheet
                        and years.row_number = told.row_number
                        then 0
                    else 1
                end asc nulls last,
                told.is_in_force desc nulls last,
                {{ later_accepted_first('told') }}
        ) = 1
),

latest_{{ field }}s as (
    select
        project_key as row_key,
        *
    from {{ field }}s
    where is_latest_year
),
{% endfor %}

investment_reports as (
    select
        {{ surrogate_key(['project_key', 'period']) }} as row_key,
        *
    from {{ ref('int_investment__months') }}
),

investment_ledgers as (
    select
        reports.row_key,
        years.plan_year_wanyuan,
        years.total_investment_wanyuan,
        years.receipt_id,
        years.sheet,
        years.block_no,
        years.row_number
    from investment_reports as reports
    inner join years on reports.project_key = years.project_key and reports.year = years.year
),

dates as (
    select * from {{ ref('int_projects__dates') }}
),

{% for event in ['start', 'completion'] %}
{{ event }}s as (
    select
        {{ surrogate_key(['project_key']) }} as row_key,
        *
    from {{ ref('int_projects__' ~ event ~ 's') }}
),

{{ event }}_totals as (
    select
        {{ event }}s.row_key,
        years.total_investment_wanyuan,
        years.receipt_id,
        years.sheet,
        years.block_no,
        years.row_number
    from {{ event }}s
    inner join years on {{ event }}s.project_key = years.project_key and {{ event }}s.ledger_year = years.year
),

{{ event }}_plans as (
    select
        {{ event }}s.row_key,
        plans.planned_{{ event }},
        plans.receipt_id,
        plans.sheet,
        plans.block_no,
        plans.row_number
    from {{ event }}s
    inner join planned_{{ event }}s as plans
        on {{ event }}s.project_key = plans.project_key and {{ event }}s.ledger_year = plans.year
),

-- The date that stands is the verified one where there is one.
standing_{{ event }}s as (
    select
        *,
        '{{ event }}_date' as standing_kind
    from dates
    where date_kind in ('verified_{{ event }}', 'reported_{{ event }}')
    qualify row_number() over (partition by project_key order by date_kind desc nulls last) = 1
),
{% endfor %}

dated as (
    {% for table, kinds, rows in [
        ('fct_starts', ['verified_start', 'reported_start'], 'starts'),
        ('fct_completions', ['verified_completion', 'reported_completion', 'production_date'], 'completions')
    ] %}
    select
        '{{ table }}' as table_name,
        facts.row_key,
        dates.date_kind as column_name,
        dates.receipt_id,
        dates.sheet,
        dates.block_no,
        dates.row_number,
        {{ field_of_date('dates.date_kind', fields_of_kinds) }} as field
    from dates
    inner join {{ rows }} as facts on dates.project_key = facts.project_key
    where dates.date_kind in ('{{ kinds | join("', '") }}')
    union all
    {% endfor %}
    {% for event in ['start', 'completion'] %}
    select
        'fct_{{ event }}s' as table_name,
        facts.row_key,
        dates.standing_kind as column_name,
        dates.receipt_id,
        dates.sheet,
        dates.block_no,
        dates.row_number,
        {{ field_of_date('dates.date_kind', fields_of_kinds) }} as field
    from standing_{{ event }}s as dates
    inner join {{ event }}s as facts on dates.project_key = facts.project_key
    union all
    select
        'dim_project' as table_name,
        dates.project_key as row_key,
        dates.standing_kind as column_name,
        dates.receipt_id,
        dates.sheet,
        dates.block_no,
        dates.row_number,
        {{ field_of_date('dates.date_kind', fields_of_kinds) }} as field
    from standing_{{ event }}s as dates
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

{{ trace_figures('fct_investment', 'investment_reports', {
    'investment_month_wanyuan': 'investment_month_wanyuan',
    'investment_ytd_wanyuan': 'investment_ytd_wanyuan',
    'investment_cumulative_wanyuan': 'investment_cumulative_wanyuan',
    'funds_in_place_wanyuan': 'funds_in_place_wanyuan'
}) }}
union all
{{ trace_figures('fct_investment', 'investment_ledgers', {
    'plan_year_wanyuan': 'plan_year_wanyuan',
    'total_investment_wanyuan': 'total_investment_wanyuan'
}) }}
union all
{{ trace_figures('dim_project', 'latest', amounts) }}
{% for field in planned_dates %}
union all
{{ trace_figures('dim_project', 'latest_' ~ field ~ 's', {field: field}) }}
{% endfor %}
{% for event in ['start', 'completion'] %}
union all
{{ trace_figures('fct_' ~ event ~ 's', event ~ '_totals', {'total_investment_wanyuan': 'total_investment_wanyuan'}) }}
union all
{{ trace_figures('fct_' ~ event ~ 's', event ~ '_plans', {'planned_' ~ event: 'planned_' ~ event}) }}
{% endfor %}
union all
select * from dated
