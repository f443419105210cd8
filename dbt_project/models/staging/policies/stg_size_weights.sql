select
    rule_version,
    valid_from,
    lower_bound_wanyuan,
    upper_bound_wanyuan,
    weight
from {{ source('config', 'size_weights') }}
