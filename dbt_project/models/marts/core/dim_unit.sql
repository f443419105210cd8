select
    unit_code,
    unit_name,
    unit_type,
    aliases,
    assessed,
    unit_group as {{ adapter.quote('group') }},
    case
        when contacts is null then null
        when {{ holds_no_address('contacts') }} and {{ is_list_of_names('contacts') }} then contacts
        else {{ not_a_channel_name() }}
    end as contacts,
    valid_from,
    valid_to
from {{ ref('stg_units') }}
