-- One row per month and project that the year's ledger lists: the year-to-date investment that counts in sums.
-- It is what was reported for that month. Nothing is carried over a missing month, except that the last figure of a
-- completed project counts on to December (contract §7, Facts).
with projects as (
    select * from {{ ref('int_projects__periods') }} where period = month_period
),

figures as (
    select
        project_key,
        period,
        year,
        investment_ytd_wanyuan
    from {{ ref('int_investment__months') }}
    where investment_ytd_wanyuan is not null
),

-- The month of the latest figure of the year so far, also of one from before the project was listed.
latest_figures as (
    select
        coalesce(projects.project_key, figures.project_key) as project_key,
        coalesce(projects.period, figures.period) as period,
        max(figures.period) over (
            partition by coalesce(projects.project_key, figures.project_key), coalesce(projects.year, figures.year)
            order by coalesce(projects.period, figures.period) asc nulls last
            rows between unbounded preceding and current row
        ) as figure_period
    from projects
    full outer join figures
        on
            projects.project_key = figures.project_key
            and projects.period = figures.period
),

judged as (
    select
        projects.period,
        projects.project_key,
        figures.investment_ytd_wanyuan,
        projects.is_reserve,
        projects.is_completed and projects.completion_date < make_date(projects.year, 1, 1) as is_of_the_past,
        coalesce(figures.period = projects.period, false) as is_reported,
        projects.is_completed and coalesce(figures.period < projects.period, false) as is_carried_forward
    from projects
    left join latest_figures
        on
            projects.period = latest_figures.period
            and projects.project_key = latest_figures.project_key
    left join figures
        on
            latest_figures.figure_period = figures.period
            and latest_figures.project_key = figures.project_key
)

select
    period,
    project_key,
    case when is_reported or is_carried_forward then investment_ytd_wanyuan end as counted_ytd_wanyuan,
    is_reported,
    is_carried_forward,
    -- A reserve project, or one completed before the year, has nothing to report.
    not is_reported and not is_carried_forward and not is_reserve and not is_of_the_past as is_missing
from judged
