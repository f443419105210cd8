-- 问：到今天开了多少次周例会和现场办公会，定了多少件事，办成了多少件，超期未办的几件？各月各是多少？
-- Q: How many weekly and on-site meetings were held, how many items did they settle, how many are done and how many
--    overdue, all together and by month?
-- 口径：同一天同一种会为一次；事项以最后受理的记录为准，时限当天不算超期。
-- Method: docs/methods/working_ledgers.md
with items as (
    select *
    from marts.mart_dispatch
    where meeting_type in ('周例会', '现场办公会')
),

by_month as (
    select
        month,
        count(distinct meeting_key) as meeting_count,
        count(*) as item_count,
        sum(case when status = 'done' then 1 else 0 end) as done_count,
        sum(case when status = 'overdue' then 1 else 0 end) as overdue_count,
        max(days_overdue) as most_days_overdue
    from items
    group by month
)

select * from by_month
union all
select
    '合计' as month,
    sum(meeting_count) as meeting_count,
    sum(item_count) as item_count,
    sum(done_count) as done_count,
    sum(overdue_count) as overdue_count,
    max(most_days_overdue) as most_days_overdue
from by_month
order by month
