with in_force as (
    select * from {{ ref('stg_receipts') }} where is_in_force
),

launches as (
    select * from {{ source('raw', 'launch_event') }}
)

select
    launches.receipt_id,
    launches.sheet,
    launches.block_no,
    launches.row_number,
    in_force.unit_code as submitter_code,
    in_force.year,

    replace(launches.event_no, ' ', '') as event_no,
    launches.project_name,
    launches.project_name_key,

    cast(launches.total_investment_wanyuan as decimal(18, 4)) as total_investment_wanyuan,
    cast(launches.plan_year_wanyuan as decimal(18, 4)) as plan_year_wanyuan,

    launches.held_on,
    in_force.received_at,
    in_force.file_modified_at
from launches
inner join in_force on launches.receipt_id = in_force.receipt_id
