-- Cells of open returns stand beside those of restricted ones here; which file they are in is told in one place.
with receipts as (
    select * from {{ ref('stg_receipts') }}
)

select
    receipts.receipt_id as row_key,
    receipts.receipt_id,
    receipts.unit_code,
    receipts.form_id,
    receipts.period,
    receipts.file_name,
    receipts.sha256,
    receipts.received_at,
    receipts.is_restricted
from receipts
where receipts.receipt_id in (select lineage.receipt_id from {{ ref('fct_lineage_restricted') }} as lineage)
