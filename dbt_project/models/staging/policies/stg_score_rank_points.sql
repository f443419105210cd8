select
    rule_version,
    unit_group,
    indicator_id,
    place,
    points
from {{ source('config', 'score_rank_points') }}
