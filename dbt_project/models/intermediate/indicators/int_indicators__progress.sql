-- One row per reported month, assessed unit and indicator: target, figure, and how far the one is behind the other and
-- behind time. Indicators go by the share of the year gone by, also where projects have phased plans of their own.
{{ config(materialized='view') }}

with units as (
    select * from {{ ref('int_scores__assessed_units') }}
),

indicators as (
    select * from {{ ref('stg_indicators') }}
),

targets as (
    select * from {{ ref('int_indicators__target_values') }}
),

actuals as (
    select * from {{ ref('int_indicators__actuals') }}
),

time_progress as (
    select * from {{ ref('int_time_progress__periods') }}
),

side_by_side as (
    select
        units.unit_code,
        units.unit_group,
        indicators.indicator_id,
        indicators.measure_unit,
        indicators.source,
        units.period,
        targets.target_value,
        actuals.actual_value,
        {{ rate('actuals.actual_value', 'targets.target_value') }} as completion_rate,
        time_progress.elapsed_rate as time_progress_rate
    from units
    cross join indicators
    inner join time_progress on units.period = time_progress.period
    left join targets
        on
            units.unit_code = targets.unit_code
            and indicators.indicator_id = targets.indicator_id
            and units.year = targets.year
    left join actuals
        on
            units.unit_code = actuals.unit_code
            and indicators.indicator_id = actuals.indicator_id
            and units.period = actuals.period
)

select
    *,
    (completion_rate - time_progress_rate) * 100 as progress_gap_pp,
    {{ compared('completion_rate') }} >= {{ compared('time_progress_rate') }} as is_on_schedule
from side_by_side
