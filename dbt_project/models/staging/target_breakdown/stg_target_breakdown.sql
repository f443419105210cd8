-- A cross-table is stored with a row per unit and indicator.
with in_force as (
    select * from {{ ref('stg_receipts') }} where is_in_force
),

targets as (
    select * from {{ source('raw', 'target_breakdown') }}
)

select
    targets.receipt_id,
    targets.sheet,
    targets.block_no,
    targets.row_number,
    in_force.unit_code as submitter_code,
    in_force.year,

    targets.unit_name,
    targets.unit_name_key,
    targets.indicator_id,

    cast(targets.indicator_value as decimal(18, 4)) as target_value,

    in_force.received_at,
    in_force.file_modified_at
from targets
inner join in_force on targets.receipt_id = in_force.receipt_id
