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
    substring(in_force.period, 1, 7) as month_period,

    reports.unit_name,
    reports.unit_name_key,
    reports.indicator_id,

    cast(reports.indicator_value as decimal(18, 4)) as reported_value,
    -- The last report of a month is that month's figure: first half, second half, whole month.
    case substring(in_force.period, 9, 2) when 'H1' then 1 when 'H2' then 2 else 3 end as part_of_month,

    in_force.received_at,
    in_force.file_modified_at
from reports
inner join in_force on reports.receipt_id = in_force.receipt_id
