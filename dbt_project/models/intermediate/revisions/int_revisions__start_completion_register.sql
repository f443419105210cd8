{{ field_revisions(
    'start_completion_register',
    ref('stg_start_completion_register_versions'),
    ref('int_revisions__identified_rows'),
    revisable_fields('start_completion_register')
) }}
