-- 问：最近一个有统计报表的月份，台账比统计多（少）的数，各是什么原因造成的？时间差、口径、起点以下、应统未统……各占多少？
-- Q: In the latest month with a statistics return: by which causes does the ledger exceed (fall short of) the statistics,
--    and how much does each of them make up?
-- 口径：各原因相加等于台账减统计（缺数按 0）；项目过少的不公布，只列个数；算不出的单列为 unexplained，不硬凑。占比 = 某原因的净额 ÷ 各原因净额的绝对值之和，有正有负，相加不等于 1。
-- Method: docs/methods/reconciliation.md
with latest as (
    select max(period) as period from marts.mart_fai_difference_cause
)

select
    causes.period,
    causes.cause,
    sum(causes.project_count) as project_count,
    sum(causes.amount_wanyuan) as published_wanyuan,
    sum(case when causes.is_withheld then causes.project_count else 0 end) as withheld_project_count,
    cast(sum(causes.amount_wanyuan) as double)
    / nullif(sum(sum(abs(cast(causes.amount_wanyuan as double)))) over (), 0) as share_of_published
from marts.mart_fai_difference_cause as causes
inner join latest on causes.period = latest.period
group by causes.period, causes.cause
order by abs(sum(causes.amount_wanyuan)) desc nulls last, causes.cause
