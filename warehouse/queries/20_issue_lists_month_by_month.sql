-- 问：每个月各责任单位新增、推进、销号的问题各多少，月末超期未办结的多少，未销号的最久挂了多少天？
-- Q: Month by month and by responsible unit: how many issues are on the lists 新增, 推进 and 销号, how many are open
--    past their due date at the month's end, and for how many days the oldest has been open?
-- 口径：当月销号的只在销号清单；当月提出、月末未销号的在新增清单；其余在推进清单。没有过完的月份截至今天。
-- Method: docs/methods/working_ledgers.md
select
    issues.period,
    units.unit_name,
    sum(case when issues.list = '新增' then 1 else 0 end) as new_count,
    sum(case when issues.list = '推进' then 1 else 0 end) as ongoing_count,
    sum(case when issues.list = '销号' then 1 else 0 end) as closed_count,
    sum(case when issues.is_overdue then 1 else 0 end) as overdue_count,
    max(case when issues.list <> '销号' then issues.age_days end) as oldest_open_days
from marts.mart_issue_period as issues
inner join marts.dim_unit as units on issues.unit_code = units.unit_code
where issues.period_type = 'month'
group by issues.period, units.unit_code, units.unit_name
order by issues.period, units.unit_code
