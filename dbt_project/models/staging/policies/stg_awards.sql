select
    award_id,
    award_name,
    scope,
    unit_group,
    winners,
    cast(prize_wanyuan as decimal(18, 4)) as prize_wanyuan
from {{ source('config', 'awards') }}
