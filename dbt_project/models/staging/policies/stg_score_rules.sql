select
    rule_version,
    valid_from,
    unit_group,
    indicator_id,
    shape,
    weight,
    parameters,
    points_above,
    points_below,
    exemption,
    cap,
    floor
from {{ source('config', 'score_rules') }}
