-- How much of the year has gone by for a project, one row per period and project that the year's ledger lists or that
-- reports in it. It is the same for all, except by a phased plan: there a project has its own, what it was to have
-- completed by then ÷ its year plan, and none in a first half-month.
with periods as (
    select * from {{ ref('int_time_progress__periods') }}
),

years as (
    select * from {{ ref('int_projects__years') }}
),

names as (
    select * from {{ ref('int_projects__names') }}
),

plans as (
    select * from {{ ref('stg_phased_plan') }}
),

projects as (
    select
        project_key,
        year
    from years
    union
    select
        project_key,
        year
    from {{ ref('int_investment__months') }}
),

named_plans as (
    {% for name_kind, name_column in [('project_code', 'project_code'), ('name', 'project_name_key')] %}
    select
        plans.period,
        plans.project,
        names.project_key,
        names.name_kind,
        plans.planned_ytd_wanyuan
    from plans
    inner join names
        on
            plans.year = names.year
            and plans.{{ name_column }} = names.name_value
    where names.name_kind = '{{ name_kind }}'
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

with_namesakes as (
    select
        *,
        count(*) over (partition by period, project, name_kind) as namesake_count
    from named_plans
),

-- By code, else by a name that only one project of the year's ledger has.
phased_plans as (
    select
        period,
        project_key,
        planned_ytd_wanyuan
    from with_namesakes
    where namesake_count = 1
    qualify
        row_number() over (
            partition by period, project_key
            order by
                case name_kind when 'project_code' then 0 else 1 end asc nulls last,
                planned_ytd_wanyuan desc nulls last
        ) = 1
),

with_plan as (
    select
        periods.period,
        periods.time_progress_policy,
        projects.project_key,
        periods.elapsed,
        periods.elapsed_of,
        periods.elapsed_rate,
        periods.time_progress_policy = 'phased' as is_phased,
        case when periods.part_of_month > 1 then phased_plans.planned_ytd_wanyuan end as planned_ytd_wanyuan,
        years.plan_year_wanyuan
    from periods
    inner join projects on periods.year = projects.year
    left join phased_plans
        on
            periods.month_period = phased_plans.period
            and projects.project_key = phased_plans.project_key
    left join years
        on
            projects.year = years.year
            and projects.project_key = years.project_key
)

select
    period,
    project_key,
    time_progress_policy,
    case when not is_phased then elapsed end as elapsed,
    case when not is_phased then elapsed_of end as elapsed_of,
    case when is_phased then planned_ytd_wanyuan end as planned_ytd_wanyuan,
    case
        when is_phased then {{ rate('planned_ytd_wanyuan', 'plan_year_wanyuan') }}
        else elapsed_rate
    end as time_progress_rate
from with_plan
