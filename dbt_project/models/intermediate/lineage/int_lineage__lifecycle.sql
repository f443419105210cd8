-- Which row of which return tells each date and amount of the three batches, each step of a project's life, and what
-- a correction replaced.
{{ config(materialized='view') }}

with batch_projects as (
    select
        {{ surrogate_key(['cohort_key', 'project_identity']) }} as row_key,
        *
    from {{ ref('int_batches__projects') }}
),

steps as (
    select * from {{ ref('int_lifecycle__steps') }} where receipt_id is not null
),

corrections as (
    select * from {{ ref('int_corrections__matches') }} where receipt_id is not null
)

{{ trace_figures('fct_batch_projects', 'batch_projects', {
    'contract_wanyuan': 'contract_wanyuan',
    'signed_on': 'signed_on',
    'fulfilled_on': 'fulfilled_on',
    'started_on': 'started_on',
    'produced_on': 'produced_on',
    'capacity_on': 'capacity_on'
}) }}
union all
-- A step is dated by a cell, or by the arrival of a list: then its lineage is the row that names the project.
select
    'fct_project_lifecycle' as table_name,
    {{ surrogate_key(['lifecycle_key', 'step']) }} as row_key,
    case
        when source_field in ('project_name', 'investment_ytd_wanyuan') then 'step' else 'reached_on'
    end as column_name,
    receipt_id,
    sheet,
    block_no,
    row_number,
    source_field as field
from steps
union all
select
    'fct_corrections' as table_name,
    {{ surrogate_key(['correction_no']) }} as row_key,
    'submitted_value' as column_name,
    receipt_id,
    sheet,
    block_no,
    row_number,
    field
from corrections
