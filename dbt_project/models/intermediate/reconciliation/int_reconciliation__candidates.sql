-- What is left on both sides of a month for a person to look at. The owner is the credit code, also where one
-- side wrote only the name; identities sort by code, then key. Restricted.
{{ config(materialized='view') }}

with matches as (
    select * from {{ ref('int_reconciliation__matches') }}
),

left_over as (
    select
        projects.period,
        'ledger' as side,
        projects.project_key as identity,
        projects.project_code as sort_code,
        projects.project_name_key as name_key,
        projects.unit_code,
        projects.owner_uscc,
        projects.owner_name_key,
        projects.total_investment_wanyuan as amount_wanyuan
    from {{ ref('int_reconciliation__projects') }} as projects
    left join matches
        on projects.period = matches.period and projects.project_key = matches.project_key
    where matches.project_key is null
    union all
    select
        records.period,
        'statistics' as side,
        records.statistics_code as identity,
        records.statistics_code as sort_code,
        records.statistics_name_key as name_key,
        records.unit_code,
        records.owner_uscc,
        records.owner_name_key,
        records.planned_total_wanyuan as amount_wanyuan
    from {{ ref('int_reconciliation__records') }} as records
    left join matches
        on records.period = matches.period and records.statistics_code = matches.statistics_code
    where matches.statistics_code is null
),

owners as (
    select
        owner_name_key,
        min(owner_uscc) as owner_uscc
    from left_over
    where owner_name_key is not null and owner_name_key <> '' and owner_uscc is not null
    group by owner_name_key
)

select
    left_over.period,
    left_over.side,
    left_over.identity,
    left_over.sort_code,
    left_over.name_key,
    left_over.unit_code,
    coalesce(left_over.owner_uscc, owners.owner_uscc, nullif(left_over.owner_name_key, '')) as owner_key,
    left_over.amount_wanyuan
from left_over
left join owners on left_over.owner_name_key = owners.owner_name_key
where left_over.name_key is not null and left_over.name_key <> ''
