-- One row per indicator that counts the reserve, month and project in it: the ledger's reserve projects, and the
-- entries of the reserve lists that are none of them.
{{ config(materialized='view') }}

with months as (
    select * from {{ ref('int_periods__reported_months') }}
),

indicators as (
    select * from {{ ref('stg_indicators') }} where source = 'computed' and measure = 'count_reserve'
),

ledger_projects as (
    select
        period,
        unit_code,
        project_key as contribution_key,
        project_key,
        project_name,
        total_investment_wanyuan
    from {{ ref('int_projects__periods') }}
    where period = month_period and is_reserve and not is_package_parent
),

entries as (
    select * from {{ ref('int_reserve__entries') }} where is_counted
),

-- Of a project that is in both, the ledger says whose it is and how big.
unlisted_entries as (
    select
        months.period,
        entries.unit_code,
        {{ surrogate_key(["'name'", 'entries.project_name_key']) }} as contribution_key,
        cast(null as {{ dbt.type_string() }}) as project_key,
        entries.project_name,
        entries.total_investment_wanyuan
    from entries
    inner join months on entries.year = months.year
    left join ledger_projects
        on
            months.period = ledger_projects.period
            and entries.project_key = ledger_projects.project_key
    where ledger_projects.project_key is null
),

reserve as (
    select * from ledger_projects
    union all
    select * from unlisted_entries
)

select
    reserve.period,
    indicators.indicator_id,
    reserve.unit_code,
    reserve.contribution_key,
    reserve.project_key,
    reserve.project_name,
    reserve.total_investment_wanyuan
from reserve
inner join indicators
    on
        indicators.min_total_wanyuan is null
        or reserve.total_investment_wanyuan >= indicators.min_total_wanyuan
