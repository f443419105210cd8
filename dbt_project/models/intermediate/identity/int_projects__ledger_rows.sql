-- A responsible unit that is not named, or that nobody knows, leaves the project with the submitter.
with ledger_versions as (
    select * from {{ ref('int_project_ledger__corrected') }}
),

unit_names as (
    select * from {{ ref('stg_unit_names') }}
),

with_unit as (
    select
        ledger_versions.*,
        unit_names.unit_code is not null as is_unit_named,
        coalesce(unit_names.unit_code, ledger_versions.submitter_code) as unit_code
    from ledger_versions
    left join unit_names on ledger_versions.responsible_unit_key = unit_names.name_key
)

select
    *,
    case
        when project_code is not null then 'code:' || project_code
        else 'name:' || unit_code || '|' || project_name_key
    end as node_id
from with_unit
