select
    unit_code,
    year,
    reason,
    decided_by,
    decided_at
from {{ source('config', 'vetoes') }}
