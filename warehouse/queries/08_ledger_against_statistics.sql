-- 问：最近一个月，台账与统计库核对的结果怎样？每一类有多少个项目，差多少，哪些数因为项目太少不公布？
-- Q: In the latest month, how does the ledger compare with the statistics: projects and difference in each class, and
--    which figures are withheld because too few projects are in them?
-- 口径：差额 = 台账 − 统计。统计数是三个以上项目之和才公布；与它并列的是同样这些单位的台账数。这里只解释差异，不说应当报多少。
-- Method: docs/methods/reconciliation.md
select
    reconciliation.match_class,
    sum(reconciliation.project_count) as project_count,
    sum(reconciliation.ledger_ytd_wanyuan) as ledger_ytd_wanyuan,
    sum(case when reconciliation.statistics_ytd_wanyuan is not null then reconciliation.ledger_ytd_wanyuan end)
        as ledger_of_published_ytd_wanyuan,
    sum(reconciliation.statistics_ytd_wanyuan) as published_statistics_ytd_wanyuan,
    sum(reconciliation.difference_wanyuan) as published_difference_wanyuan,
    sum(case when reconciliation.is_withheld then reconciliation.project_count else 0 end) as withheld_project_count
from marts.mart_fai_reconciliation as reconciliation
where reconciliation.period = (select max(period) from marts.mart_fai_reconciliation)
group by reconciliation.match_class
order by reconciliation.match_class
