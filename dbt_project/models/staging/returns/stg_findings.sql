select
    finding_id,
    receipt_id,
    rule_id,
    severity,
    sheet,
    cell,
    row_number,
    field,
    project_name,
    value_found,
    value_expected,
    message
from {{ source('raw', 'findings') }}
