select
    name as district_name,
    code as district_code,
    reporting_year,
    time_progress as time_progress_policy,
    lights as light_policy,
    publish_names as may_publish_names
from {{ source('config', 'district') }}
