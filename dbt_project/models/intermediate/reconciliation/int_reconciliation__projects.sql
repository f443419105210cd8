-- One row per month with a statistics return in force and ledger project that takes part in it.
-- A package whose parts are listed is left to its parts; a reserve project takes part (the library may hold it)
-- and is never due.
with months as (
    select distinct period
    from {{ ref('stg_receipts') }}
    where form_id = 'statistics_fai' and is_in_force
),

investment as (
    select * from {{ ref('int_investment__months') }}
),

policy as (
    select * from {{ ref('stg_policy') }}
),

listed as (
    select projects.*
    from {{ ref('int_projects__periods') }} as projects
    inner join months on projects.period = months.period
    where not projects.is_package_parent
)

select
    listed.period,
    listed.year,
    listed.project_key,
    listed.unit_code,
    listed.project_code,
    listed.project_name,
    listed.project_name_key,
    listed.owner_name_key,
    listed.owner_uscc,
    listed.township,
    listed.package_key,
    listed.total_investment_wanyuan,

    listed.is_reserve,
    listed.is_started,
    coalesce(listed.total_investment_wanyuan >= policy.fai_threshold_wanyuan, false) as is_at_threshold,
    listed.months_since_start,

    investment.investment_ytd_wanyuan as ledger_ytd_wanyuan,
    investment.part_of_month,
    investment.is_in_statistics,
    investment.receipt_id,
    investment.sheet,
    investment.block_no,
    investment.row_number
from listed
cross join policy
left join investment
    on
        listed.project_key = investment.project_key
        and listed.period = investment.period
