-- A cross-table is stored with a row per unit and indicator. Values are year-to-date.
with in_force as (
    select * from {{ ref('stg_receipts') }} where is_in_force
),

reports as (
    select * from {{ source('raw', 'indicator_report') }}
)

select
    reports.receipt_id,
    reports.sheet,
    reports.block_no,
    reports.row_number,
    in_force.unit_code as submitter_code,
    in_force.period,
    in_force.year,
    {{ month_of_period('in_force.period') }} as month_period,

    reports.unit_name,
    reports.unit_name_key,
    reports.indicator_id,

    cast(reports.indicator_value as decimal(18, 4)) as reported_value,
    {{ part_of_month('in_force.period') }} as part_of_month,

    in_force.received_at,
    in_force.file_modified_at
from reports
inner join in_force on reports.receipt_id = in_force.receipt_id
