-- One row per indicator that counts starts or completions, month and project counted in it: those dated in the year
-- up to the month's end, by the date the indicator goes by. The ledger of that year says whose the project is and
-- how big; without one, the ledger the fact goes by.
{{ config(materialized='view') }}

with months as (
    select * from {{ ref('int_periods__reported_months') }}
),

indicators as (
    select * from {{ ref('stg_indicators') }} where source = 'computed'
),

years as (
    select * from {{ ref('int_projects__years') }}
),

dated as (
    {% for measure, facts, verified, reported, standing in [
        ('count_starts', 'int_projects__starts', 'verified_start', 'reported_start', 'start_date'),
        ('count_completions', 'int_projects__completions', 'verified_completion', 'reported_completion', 'completion_date')
    ] %}
    select
        indicators.indicator_id,
        indicators.min_total_wanyuan,
        facts.project_key,
        facts.unit_code,
        facts.total_investment_wanyuan,
        facts.is_package_parent,
        case indicators.basis
            when 'verified' then facts.{{ verified }}
            when 'reported' then facts.{{ reported }}
            else facts.{{ standing }}
        end as event_date
    from indicators
    inner join {{ ref(facts) }} as facts on indicators.measure = '{{ measure }}'
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

with_ledger as (
    select
        dated.indicator_id,
        dated.min_total_wanyuan,
        dated.project_key,
        dated.event_date,
        cast(extract(year from dated.event_date) as integer) as year,
        coalesce(years.unit_code, dated.unit_code) as unit_code,
        coalesce(years.is_package_parent, dated.is_package_parent) as is_package_parent,
        case
            when years.project_key is null then dated.total_investment_wanyuan
            else years.total_investment_wanyuan
        end as total_investment_wanyuan
    from dated
    left join years
        on
            dated.project_key = years.project_key
            and extract(year from dated.event_date) = years.year
    where dated.event_date is not null
)

select
    months.period,
    with_ledger.indicator_id,
    with_ledger.unit_code,
    with_ledger.project_key,
    with_ledger.total_investment_wanyuan,
    with_ledger.event_date
from with_ledger
inner join months
    on
        with_ledger.year = months.year
        and with_ledger.event_date <= months.last_day
where
    not with_ledger.is_package_parent
    and (
        with_ledger.min_total_wanyuan is null
        or with_ledger.total_investment_wanyuan >= with_ledger.min_total_wanyuan
    )
