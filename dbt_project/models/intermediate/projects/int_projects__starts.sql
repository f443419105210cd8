-- One row per project that started, with what the ledger of that year planned.
{{ config(materialized='view') }}

with milestones as (
    select * from {{ ref('int_projects__milestones') }}
),

years as (
    select * from {{ ref('int_projects__years') }}
),

-- A project that the latest ledger still keeps in reserve has not started, whatever date was written.
not_in_reserve as (
    select project_key
    from years
    qualify row_number() over (partition by project_key order by year desc nulls last) = 1 and not is_reserve
),

started as (
    select milestones.*
    from milestones
    inner join not_in_reserve on milestones.project_key = not_in_reserve.project_key
    where milestones.start_date is not null
),

-- The ledger of the year of the start says what was planned; without one, the latest ledger does.
with_ledger as (
    select
        started.project_key,
        started.reported_start,
        started.verified_start,
        started.start_date,
        years.unit_code,
        years.planned_start,
        years.total_investment_wanyuan,
        years.size_band,
        years.is_package_parent,
        years.year as ledger_year,
        started.is_start_corrected
        or years.is_planned_start_corrected
        or years.is_total_corrected as is_corrected
    from started
    inner join years on started.project_key = years.project_key
    qualify
        row_number() over (
            partition by started.project_key
            order by
                case when years.year = extract(year from started.start_date) then 0 else 1 end asc nulls last,
                years.year desc nulls last
        ) = 1
)

select
    project_key,
    unit_code,
    planned_start,
    reported_start,
    verified_start,
    start_date,
    {{ month_of_date('start_date') }} as start_period,
    {{ days_between('planned_start', 'start_date') }} as days_late,
    verified_start is not null as is_verified,
    total_investment_wanyuan,
    size_band,
    is_package_parent,
    case when is_corrected then 'corrected' else 'submitted' end as value_status,
    ledger_year
from with_ledger
