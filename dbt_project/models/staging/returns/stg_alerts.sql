-- What a message says stays with its receiver: neither subject nor body goes any further.
select
    message_id,
    kind,
    unit_code,
    channel,
    created_at,
    state,
    attempts,
    sent_at
from {{ source('raw', 'outbox') }}
