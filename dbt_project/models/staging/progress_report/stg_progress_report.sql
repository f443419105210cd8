select * from {{ ref('stg_progress_report_versions') }} where is_in_force
