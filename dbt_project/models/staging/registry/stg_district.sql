select
    name as district_name,
    code as district_code,
    reporting_year,
    time_progress as time_progress_policy
from {{ source('config', 'district') }}
