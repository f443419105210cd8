-- Rows of every ledger version ever accepted, also the superseded ones: identity and exits need the past.
with accepted as (
    select * from {{ ref('stg_receipts') }} where is_accepted
),

ledger as (
    select * from {{ source('raw', 'project_ledger') }}
)

select
    ledger.receipt_id,
    ledger.sheet,
    ledger.block_no,
    ledger.row_number,
    accepted.unit_code as submitter_code,
    accepted.year,

    nullif(ledger.project_code, '') as project_code,
    ledger.project_name,
    ledger.project_name_key,
    ledger.tier,
    ledger.category,
    ledger.ledger_nature,
    ledger.construction_content,
    ledger.industry_code,
    ledger.township,
    ledger.build_years,
    ledger.responsible_unit,
    ledger.responsible_unit_key,
    ledger.lead_official,
    ledger.support_department,
    ledger.owner_name,
    ledger.owner_name_key,
    nullif(ledger.owner_uscc, '') as owner_uscc,
    ledger.package,
    nullif(ledger.package_key, '') as package_key,
    ledger.remarks,

    cast(ledger.total_investment_wanyuan as decimal(18, 4)) as total_investment_wanyuan,
    cast(ledger.cumulative_prior_wanyuan as decimal(18, 4)) as cumulative_prior_wanyuan,
    cast(ledger.plan_year_wanyuan as decimal(18, 4)) as plan_year_wanyuan,

    accepted.is_in_force,

    ledger.planned_start,
    ledger.planned_completion,
    accepted.version_no,
    accepted.received_at,
    accepted.file_modified_at
from ledger
inner join accepted on ledger.receipt_id = accepted.receipt_id
