-- One row per project that was completed, with what the ledger of that year planned.
{{ config(materialized='view') }}

with milestones as (
    select * from {{ ref('int_projects__milestones') }}
),

years as (
    select * from {{ ref('int_projects__years') }}
),

not_in_reserve as (
    select project_key
    from years
    qualify row_number() over (partition by project_key order by year desc nulls last) = 1 and not is_reserve
),

completed as (
    select milestones.*
    from milestones
    inner join not_in_reserve on milestones.project_key = not_in_reserve.project_key
    where milestones.completion_date is not null
),

-- The ledger of the year of the completion says what was planned; without one, the latest ledger does.
with_ledger as (
    select
        completed.project_key,
        completed.reported_completion,
        completed.verified_completion,
        completed.completion_date,
        completed.production_date,
        years.unit_code,
        years.planned_completion,
        years.total_investment_wanyuan,
        years.size_band,
        years.is_package_parent,
        years.year as ledger_year,
        completed.is_completion_corrected
        or years.is_planned_completion_corrected
        or years.is_total_corrected as is_corrected
    from completed
    inner join years on completed.project_key = years.project_key
    qualify
        row_number() over (
            partition by completed.project_key
            order by
                case when years.year = extract(year from completed.completion_date) then 0 else 1 end asc nulls last,
                years.year desc nulls last
        ) = 1
)

select
    project_key,
    unit_code,
    planned_completion,
    reported_completion,
    verified_completion,
    completion_date,
    production_date,
    {{ month_of_date('completion_date') }} as completion_period,
    {{ days_between('planned_completion', 'completion_date') }} as days_late,
    verified_completion is not null as is_verified,
    total_investment_wanyuan,
    size_band,
    is_package_parent,
    case when is_corrected then 'corrected' else 'submitted' end as value_status,
    ledger_year
from with_ledger
