-- One row per month, project and record that belong together or may do so. Restricted.
{{ config(materialized='view') }}

select
    period,
    project_key,
    statistics_code,
    match_method,
    cast(1 as double) as match_score,
    false as is_proposed,
    is_carrier
from {{ ref('int_reconciliation__matches') }}
union all
select
    period,
    project_key,
    statistics_code,
    'none' as match_method,
    similarity as match_score,
    true as is_proposed,
    true as is_carrier
from {{ ref('int_reconciliation__proposals') }}
