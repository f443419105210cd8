select
    state,
    state_name,
    next_step,
    sort_order
from {{ source('reference', 'return_states') }}
