select * from {{ ref('stg_project_ledger_versions') }} where is_in_force
