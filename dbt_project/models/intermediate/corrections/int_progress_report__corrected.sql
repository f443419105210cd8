-- The rows of the progress reports in force, with their declared corrections.
{{ corrected_rows(
    'progress_report',
    correctable_columns('progress_report'),
    ref('stg_progress_report'),
    [
        'receipt_id',
        'sheet',
        'block_no',
        'row_number',
        'submitter_code',
        'period',
        'year',
        'month_period',
        'part_of_month',
        'project_code',
        'project_name',
        'project_name_key',
        'remarks',
        'received_at',
        'file_modified_at'
    ]
) }}
