with in_force as (
    select * from {{ ref('stg_receipts') }} where is_in_force
),

listed as (
    select * from {{ source('raw', 'three_batches') }}
)

select
    listed.receipt_id,
    listed.sheet,
    listed.block_no,
    listed.row_number,
    in_force.unit_code as submitter_code,
    in_force.period,
    in_force.year,

    replace(listed.cohort, ' ', '') as cohort,
    {{ cohort_key('listed.cohort') }} as cohort_key,
    nullif(listed.project_code, '') as project_code,
    listed.project_name,
    listed.project_name_key,
    listed.remarks,
    cast(listed.contract_wanyuan as decimal(18, 4)) as contract_wanyuan,
    listed.signed_on,
    listed.fulfilled_on,
    listed.started_on,
    listed.produced_on,
    listed.capacity_on,

    in_force.received_at,
    in_force.file_modified_at
from listed
inner join in_force on listed.receipt_id = in_force.receipt_id
