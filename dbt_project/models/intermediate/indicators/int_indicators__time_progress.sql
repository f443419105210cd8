-- One row per reported month: the share of the year gone by, as indicators are judged by it. A phased plan is a
-- project's own; indicators go by months there.
with months as (
    select * from {{ ref('int_periods__reported_months') }}
),

district as (
    select * from {{ ref('stg_district') }}
)

select
    months.period,
    case
        when district.time_progress_policy = 'linear_day'
            then {{ rate(
                days_between('make_date(months.year, 1, 1)', 'months.last_day') ~ ' + 1',
                days_between('make_date(months.year, 1, 1)', 'make_date(months.year + 1, 1, 1)')
            ) }}
        else {{ rate(month_number('months.period'), 12) }}
    end as time_progress_rate
from months
cross join district
