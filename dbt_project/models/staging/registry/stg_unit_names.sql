-- A name or alias that two units share names neither of them.
select
    name_key,
    min(unit_code) as unit_code
from {{ source('config', 'unit_names') }}
group by name_key
having count(distinct unit_code) = 1
