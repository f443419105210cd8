-- A confirmed link has no direction: each is given both ways round. A rejected one joins nothing.
with confirmed as (
    select * from {{ source('config', 'links') }} where decision = 'confirmed'
)

select
    left_source as from_source,
    left_id as from_id,
    right_source as to_source,
    right_id as to_id
from confirmed
union
select
    right_source as from_source,
    right_id as from_id,
    left_source as to_source,
    left_id as to_id
from confirmed
