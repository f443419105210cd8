select
    {{ surrogate_key(['unit_code', 'indicator_id', 'year']) }} as row_key,
    unit_code,
    indicator_id,
    year,
    target_value,
    measure_unit,
    submitter_code,
    receipt_id,
    sheet,
    row_number
from {{ ref('int_indicators__target_values') }}
