-- One row per month that has begun and project under construction at its end, whether or not a photograph came or
-- anything was reported: the months without one are what this table is for. A month that is not over stands as of
-- today.
with months as (
    {{ begun_periods() }}
),

projects as (
    select
        years.project_key,
        months.period,
        months.year,
        years.unit_code,
        years.is_package_parent,
        months.as_of < months.end_date as is_provisional
    from months
    inner join {{ ref('int_projects__years') }} as years
        on months.period_type = 'month' and months.year = years.year
    left join {{ ref('int_projects__milestones') }} as milestones on years.project_key = milestones.project_key
    where {{ is_being_built('years', 'milestones', 'months.as_of') }}
),

photographs as (
    select
        project_key,
        period,
        count(*) as photo_count,
        sum(case when is_new and coalesce(is_taken_in_month, true) then 1 else 0 end) as new_photo_count
    from {{ ref('fct_photographs') }}
    where project_key is not null
    group by project_key, period
),

counted as (
    select
        projects.project_key,
        projects.period,
        projects.year,
        projects.unit_code,
        projects.is_package_parent,
        projects.is_provisional,
        sum(case when photographs.period = projects.period then photographs.photo_count else 0 end) as photo_count,
        sum(
            case when photographs.period = projects.period then photographs.new_photo_count else 0 end
        ) as new_photo_count,
        max(case when photographs.new_photo_count > 0 then photographs.period end) as last_new_photo_period
    from projects
    left join photographs
        on projects.project_key = photographs.project_key and projects.period >= photographs.period
    group by
        projects.project_key,
        projects.period,
        projects.year,
        projects.unit_code,
        projects.is_package_parent,
        projects.is_provisional
),

-- Each month with a new photograph begins a stretch; within it the months after the first are without one.
stretches as (
    select
        *,
        sum(case when new_photo_count > 0 then 1 else 0 end) over (
            partition by project_key order by period asc nulls last
            rows between unbounded preceding and current row
        ) as stretch
    from counted
)

select
    {{ surrogate_key(['project_key', 'period']) }} as row_key,
    project_key,
    unit_code,
    period,
    year,
    is_package_parent,
    is_provisional,
    cast(photo_count as integer) as photo_count,
    cast(new_photo_count as integer) as new_photo_count,
    new_photo_count > 0 as has_new_photo,
    cast(
        sum(case when new_photo_count > 0 then 0 else 1 end) over (
            partition by project_key, stretch order by period asc nulls last
            rows between unbounded preceding and current row
        ) as integer
    ) as months_without_new_photo,
    last_new_photo_period
from stretches
