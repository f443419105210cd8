-- 问：今年各季度（或周、半月、月、半年）开了几次会、办了几件事、完成几个节点、新增和销号多少问题、开工竣工几个、投资多少？
-- Q: Quarter by quarter: how many meetings, items done, nodes done, issues raised and resolved, starts, completions,
--    and how much investment? Put week, half_month, month, half_year or year in place of quarter for the other views.
-- 口径：没有过完的季度算到最近一次装载那天；会议对全区只算一次。
-- Method: docs/methods/working_ledgers.md
select
    period,
    as_of,
    meeting_count,
    item_count,
    item_done_count,
    item_overdue_count,
    node_planned_count,
    node_done_count,
    node_overdue_count,
    issue_new_count,
    issue_resolved_count,
    issue_open_count,
    notice_issued_count,
    started_count,
    completed_count,
    investment_wanyuan
from marts.mart_period_summary
where
    unit_code = 'all'
    and period_type = 'quarter'
    and year = (select max(latest.year) from marts.mart_period_summary as latest)
order by period;
