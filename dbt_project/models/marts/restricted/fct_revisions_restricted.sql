-- What the statistics office changed in its own figures, record by record; nobody else can.
{{ config(alias='fct_revisions') }}

with identified as (
    select
        'statistics_fai' as form_id,
        receipt_id,
        sheet,
        row_number,
        statistics_code as identity_key,
        cast(null as {{ dbt.type_string() }}) as project_key
    from {{ ref('stg_statistics_fai_versions') }}
),

revisions as (
    {{ field_revisions(
        'statistics_fai',
        ref('stg_statistics_fai_versions'),
        'identified',
        {'ytd_wanyuan': 'money', 'cumulative_wanyuan': 'money', 'planned_total_wanyuan': 'money'}
    ) }}
),

told as (
    {{ told_revisions('revisions') }}
)

select
    row_key,
    identity_key as statistics_code,
    submitter_code,
    form_id,
    period,
    field,
    version_no,
    cause,
    old_value,
    new_value,
    difference,
    old_receipt_id,
    old_sheet,
    old_cell,
    new_receipt_id,
    new_sheet,
    new_cell,
    changed_by,
    reason,
    known_at
from told
