-- 问：到最近一个月底，各期“三个一批”签约、履约、开工、投产、达效各多少个、多少亿元？每一步的转化率是多少，比上个月进了几个？
-- Q: By the end of the latest month, how many projects of each cohort are signed, fulfilled, started, in production and
--    at capacity; what share passes each stage; and how many moved on since the month before?
-- 口径：每个率除以上一步；履约和达效以表中所填日期为准；跨期合计先加个数再相除。
-- Method: docs/methods/three_batches.md
with months as (
    select
        *,
        fulfilled_count - lag(fulfilled_count) over (partition by cohort order by period) as newly_fulfilled_count,
        started_count - lag(started_count) over (partition by cohort order by period) as newly_started_count,
        produced_count - lag(produced_count) over (partition by cohort order by period) as newly_produced_count
    from marts.mart_three_batches
    where period_type = 'month'
),

latest as (
    select max(period) as period from months
)

select
    months.cohort,
    months.period,
    months.listed_count,
    months.signed_count,
    months.fulfilled_count,
    months.started_count,
    months.produced_count,
    months.at_capacity_count,
    months.signed_wanyuan / 10000 as signed_yi,
    months.fulfilment_rate,
    months.start_rate,
    months.production_rate,
    months.capacity_rate,
    months.newly_fulfilled_count,
    months.newly_started_count,
    months.newly_produced_count
from months
inner join latest on months.period = latest.period
order by months.first_date, months.cohort
