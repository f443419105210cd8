select
    indicator_id,
    sort_order,
    indicator_name,
    aliases,
    measure_unit,
    source,
    measure,
    coalesce(measure like 'count%', false) as is_count,
    basis,
    provider_unit_code,
    parent_indicator_id,
    cast(min_total_wanyuan as decimal(18, 4)) as min_total_wanyuan
from {{ source('config', 'indicators') }}
