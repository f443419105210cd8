-- Restricted: nothing of a single record may leave the restricted release.
select * from {{ ref('stg_statistics_fai_versions') }} where is_in_force
