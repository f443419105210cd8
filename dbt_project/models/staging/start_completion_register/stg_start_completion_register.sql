select * from {{ ref('stg_start_completion_register_versions') }} where is_in_force
