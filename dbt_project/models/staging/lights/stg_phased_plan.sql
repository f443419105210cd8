-- What a project was to have completed by the end of a month, where time progress goes by a phased plan.
select
    project,
    project_code,
    project_name_key,
    period,
    {{ year_of_period('period') }} as year,
    cast(planned_ytd_wanyuan as decimal(18, 4)) as planned_ytd_wanyuan
from {{ source('config', 'phased_plan') }}
