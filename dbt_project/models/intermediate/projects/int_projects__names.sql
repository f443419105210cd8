-- One row per project, year of a ledger that lists it, and what a person may call it in the district's own tables:
-- any code it ever had, or the name the year's ledger gives it.
{{ config(materialized='view') }}

with years as (
    select * from {{ ref('int_projects__years') }}
),

identity as (
    select * from {{ ref('int_projects__identity') }}
)

select
    years.project_key,
    years.year,
    years.unit_code,
    'project_code' as name_kind,
    substring(identity.node_id, 6) as name_value
from years
inner join identity on years.project_key = identity.project_key
where identity.node_id like 'code:%'
union all
select
    project_key,
    year,
    unit_code,
    'name' as name_kind,
    project_name_key as name_value
from years
