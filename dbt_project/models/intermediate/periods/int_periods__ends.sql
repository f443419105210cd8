-- One row per period at whose end projects are looked at: every reported month and, where lights are shown each
-- half-month, its halves. A first half is there once a report for it is in force; the second half is the month.
with months as (
    select * from {{ ref('int_periods__reported_months') }}
),

district as (
    select * from {{ ref('stg_district') }}
),

first_halves as (
    select distinct substring(period, 1, 7) as month_period
    from {{ ref('stg_receipts') }}
    where form_id = 'progress_report' and is_in_force and substring(period, 8) = '-H1'
),

ends as (
    select
        period,
        period as month_period,
        3 as part_of_month,
        year,
        last_day,
        last_day as month_last_day
    from months
    union all
    select
        months.period || '-H1' as period,
        months.period as month_period,
        1 as part_of_month,
        months.year,
        make_date(months.year, {{ month_number('months.period') }}, 15) as last_day,
        months.last_day as month_last_day
    from months
    inner join first_halves on months.period = first_halves.month_period
    union all
    select
        period || '-H2' as period,
        period as month_period,
        2 as part_of_month,
        year,
        last_day,
        last_day as month_last_day
    from months
)

select
    ends.*,
    (ends.part_of_month < 3) = (district.light_policy = 'half_monthly') as is_light_period
from ends
cross join district
where ends.part_of_month = 3 or district.light_policy = 'half_monthly'
