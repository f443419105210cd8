select
    unit_code,
    unit_name,
    unit_type,
    aliases,
    assessed,
    unit_group,
    contacts,
    valid_from,
    valid_to
from {{ source('config', 'units') }}
