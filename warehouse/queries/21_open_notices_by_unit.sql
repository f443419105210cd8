-- 问：各单位发出过几张督办通知单，还有几张没有办结，最长逾期多少天，改期、催办过几次？
-- Q: How many supervision notices has each unit had, how many are open, how late is the worst, and how often was it reminded?
-- 口径：错过一次日期一张；改期以后再错过是另一张；退出和不再列入的不算办结。
-- Method: docs/methods/nodes_and_notices.md
select
    units.unit_name,
    count(*) as notice_count,
    count(case when notices.status = 'open' then 1 end) as open_count,
    max(case when notices.status = 'open' then notices.days_overdue end) as longest_overdue_days,
    count(case when notices.close_reason = 'done' then 1 end) as done_count,
    count(case when notices.close_reason = 'replanned' then 1 end) as replanned_count,
    sum(notices.reminder_count) as reminder_count,
    min(case when notices.status = 'open' then notices.next_reminder_on end) as next_reminder_on
from marts.mart_supervision_notice as notices
inner join marts.dim_unit as units on notices.unit_code = units.unit_code
group by units.unit_code, units.unit_name
order by open_count desc, units.unit_code
