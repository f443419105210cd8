-- One row per indicator that sums investment, month and project in it: the month's year-to-date, or of a completed
-- project the last one of the year. A project that ought to have reported and did not is here without a figure.
{{ config(materialized='view') }}

with indicators as (
    select * from {{ ref('stg_indicators') }} where source = 'computed' and measure = 'sum_investment'
),

listed as (
    select
        projects.period,
        projects.project_key,
        projects.unit_code,
        projects.total_investment_wanyuan,
        projects.is_package_parent,
        counted.counted_ytd_wanyuan as investment_ytd_wanyuan,
        counted.is_reported,
        counted.is_missing
    from {{ ref('int_projects__periods') }} as projects
    inner join {{ ref('int_investment__counted') }} as counted
        on
            projects.period = counted.period
            and projects.project_key = counted.project_key
    where projects.period = projects.month_period
),

-- Who left the list, or is in no ledger of the year, and reports all the same.
unlisted as (
    select
        investment.period,
        investment.project_key,
        investment.unit_code,
        years.total_investment_wanyuan,
        coalesce(years.is_package_parent, false) as is_package_parent,
        investment.investment_ytd_wanyuan,
        true as is_reported,
        false as is_missing
    from {{ ref('int_investment__months') }} as investment
    left join {{ ref('int_projects__years') }} as years
        on
            investment.project_key = years.project_key
            and investment.year = years.year
    left join listed
        on
            investment.period = listed.period
            and investment.project_key = listed.project_key
    where listed.project_key is null
),

all_projects as (
    select * from listed
    union all
    select * from unlisted
)

select
    all_projects.period,
    indicators.indicator_id,
    all_projects.unit_code,
    all_projects.project_key,
    all_projects.total_investment_wanyuan,
    all_projects.investment_ytd_wanyuan,
    all_projects.is_reported
from all_projects
inner join indicators
    on
        indicators.min_total_wanyuan is null
        or all_projects.total_investment_wanyuan >= indicators.min_total_wanyuan
where
    not all_projects.is_package_parent
    and (all_projects.investment_ytd_wanyuan is not null or all_projects.is_missing)
