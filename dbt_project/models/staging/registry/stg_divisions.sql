select
    division_code,
    replace(division_name, ' ', '') as division_name,
    level,
    parent_code
from {{ source('reference', 'administrative_divisions') }}
where coalesce(valid_to, '') = ''
