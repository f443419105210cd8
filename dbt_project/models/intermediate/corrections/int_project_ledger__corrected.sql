-- The rows of every ledger version, with the declared corrections of those in force.
{{ corrected_rows(
    'project_ledger',
    correctable_columns('project_ledger'),
    ref('stg_project_ledger_versions'),
    [
        'receipt_id',
        'sheet',
        'block_no',
        'row_number',
        'submitter_code',
        'year',
        'project_code',
        'project_name',
        'project_name_key',
        'responsible_unit',
        'responsible_unit_key',
        'lead_official',
        'owner_name',
        'owner_name_key',
        'package',
        'package_key',
        'is_in_force',
        'version_no',
        'received_at',
        'file_modified_at'
    ]
) }}
