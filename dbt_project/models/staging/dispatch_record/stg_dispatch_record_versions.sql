-- Every version ever accepted: what was known of an item, and until when, is told by versions since replaced.
with accepted as (
    select * from {{ ref('stg_receipts') }} where is_accepted
),

listed as (
    select * from {{ source('raw', 'dispatch_record') }}
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

    listed.meeting_type,
    listed.item,
    listed.item_key,
    listed.project_name,
    listed.project_name_key,
    listed.responsible_unit,
    listed.responsible_unit_key,
    listed.remarks,
    listed.held_on,
    listed.due_on,
    listed.done_on,

    accepted.received_at,
    accepted.file_modified_at,
    accepted.superseded_at
from listed
inner join accepted on listed.receipt_id = accepted.receipt_id
