-- How much of the year has gone by, one row per period and project: the only place where time progress is made.
-- elapsed ÷ elapsed_of is the same for all projects (months, half-months or days); by a phased plan a project has
-- its own, what it was to have completed by then ÷ its year plan, and none in a first half-month.
with periods as (
    select * from {{ ref('int_periods__ends') }}
),

district as (
    select * from {{ ref('stg_district') }}
),

years as (
    select * from {{ ref('int_projects__years') }}
),

projects as (
    select distinct project_key from years
),

-- By code, else by a name that only one project of the year's ledger has.
named_plans as (
    select
        plans.period,
        names.project_key,
        plans.planned_ytd_wanyuan,
        names.name_kind,
        count(*) over (partition by plans.period, plans.project, names.name_kind) as namesake_count
    from {{ ref('stg_phased_plan') }} as plans
    inner join {{ ref('int_projects__names') }} as names
        on
            plans.year = names.year
            and (
                (names.name_kind = 'project_code' and plans.project_code = names.name_value)
                or (names.name_kind = 'name' and plans.project_name_key = names.name_value)
            )
),

phased_plans as (
    select
        period,
        project_key,
        planned_ytd_wanyuan
    from named_plans
    where namesake_count = 1
    qualify
        row_number() over (
            partition by period, project_key
            order by
                case name_kind when 'project_code' then 0 else 1 end asc nulls last,
                planned_ytd_wanyuan desc nulls last
        ) = 1
),

elapsed as (
    select
        periods.period,
        periods.month_period,
        periods.part_of_month,
        periods.year,
        district.time_progress_policy,
        case
            when district.time_progress_policy = 'linear_day'
                then {{ days_between('make_date(periods.year, 1, 1)', 'periods.last_day') }} + 1
            when district.time_progress_policy = 'linear_month' and periods.part_of_month = 1
                then 2 * {{ month_number('periods.month_period') }} - 1
            when district.time_progress_policy = 'linear_month' then {{ month_number('periods.month_period') }}
        end as elapsed,
        case
            when district.time_progress_policy = 'linear_day'
                then {{ days_between('make_date(periods.year, 1, 1)', 'make_date(periods.year + 1, 1, 1)') }}
            when district.time_progress_policy = 'linear_month' and periods.part_of_month = 1 then 24
            when district.time_progress_policy = 'linear_month' then 12
        end as elapsed_of
    from periods
    cross join district
),

with_plan as (
    select
        elapsed.*,
        projects.project_key,
        case
            when elapsed.time_progress_policy = 'phased' and elapsed.part_of_month > 1
                then phased_plans.planned_ytd_wanyuan
        end as planned_ytd_wanyuan,
        years.plan_year_wanyuan
    from elapsed
    cross join projects
    left join phased_plans
        on
            elapsed.month_period = phased_plans.period
            and projects.project_key = phased_plans.project_key
    left join years
        on
            elapsed.year = years.year
            and projects.project_key = years.project_key
)

select
    period,
    month_period,
    part_of_month,
    year,
    project_key,
    time_progress_policy,
    elapsed,
    elapsed_of,
    planned_ytd_wanyuan,
    case
        when time_progress_policy = 'phased' then {{ rate('planned_ytd_wanyuan', 'plan_year_wanyuan') }}
        else {{ rate('elapsed', 'elapsed_of') }}
    end as time_progress_rate
from with_plan
