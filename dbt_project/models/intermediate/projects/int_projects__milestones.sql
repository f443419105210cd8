-- The verified date counts where there is one, else the reported one (contract §7, Facts).
{{ config(materialized='view') }}

with projects as (
    select distinct project_key from {{ ref('int_projects__years') }}
),

dates as (
    select * from {{ ref('int_projects__dates') }}
),

side_by_side as (
    select
        projects.project_key,
        max(case when dates.date_kind = 'verified_start' then dates.date_value end) as verified_start,
        max(case when dates.date_kind = 'reported_start' then dates.date_value end) as reported_start,
        max(case when dates.date_kind = 'verified_completion' then dates.date_value end) as verified_completion,
        max(case when dates.date_kind = 'reported_completion' then dates.date_value end) as reported_completion,
        max(case when dates.date_kind = 'production_date' then dates.date_value end) as production_date,
        count(case when dates.is_corrected and dates.date_kind like '%start' then 1 end) > 0 as is_start_corrected,
        count(
            case when dates.is_corrected and dates.date_kind not like '%start' then 1 end
        ) > 0 as is_completion_corrected
    from projects
    left join dates on projects.project_key = dates.project_key
    group by projects.project_key
)

select
    *,
    coalesce(verified_start, reported_start) as start_date,
    coalesce(verified_completion, reported_completion) as completion_date
from side_by_side
