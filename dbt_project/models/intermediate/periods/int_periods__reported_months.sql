-- One row per month for which some monthly return is in force: of a form of the month, not a list whose period
-- happens to be one. Scores, lights and summaries are made for these months and for no other: in a month that nobody
-- reported on there is nothing to judge.
with months as (
    select distinct
        periods.month_period as period,
        periods.year
    from {{ ref('stg_periods') }} as periods
    inner join {{ ref('stg_receipts') }} as receipts on periods.period = receipts.period
    inner join {{ ref('stg_forms') }} as forms on receipts.form_id = forms.form_id and forms.period_kind = 'month'
    where receipts.is_in_force and periods.month_period is not null
)

select
    period,
    year,
    {{ month_start('period') }} as first_day,
    {{ month_end('period') }} as last_day
from months
