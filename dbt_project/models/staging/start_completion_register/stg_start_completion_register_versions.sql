-- Rows of every version ever accepted, also the superseded ones: what was revised is told by comparing them.
with accepted as (
    select * from {{ ref('stg_receipts') }} where is_accepted
),

register as (
    select * from {{ source('raw', 'start_completion_register') }}
)

select
    register.receipt_id,
    register.sheet,
    register.block_no,
    register.row_number,
    accepted.unit_code as submitter_code,
    accepted.period,
    accepted.year,

    nullif(register.project_code, '') as project_code,
    register.project_name,
    register.project_name_key,
    register.evidence,
    register.launch_event,
    register.remarks,

    register.verified_start,
    register.verified_completion,
    accepted.is_in_force,
    accepted.version_no,
    accepted.received_at,
    accepted.file_modified_at
from register
inner join accepted on register.receipt_id = accepted.receipt_id
