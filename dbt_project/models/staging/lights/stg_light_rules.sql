-- rule_no is the place in the file: rules of one component are tried in that order.
select
    rule_version,
    valid_from,
    rule_no,
    component,
    light,
    measure,
    operator,
    threshold,
    note
from {{ source('config', 'light_rules') }}
