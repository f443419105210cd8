-- One row per month and project that the year's ledger lists: the year-to-date investment that counts in sums.
-- It is what was reported for that month. Nothing is carried over a missing month, except that the last figure of a
-- completed project counts on to December (contract §7, Facts).
with projects as (
    select * from {{ ref('int_projects__periods') }} where period = month_period
),

-- The latest figure of the year so far.
figures as (
    select
        projects.period,
        projects.project_key,
        investment.period as figure_period,
        investment.investment_ytd_wanyuan
    from projects
    inner join {{ ref('int_investment__months') }} as investment
        on
            projects.project_key = investment.project_key
            and projects.year = investment.year
            and projects.period >= investment.period
    where investment.investment_ytd_wanyuan is not null
    qualify
        row_number() over (
            partition by projects.period, projects.project_key
            order by investment.period desc nulls last
        ) = 1
),

judged as (
    select
        projects.period,
        projects.project_key,
        figures.investment_ytd_wanyuan,
        projects.is_reserve,
        projects.is_completed and projects.completion_date < make_date(projects.year, 1, 1) as is_of_the_past,
        coalesce(figures.figure_period = projects.period, false) as is_reported,
        projects.is_completed and coalesce(figures.figure_period < projects.period, false) as is_carried_on
    from projects
    left join figures
        on
            projects.period = figures.period
            and projects.project_key = figures.project_key
)

select
    period,
    project_key,
    case when is_reported or is_carried_on then investment_ytd_wanyuan end as counted_ytd_wanyuan,
    is_reported,
    is_carried_on,
    -- A reserve project, or one completed before the year, has nothing to report.
    not is_reported and not is_carried_on and not is_reserve and not is_of_the_past as is_missing
from judged
