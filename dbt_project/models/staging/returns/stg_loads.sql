-- Two loads with one clock are one moment.
select
    now_at,
    cast(now_at as date) as load_day,
    cast(row_number() over (order by now_at asc nulls last) as integer) as load_no
from {{ source('raw', 'loads') }}
where is_finished
group by now_at
