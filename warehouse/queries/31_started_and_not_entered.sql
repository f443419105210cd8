-- 问：最近一个有统计报表的月份，哪些项目已经开工、够了起点还没有入统？开工几个月了，缺什么资料，谁来办，下一步做什么？
-- Q: In the latest month with a statistics return: which projects have started, are above the threshold and not entered,
--    for how long, which papers are missing, who has to act, and what comes next?
-- 口径：应统未统 = 已开工、总投资 500 万元以上、统计库里没有；开工日期不明的排在最后；入统后自动退出本表。
-- Method: docs/methods/entry_rate.md
select
    units.unit_name,
    gaps.project_name,
    gaps.start_date,
    gaps.months_since_start,
    gaps.streak,
    gaps.total_investment_wanyuan,
    gaps.investment_ytd_wanyuan,
    gaps.missing_count,
    gaps.missing_evidence,
    gaps.is_proposed,
    gaps.next_step
from marts.mart_entry_gap as gaps
inner join marts.dim_unit as units on gaps.unit_code = units.unit_code
where gaps.period = (select max(period) from marts.mart_entry_gap)
order by gaps.months_since_start desc nulls last, gaps.total_investment_wanyuan desc nulls last, gaps.project_key
