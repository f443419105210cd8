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
    progress_gap_pp,
    is_on_schedule
from {{ ref('int_indicators__progress') }}
where target_value is not null or actual_value is not null
