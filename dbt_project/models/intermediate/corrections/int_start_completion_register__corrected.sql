-- The rows of the registers in force, with their declared corrections.
{{ corrected_rows(
    'start_completion_register',
    correctable_columns('start_completion_register'),
    ref('stg_start_completion_register'),
    [
        'receipt_id',
        'sheet',
        'block_no',
        'row_number',
        'submitter_code',
        'period',
        'year',
        'project_code',
        'project_name',
        'project_name_key',
        'received_at',
        'file_modified_at'
    ]
) }}
