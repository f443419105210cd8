{{ field_revisions(
    'progress_report',
    ref('stg_progress_report_versions'),
    ref('int_revisions__identified_rows'),
    revisable_fields('progress_report')
) }}
