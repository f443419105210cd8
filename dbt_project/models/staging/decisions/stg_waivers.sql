select
    waiver_no,
    rule_id,
    unit_code,
    form_id,
    period,
    project,
    project_code,
    project_name_key,
    requested_by,
    approved_by,
    reason,
    expires
from {{ source('config', 'waivers') }}
