-- Every version ever accepted: what was known of an item, and until when, is told by versions since replaced.
with accepted as (
    select * from {{ ref('stg_receipts') }} where is_accepted
),

listed as (
    select * from {{ source('raw', 'issue_ledger') }}
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

    listed.issue_no,
    listed.project_name,
    listed.project_name_key,
    listed.problem,
    listed.category,
    listed.responsible_unit,
    listed.responsible_unit_key,
    listed.person_in_charge,
    listed.status as reported_status,
    listed.measures,
    listed.remarks,
    listed.raised_on,
    listed.due_on,
    listed.resolved_on,

    accepted.received_at,
    accepted.file_modified_at,
    accepted.superseded_at
from listed
inner join accepted on listed.receipt_id = accepted.receipt_id
