-- Findings that quote what tells of a person: a telephone number is published nowhere, a name only where the district
-- says so. Looked at is the column they stand in.
with closed_fields as (
    select
        personal_fields.form_id,
        personal_fields.field
    from {{ ref('stg_personal_fields') }} as personal_fields
    cross join {{ ref('stg_district') }} as district
    where personal_fields.personal_kind = 'phone' or not coalesce(district.may_publish_names, false)
),

findings as (
    select
        findings.finding_id,
        findings.receipt_id,
        receipts.form_id,
        findings.sheet,
        findings.field,
        findings.message,
        regexp_extract(findings.cell, '^[A-Z]+', 0) as column_letter
    from {{ ref('stg_findings') }} as findings
    inner join {{ ref('stg_receipts') }} as receipts on findings.receipt_id = receipts.receipt_id
),

in_closed_columns as (
    select findings.finding_id
    from findings
    inner join {{ ref('stg_columns') }} as columns
        on
            findings.receipt_id = columns.receipt_id
            and findings.sheet = columns.sheet
            and findings.column_letter = columns.column_letter
    inner join closed_fields
        on
            findings.form_id = closed_fields.form_id
            and columns.field = closed_fields.field
),

of_closed_fields as (
    select findings.finding_id
    from findings
    inner join closed_fields
        on
            findings.form_id = closed_fields.form_id
            and findings.field = closed_fields.field
),

closed as (
    select finding_id from in_closed_columns
    union
    select finding_id from of_closed_fields
)

select
    findings.finding_id,
    findings.receipt_id,
    findings.message
from findings
inner join closed on findings.finding_id = closed.finding_id
