select
    form_id,
    field,
    kind as personal_kind
from {{ source('config', 'personal_fields') }}
