select
    rule_id,
    form_id,
    level,
    severity,
    field,
    title,
    message,
    remedy,
    reason,
    valid_from,
    valid_to
from {{ source('raw', 'rules') }}
