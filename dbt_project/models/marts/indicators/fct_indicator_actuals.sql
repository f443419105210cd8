select
    {{ surrogate_key(['unit_code', 'indicator_id', 'period']) }} as row_key,
    unit_code,
    indicator_id,
    measure_unit,
    source,
    period,
    year,
    actual_value,
    project_count,
    reported_count,
    missing_count,
    reported_value,
    submitter_code,
    receipt_id,
    sheet,
    row_number
from {{ ref('int_indicators__actuals') }}
