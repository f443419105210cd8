with in_force as (
    select * from {{ ref('stg_receipts') }} where is_in_force
),

register as (
    select * from {{ source('raw', 'start_completion_register') }}
)

select
    register.receipt_id,
    register.sheet,
    register.block_no,
    register.row_number,
    in_force.unit_code as submitter_code,
    in_force.period,
    in_force.year,

    nullif(register.project_code, '') as project_code,
    register.project_name,
    register.project_name_key,
    register.evidence,
    register.launch_event,

    register.verified_start,
    register.verified_completion,
    in_force.received_at,
    in_force.file_modified_at
from register
inner join in_force on register.receipt_id = in_force.receipt_id
