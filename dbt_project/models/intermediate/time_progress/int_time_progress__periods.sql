-- How much of the year has gone by, one row per period end: elapsed ÷ elapsed_of by months, half-months or days. A
-- phased plan is a project's own; what has no plan of its own (the indicators) goes by months there.
{{ config(materialized='view') }}

with periods as (
    select * from {{ ref('int_periods__ends') }}
),

district as (
    select * from {{ ref('stg_district') }}
),

elapsed as (
    select
        periods.period,
        periods.month_period,
        periods.part_of_month,
        periods.year,
        district.time_progress_policy,
        case
            when district.time_progress_policy = 'linear_day'
                then {{ days_between('make_date(periods.year, 1, 1)', 'periods.last_day') }} + 1
            when periods.part_of_month = 1 then 2 * {{ month_number('periods.month_period') }} - 1
            else {{ month_number('periods.month_period') }}
        end as elapsed,
        case
            when district.time_progress_policy = 'linear_day'
                then {{ days_between('make_date(periods.year, 1, 1)', 'make_date(periods.year + 1, 1, 1)') }}
            when periods.part_of_month = 1 then 24
            else 12
        end as elapsed_of
    from periods
    cross join district
)

select
    *,
    {{ rate('elapsed', 'elapsed_of') }} as elapsed_rate
from elapsed
