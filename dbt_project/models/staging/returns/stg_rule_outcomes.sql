select
    receipt_id,
    rule_id,
    rule_version,
    load_id,
    outcome,
    not_evaluated_because,
    failed_count,
    not_evaluated_count
from {{ source('raw', 'rule_outcomes') }}
