-- Rows of every version ever accepted, also the superseded ones: what was revised is told by comparing them.
with accepted as (
    select * from {{ ref('stg_receipts') }} where is_accepted
),

progress as (
    select * from {{ source('raw', 'progress_report') }}
)

select
    progress.receipt_id,
    progress.sheet,
    progress.block_no,
    progress.row_number,
    accepted.unit_code as submitter_code,
    accepted.period,
    accepted.year,
    {{ month_of_period('accepted.period') }} as month_period,

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
    {{ part_of_month('accepted.period') }} as part_of_month,

    progress.actual_start,
    progress.actual_completion,
    progress.production_date,
    progress.resumed_on,
    accepted.is_in_force,
    accepted.version_no,
    accepted.received_at,
    accepted.file_modified_at
from progress
inner join accepted on progress.receipt_id = accepted.receipt_id
