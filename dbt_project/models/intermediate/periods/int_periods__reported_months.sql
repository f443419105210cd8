-- One row per month for which some monthly return is in force. Scores, lights and summaries are made for these
-- months and for no other: in a month that nobody reported on there is nothing to judge.
with months as (
    select distinct
        periods.month_period as period,
        periods.year
    from {{ ref('stg_periods') }} as periods
    inner join {{ ref('stg_receipts') }} as receipts on periods.period = receipts.period
    where receipts.is_in_force and periods.month_period is not null
)

select
    period,
    year,
    {{ month_start('period') }} as first_day,
    {{ month_end('period') }} as last_day
from months
