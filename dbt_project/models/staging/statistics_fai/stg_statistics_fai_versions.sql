-- Restricted: nothing of a single record may leave the restricted release.
with accepted as (
    select * from {{ ref('stg_receipts') }} where is_accepted
),

statistics as (
    select * from {{ source('raw', 'statistics_fai') }}
)

select
    statistics.receipt_id,
    statistics.sheet,
    statistics.block_no,
    statistics.row_number,
    accepted.unit_code as submitter_code,
    accepted.period,
    accepted.year,

    coalesce(nullif(statistics.statistics_code, ''), statistics.statistics_name_key) as statistics_code,
    statistics.statistics_name,
    statistics.statistics_name_key,
    nullif(statistics.project_code, '') as project_code,
    statistics.owner_name,
    statistics.owner_name_key,
    nullif(statistics.owner_uscc, '') as owner_uscc,
    statistics.industry_code,
    statistics.remarks,
    nullif(replace(statistics.township, ' ', ''), '') as township,

    cast(statistics.planned_total_wanyuan as decimal(18, 4)) as planned_total_wanyuan,
    cast(statistics.ytd_wanyuan as decimal(18, 4)) as ytd_wanyuan,
    cast(statistics.construction_wanyuan as decimal(18, 4)) as construction_wanyuan,
    cast(statistics.installation_wanyuan as decimal(18, 4)) as installation_wanyuan,
    cast(statistics.equipment_wanyuan as decimal(18, 4)) as equipment_wanyuan,
    cast(statistics.other_wanyuan as decimal(18, 4)) as other_wanyuan,
    cast(statistics.cumulative_wanyuan as decimal(18, 4)) as cumulative_wanyuan,

    statistics.start_month,
    statistics.entry_month,
    accepted.is_in_force,
    accepted.version_no,
    accepted.received_at,
    accepted.file_modified_at
from statistics
inner join accepted on statistics.receipt_id = accepted.receipt_id
