-- Every version ever accepted: when a project was first in reserve is told by versions since replaced.
with accepted as (
    select * from {{ ref('stg_receipts') }} where is_accepted
),

reserve as (
    select * from {{ source('raw', 'reserve_projects') }}
)

select
    reserve.receipt_id,
    reserve.sheet,
    reserve.block_no,
    reserve.row_number,
    accepted.unit_code as submitter_code,
    accepted.year,
    accepted.is_in_force,

    reserve.project_name,
    reserve.project_name_key,
    reserve.proposed_tier,
    reserve.maturity,
    reserve.responsible_unit,
    reserve.responsible_unit_key,
    reserve.remarks,

    cast(reserve.total_investment_wanyuan as decimal(18, 4)) as total_investment_wanyuan,
    cast(reserve.plan_year_wanyuan as decimal(18, 4)) as plan_year_wanyuan,

    accepted.received_at,
    accepted.file_modified_at,
    accepted.superseded_at
from reserve
inner join accepted on reserve.receipt_id = accepted.receipt_id
