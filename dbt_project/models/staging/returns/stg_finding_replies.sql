select
    finding_id,
    reason as reply_reason,
    note as reply_note,
    replied_in
from {{ source('raw', 'finding_replies') }}
