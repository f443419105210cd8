select
    rule_version,
    valid_from,
    measure,
    scope,
    minimum,
    note
from {{ source('config', 'weekly_minimums') }}
