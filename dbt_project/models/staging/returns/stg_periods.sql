-- The periods that returns named, taken apart.
with named as (
    select distinct period
    from {{ source('raw', 'receipts') }}
    where period is not null
)

select
    period,
    try_cast(substring(period, 1, 4) as integer) as year,
    {{ month_of_period('period') }} as month_period,
    {{ part_of_month('period') }} as part_of_month
from named
