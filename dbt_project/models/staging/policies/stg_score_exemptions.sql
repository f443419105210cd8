select
    rule_version,
    unit_group,
    indicator_id,
    unit_code
from {{ source('config', 'score_exemptions') }}
