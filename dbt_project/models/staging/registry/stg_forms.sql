select
    form_id,
    form_name,
    period_kind,
    is_restricted,
    subject
from {{ source('config', 'forms') }}
