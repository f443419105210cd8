-- One row per waiver and finding it was applied to. A finding keeps who waived it, why and until when; of waivers
-- that say the same for several projects, the project decides, by any name its returns give it.
with waivers as (
    select * from {{ ref('stg_waivers') }}
),

named_rows as (
    select
        project_code,
        project_name_key,
        project_name
    from {{ ref('stg_project_ledger_versions') }}
    union
    select
        project_code,
        project_name_key,
        project_name
    from {{ ref('stg_progress_report') }}
    union
    select
        project_code,
        project_name_key,
        project_name
    from {{ ref('stg_start_completion_register') }}
    union
    select
        project_code,
        statistics_name_key as project_name_key,
        statistics_name as project_name
    from {{ ref('stg_statistics_fai') }}
),

waived_names as (
    select
        waivers.waiver_no,
        named_rows.project_name
    from waivers
    inner join named_rows
        on
            waivers.project_code = named_rows.project_code
            or waivers.project_name_key = named_rows.project_name_key
    union
    select
        waiver_no,
        project as project_name
    from waivers
    where project is not null
)

select distinct
    waivers.waiver_no,
    findings.finding_id,
    receipts.receipt_id,
    receipts.received_at,
    receipts.is_restricted
from waivers
inner join {{ ref('stg_findings') }} as findings
    on
        waivers.rule_id = findings.rule_id
        and waivers.approved_by = findings.waived_by
        and waivers.reason = findings.waiver_reason
        and waivers.expires = findings.waiver_expires
inner join {{ ref('stg_receipts') }} as receipts
    on
        findings.receipt_id = receipts.receipt_id
        and coalesce(waivers.unit_code, receipts.unit_code) = receipts.unit_code
        and (waivers.form_id is null or waivers.form_id = receipts.form_id)
        and (waivers.period is null or waivers.period = receipts.period)
left join waived_names
    on
        waivers.waiver_no = waived_names.waiver_no
        and findings.project_name = waived_names.project_name
where waivers.project is null or waived_names.project_name is not null
