-- 问：最近一个月，各类项目完成多少，占年度计划多少，该开工的开工了几个，逾期几个？
-- Q: In the latest month, how much has each category done of its plan; how many planned starts are done or overdue?
-- 口径：比率的名字写明分母，不封顶；已开工 = 应开工 − 逾期 + 提前；打包项目与其子项目只计一次。
-- Method: docs/methods/progress_summary_and_size_bands.md
select
    member_name as category,
    project_count,
    missing_count,
    plan_year_wanyuan,
    investment_ytd_wanyuan,
    completion_rate,
    progress_gap_pp,
    planned_starts_year,
    planned_starts_to_date,
    started_count,
    started_early_count,
    overdue_start_count,
    start_rate_on_year,
    start_rate_to_date
from marts.mart_progress_summary
where dimension = 'category' and period = (select max(period) from marts.mart_progress_summary)
order by completion_rate desc nulls last, category
