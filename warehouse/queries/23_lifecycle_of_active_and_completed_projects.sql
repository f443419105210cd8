-- 问：活动清单上还有多少个项目、各在哪个阶段、总投资多少？已竣工、已退出离开清单的各多少？最早、最晚是哪天到这个阶段的？
-- Q: How many projects are still on the active list, at which stage of their life and with how much total investment;
--    how many left the list, completed or exited; and since when, at the earliest and on the latest, do they stand there?
-- 口径：未竣工、未退出的在活动清单上；阶段是有依据的最后一步；打包项目本行不计。
-- Method: docs/methods/project_lifecycle.md
with projects as (
    select *
    from marts.dim_project
    where not is_package_parent
),

stages as (
    select
        step as lifecycle_stage,
        min(step_no) as step_no
    from marts.fct_project_lifecycle
    group by step
)

select
    projects.is_active,
    projects.lifecycle_stage,
    count(*) as project_count,
    sum(projects.total_investment_wanyuan) as total_investment_wanyuan,
    min(projects.lifecycle_since) as earliest_since,
    max(projects.lifecycle_since) as latest_since,
    count(*) - count(projects.lifecycle_since) as undated_count
from projects
left join stages on projects.lifecycle_stage = stages.lifecycle_stage
group by projects.is_active, projects.lifecycle_stage, coalesce(stages.step_no, 0)
order by projects.is_active desc, coalesce(stages.step_no, 0)
