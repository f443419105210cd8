select
    form_id,
    unit_code,
    period,
    period_ends,
    due_at,
    is_provisional
from {{ source('config', 'due_dates') }}
