with in_force as (
    select * from {{ ref('stg_receipts') }} where is_in_force
),

progress as (
    select * from {{ source('raw', 'progress_report') }}
)

select
    progress.receipt_id,
    progress.sheet,
    progress.block_no,
    progress.row_number,
    in_force.unit_code as submitter_code,
    in_force.period,
    in_force.year,
    {{ month_of_period('in_force.period') }} as month_period,

    nullif(progress.project_code, '') as project_code,
    progress.project_name,
    progress.project_name_key,
    progress.physical_progress,
    progress.is_in_statistics,
    progress.problems,
    progress.next_steps,
    progress.remarks,

    cast(progress.investment_month_wanyuan as decimal(18, 4)) as investment_month_wanyuan,
    cast(progress.investment_ytd_wanyuan as decimal(18, 4)) as investment_ytd_wanyuan,
    cast(progress.investment_cumulative_wanyuan as decimal(18, 4)) as investment_cumulative_wanyuan,
    cast(progress.funds_in_place_wanyuan as decimal(18, 4)) as funds_in_place_wanyuan,
    {{ part_of_month('in_force.period') }} as part_of_month,

    progress.actual_start,
    progress.actual_completion,
    progress.production_date,
    progress.resumed_on,
    in_force.received_at,
    in_force.file_modified_at
from progress
inner join in_force on progress.receipt_id = in_force.receipt_id
