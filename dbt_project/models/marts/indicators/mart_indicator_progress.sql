with units as (
    select * from {{ ref('int_scores__assessed_units') }}
),

indicators as (
    select * from {{ ref('stg_indicators') }}
),

targets as (
    select * from {{ ref('fct_targets') }}
),

actuals as (
    select * from {{ ref('fct_indicator_actuals') }}
),

time_progress as (
    select * from {{ ref('int_indicators__time_progress') }}
),

side_by_side as (
    select
        units.unit_code,
        units.unit_group,
        indicators.indicator_id,
        indicators.measure_unit,
        indicators.source,
        units.period,
        units.year,
        targets.target_value,
        actuals.actual_value,
        {{ rate('actuals.actual_value', 'targets.target_value') }} as completion_rate,
        time_progress.time_progress_rate
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
    where targets.unit_code is not null or actuals.unit_code is not null
)

-- Rounded so that what is exactly on time in decimals is on time here.
select
    {{ surrogate_key(['unit_code', 'indicator_id', 'period']) }} as row_key,
    unit_code,
    unit_group as {{ adapter.quote('group') }},
    indicator_id,
    period,
    target_value,
    actual_value,
    measure_unit,
    source,
    completion_rate,
    time_progress_rate,
    (completion_rate - time_progress_rate) * 100 as progress_gap_pp,
    round(completion_rate, 9) >= round(time_progress_rate, 9) as is_on_schedule
from side_by_side
