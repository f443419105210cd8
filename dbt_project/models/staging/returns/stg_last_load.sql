select max(now_at) as now_at
from {{ source('raw', 'loads') }}
where is_finished
