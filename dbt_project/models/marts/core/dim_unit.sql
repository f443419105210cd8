select
    unit_code,
    unit_name,
    unit_type,
    aliases,
    assessed,
    unit_group as {{ adapter.quote('group') }},
    contacts,
    valid_from,
    valid_to
from {{ ref('stg_units') }}
