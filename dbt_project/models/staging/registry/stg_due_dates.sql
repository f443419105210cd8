select
    form_id,
    unit_code,
    period,
    due_at
from {{ source('config', 'due_dates') }}
