-- One row per period and project that the year's ledger lists: what it is at the period's end. Lights, size bands,
-- summaries and the reconciliation look at projects through this model.
-- A project that left the list is gone from that month on, unless it was completed (contract §7, Facts).
with periods as (
    select * from {{ ref('int_periods__ends') }}
),

years as (
    select * from {{ ref('int_projects__years') }}
),

milestones as (
    select * from {{ ref('int_projects__milestones') }}
),

listed as (
    select
        periods.period,
        periods.month_period,
        periods.part_of_month,
        periods.is_light_period,
        periods.last_day,
        years.project_key,
        years.year,
        years.unit_code,

        years.project_code,
        years.project_name,
        years.project_name_key,
        years.tier,
        years.category,
        years.ledger_nature,
        years.township,
        years.lead_official,
        years.owner_name_key,
        years.owner_uscc,
        years.package_key,

        years.total_investment_wanyuan,
        years.plan_year_wanyuan,
        years.size_band,

        years.is_reserve,
        years.is_continued,
        years.is_carried_over,
        years.is_package_parent,

        years.planned_start,
        years.planned_completion,
        years.exit_period,
        milestones.start_date,
        milestones.completion_date,
        milestones.resumed_on,
        not years.is_reserve and coalesce(milestones.completion_date <= periods.last_day, false) as is_completed
    from periods
    inner join years on periods.year = years.year
    left join milestones on years.project_key = milestones.project_key
),

-- Carried over without a date is started: it was before the year. So is what was completed without one.
with_start as (
    select
        *,
        not is_reserve
        and (
            coalesce(start_date <= last_day, false)
            or is_completed
            or (is_carried_over and start_date is null)
        ) as is_started
    from listed
    where exit_period is null or exit_period > month_period or is_completed
)

select
    *,
    {{ project_status('is_reserve', 'is_completed', 'is_started') }} as status,
    case
        when is_started and start_date <= last_day then {{ calendar_months_between('start_date', 'month_period') }}
    end as months_since_start
from with_start
