-- The periods that returns named, taken apart. A month's last half and its whole-month report come later
-- than its first half, which is what part_of_month orders.
with named as (
    select distinct period
    from {{ source('raw', 'receipts') }}
    where period is not null
)

select
    period,
    try_cast(substring(period, 1, 4) as integer) as year,
    case when length(period) >= 7 and substring(period, 6, 1) <> 'W' then substring(period, 1, 7) end as month_period,
    case
        when substring(period, 9, 2) = 'H1' then 1
        when substring(period, 9, 2) = 'H2' then 2
        when length(period) = 7 then 3
    end as part_of_month
from named
