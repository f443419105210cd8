with months as (
    select * from {{ ref('int_investment__months') }}
),

years as (
    select * from {{ ref('int_projects__years') }}
),

-- The ledger in force of a year serves that year's months; without one there is no plan.
with_plan as (
    select
        months.*,
        years.plan_year_wanyuan,
        years.total_investment_wanyuan,
        coalesce(years.is_package_parent, false) as is_package_parent,
        case
            when months.is_corrected or years.is_plan_corrected or years.is_total_corrected then 'corrected'
            else 'submitted'
        end as value_status
    from months
    left join years
        on
            months.project_key = years.project_key
            and months.year = years.year
),

time_progress as (
    select * from {{ ref('int_time_progress__projects') }}
),

with_rates as (
    select
        with_plan.*,
        {{ rate('with_plan.investment_ytd_wanyuan', 'with_plan.plan_year_wanyuan') }} as completion_rate,
        {{ rate('with_plan.funds_in_place_wanyuan', 'with_plan.plan_year_wanyuan') }} as funds_in_place_rate,
        {{ rate(
            'with_plan.funds_in_place_wanyuan', 'with_plan.total_investment_wanyuan'
        ) }} as funds_in_place_rate_on_total,
        time_progress.time_progress_rate
    from with_plan
    left join time_progress
        on
            with_plan.project_key = time_progress.project_key
            and with_plan.period = time_progress.period
)

select
    {{ surrogate_key(['project_key', 'period']) }} as row_key,
    project_key,
    unit_code,
    period,
    year,

    investment_month_wanyuan,
    investment_ytd_wanyuan,
    investment_cumulative_wanyuan,
    funds_in_place_wanyuan,
    plan_year_wanyuan,
    total_investment_wanyuan,

    completion_rate,
    time_progress_rate,
    (completion_rate - time_progress_rate) * 100 as progress_gap_pp,
    funds_in_place_rate,
    funds_in_place_rate_on_total,

    physical_progress,
    is_in_statistics,
    is_package_parent,
    value_status,
    submitter_code,
    reporting_unit_count,

    receipt_id,
    sheet,
    row_number
from with_rates
