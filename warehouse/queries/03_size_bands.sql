-- 问：全区项目按总投资规模分档，各档多少个、总投资和年度计划各多少、占个数的比例多少？在建的多少？
-- Q: By size of total investment: how many projects, how much investment and year plan, what share of the number,
--    and how many under construction?
-- 口径：每档下限含在内；打包项目本行、储备和已退出的项目不计。
-- Method: docs/methods/investment_and_completion_rate.md
with projects as (
    select size_band, status, total_investment_wanyuan, plan_year_wanyuan
    from marts.dim_project
    where not is_package_parent and status not in ('reserve', 'exited')
),

everything as (
    select count(*) as project_count from projects
)

select
    projects.size_band,
    count(*) as project_count,
    cast(count(*) as double) / nullif(max(everything.project_count), 0) as share_of_count,
    sum(case when projects.status = 'under_construction' then 1 else 0 end) as under_construction_count,
    sum(case when projects.status = 'completed' then 1 else 0 end) as completed_count,
    sum(projects.total_investment_wanyuan) as total_investment_wanyuan,
    sum(projects.plan_year_wanyuan) as plan_year_wanyuan
from projects
cross join everything
group by projects.size_band
order by min(projects.total_investment_wanyuan) nulls last
