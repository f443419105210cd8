-- One row per period at whose end projects are looked at: every reported month and, where lights are shown each
-- half-month, its halves. A first half is there once a progress report for it is in force, a second half once any
-- return for it or for the whole month is: a month of which only the first half was reported has no second.
{{ config(materialized='view') }}

with months as (
    select * from {{ ref('int_periods__reported_months') }}
),

district as (
    select * from {{ ref('stg_district') }}
),

reported_parts as (
    select distinct
        periods.month_period,
        case when periods.part_of_month = 1 then 1 else 2 end as part_of_month
    from {{ ref('stg_periods') }} as periods
    inner join {{ ref('stg_receipts') }} as receipts on periods.period = receipts.period
    inner join {{ ref('stg_forms') }} as forms on receipts.form_id = forms.form_id and forms.period_kind = 'month'
    where receipts.is_in_force and (periods.part_of_month > 1 or receipts.form_id = 'progress_report')
),

ends as (
    select
        period,
        period as month_period,
        3 as part_of_month,
        year,
        last_day
    from months
    union all
    select
        months.period || '-H1' as period,
        months.period as month_period,
        1 as part_of_month,
        months.year,
        make_date(months.year, {{ month_number('months.period') }}, 15) as last_day
    from months
    inner join reported_parts on months.period = reported_parts.month_period and reported_parts.part_of_month = 1
    union all
    select
        months.period || '-H2' as period,
        months.period as month_period,
        2 as part_of_month,
        months.year,
        months.last_day
    from months
    inner join reported_parts on months.period = reported_parts.month_period and reported_parts.part_of_month = 2
)

select
    ends.*,
    (ends.part_of_month < 3) = (district.light_policy = 'half_monthly') as is_light_period
from ends
cross join district
where ends.part_of_month = 3 or district.light_policy = 'half_monthly'
