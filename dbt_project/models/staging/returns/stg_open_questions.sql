-- The ledger says which questions are open: what a unit is told and what is published are one list.
select
    finding_id,
    receipt_id
from {{ source('raw', 'open_questions') }}
