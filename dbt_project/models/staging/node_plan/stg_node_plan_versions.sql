-- Every version ever accepted: what was known of an item, and until when, is told by versions since replaced.
with accepted as (
    select * from {{ ref('stg_receipts') }} where is_accepted
),

listed as (
    select * from {{ source('raw', 'node_plan') }}
)

select
    listed.receipt_id,
    listed.sheet,
    listed.block_no,
    listed.row_number,
    accepted.unit_code as submitter_code,
    accepted.period,
    accepted.year,
    accepted.is_in_force,

    nullif(listed.project_code, '') as project_code,
    listed.project_name,
    listed.project_name_key,
    listed.node_name,
    listed.node_name_key,
    listed.node_owner,
    listed.remarks,
    listed.planned_date,
    listed.actual_date,

    accepted.received_at,
    accepted.file_modified_at,
    accepted.superseded_at
from listed
inner join accepted on listed.receipt_id = accepted.receipt_id
