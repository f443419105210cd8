-- A message that is not held goes by a channel that was declared; what is held names none, or a unit's own folder.
select
    message_id,
    kind,
    unit_code,
    case
        when not ({{ holds_no_address('channel') }}) then {{ not_a_channel_name() }}
        when state <> 'held' or channel = '' then channel
        when channel like 'outbox:%' and {{ is_list_of_names('channel') }} then channel
        else {{ not_a_channel_name() }}
    end as channel,
    created_at,
    state,
    attempts,
    sent_at
from {{ ref('stg_alerts') }}
