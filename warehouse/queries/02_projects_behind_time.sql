-- 问：最近一个月，哪些项目欠序时进度最多？欠多少个百分点、多少万元？形象进度到哪里了？
-- Q: In the latest month, which projects are furthest behind time, by how many points and how much money?
-- 口径：欠的钱 = 年度计划 × 时间进度 − 本年累计。没有年度计划的项目没有完成率，不在表内。
-- Method: docs/methods/investment_and_completion_rate.md
select
    investment.period,
    projects.project_name,
    units.unit_name,
    investment.plan_year_wanyuan,
    investment.investment_ytd_wanyuan,
    investment.completion_rate,
    investment.progress_gap_pp,
    cast(investment.plan_year_wanyuan as double) * investment.time_progress_rate
    - cast(investment.investment_ytd_wanyuan as double) as behind_wanyuan,
    investment.physical_progress
from marts.fct_investment as investment
inner join marts.dim_project as projects on investment.project_key = projects.project_key
inner join marts.dim_unit as units on investment.unit_code = units.unit_code
where
    investment.period = (select max(period) from marts.fct_investment)
    and investment.progress_gap_pp < 0
    and not investment.is_package_parent
order by investment.progress_gap_pp, investment.project_key
limit 20
