-- One row per month with a statistics return in force and ledger project that takes part in it.
-- An exited project leaves from the month its disappearance arrived; a package whose parts are listed is left
-- to its parts; a reserve project takes part (the library may hold it) and is never due.
with months as (
    select distinct
        period,
        year
    from {{ ref('stg_receipts') }}
    where form_id = 'statistics_fai' and is_in_force
),

years as (
    select * from {{ ref('int_projects__years') }}
),

milestones as (
    select * from {{ ref('int_projects__milestones') }}
),

investment as (
    select * from {{ ref('int_investment__months') }}
),

policy as (
    select * from {{ ref('stg_policy') }}
),

listed as (
    select
        months.period,
        {{ month_end('months.period') }} as month_end,
        years.*
    from months
    inner join years on months.year = years.year
    where
        not years.is_package_parent
        and (years.exit_period is null or years.exit_period > months.period)
),

with_start as (
    select
        listed.*,
        milestones.start_date,
        not listed.is_reserve
        and (
            coalesce(milestones.start_date <= listed.month_end, false)
            or coalesce(milestones.completion_date <= listed.month_end, false)
            or (listed.is_carried_over and milestones.start_date is null)
        ) as is_started
    from listed
    left join milestones on listed.project_key = milestones.project_key
)

select
    with_start.period,
    with_start.year,
    with_start.project_key,
    with_start.unit_code,
    with_start.project_code,
    with_start.project_name,
    with_start.project_name_key,
    with_start.owner_name_key,
    with_start.owner_uscc,
    with_start.township,
    with_start.package_key,
    with_start.total_investment_wanyuan,

    with_start.is_reserve,
    with_start.is_started,
    coalesce(with_start.total_investment_wanyuan >= policy.fai_threshold_wanyuan, false) as is_at_threshold,
    case
        when with_start.is_started and with_start.start_date <= with_start.month_end
            then {{ calendar_months_between('with_start.start_date', 'with_start.period') }}
    end as months_since_start,

    investment.investment_ytd_wanyuan as ledger_ytd_wanyuan,
    investment.part_of_month,
    investment.is_in_statistics,
    investment.receipt_id,
    investment.sheet,
    investment.block_no,
    investment.row_number
from with_start
cross join policy
left join investment
    on
        with_start.project_key = investment.project_key
        and with_start.period = investment.period
