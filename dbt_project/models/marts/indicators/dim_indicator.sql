select
    indicator_id,
    indicator_name,
    aliases,
    measure_unit,
    source,
    measure,
    min_total_wanyuan,
    basis,
    provider_unit_code,
    parent_indicator_id,
    sort_order
from {{ ref('stg_indicators') }}
