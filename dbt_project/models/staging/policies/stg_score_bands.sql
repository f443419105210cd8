select
    rule_version,
    unit_group,
    indicator_id,
    lower_rate,
    points
from {{ source('config', 'score_bands') }}
