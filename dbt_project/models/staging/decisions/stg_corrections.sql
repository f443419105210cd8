select
    correction_no,
    form_id,
    unit_code,
    period,
    project,
    project_code,
    project_name_key,
    field,
    expect_value,
    new_value,
    reason,
    decided_by,
    status
from {{ source('config', 'corrections') }}
