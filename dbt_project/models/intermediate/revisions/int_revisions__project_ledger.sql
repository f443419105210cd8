{{ field_revisions(
    'project_ledger',
    ref('stg_project_ledger_versions'),
    ref('int_revisions__identified_rows'),
    revisable_fields('project_ledger')
) }}
