with in_force as (
    select * from {{ ref('stg_receipts') }} where is_in_force
),

listed as (
    select * from {{ source('raw', 'site_review') }}
)

select
    listed.receipt_id,
    listed.sheet,
    listed.block_no,
    listed.row_number,
    in_force.unit_code as submitter_code,
    in_force.period,
    in_force.year,

    coalesce(listed.period, in_force.period) as reviewed_period,
    listed.project_name as reviewed_name,
    listed.project_name_key as reviewed_name_key,
    listed.responsible_unit,
    listed.responsible_unit_key,
    listed.remarks,
    cast(listed.daily_score as decimal(18, 4)) as daily_score,
    cast(listed.site_score as decimal(18, 4)) as site_score,

    in_force.received_at,
    in_force.file_modified_at
from listed
inner join in_force on listed.receipt_id = in_force.receipt_id
