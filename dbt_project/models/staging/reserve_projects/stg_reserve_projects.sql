with in_force as (
    select * from {{ ref('stg_receipts') }} where is_in_force
),

reserve as (
    select * from {{ source('raw', 'reserve_projects') }}
)

select
    reserve.receipt_id,
    reserve.sheet,
    reserve.block_no,
    reserve.row_number,
    in_force.unit_code as submitter_code,
    in_force.year,

    reserve.project_name,
    reserve.project_name_key,
    reserve.proposed_tier,
    reserve.maturity,
    reserve.responsible_unit,
    reserve.responsible_unit_key,
    reserve.remarks,

    cast(reserve.total_investment_wanyuan as decimal(18, 4)) as total_investment_wanyuan,
    cast(reserve.plan_year_wanyuan as decimal(18, 4)) as plan_year_wanyuan,

    in_force.received_at,
    in_force.file_modified_at
from reserve
inner join in_force on reserve.receipt_id = in_force.receipt_id
