select
    size_band,
    lower_bound_wanyuan,
    upper_bound_wanyuan
from {{ source('config', 'size_bands') }}
