with receipts as (
    select * from {{ ref('stg_receipts') }} where is_accepted
),

photographs as (
    select * from {{ source('raw', 'photographs') }}
)

select
    photographs.receipt_id,
    receipts.unit_code as submitter_code,
    photographs.month as period,
    receipts.year,

    photographs.project,
    photographs.project_code,
    photographs.project_name_key,
    receipts.file_name,
    receipts.inbox_path,
    receipts.sha256,
    photographs.image_format,

    receipts.size_bytes,
    photographs.width,
    photographs.height,

    photographs.taken_at,
    receipts.received_at,
    receipts.file_modified_at
from photographs
inner join receipts on photographs.receipt_id = receipts.receipt_id
