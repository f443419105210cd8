-- 问：今年计划开工多少个？到最近一个月应开多少、开了多少、提前多少、逾期未开多少？两个开工率各是多少？
-- Q: How many projects are planned to start this year; by the latest month, how many were due, have started, started
--    early, are overdue; and what are the two start rates?
-- 口径：只数计划在今年开工的项目。已开工 = 应开工 − 逾期未开 + 提前；两个率的分子都是已开工，名称里带着分母，不封顶。
-- Method: docs/methods/starts.md
with latest as (
    select max(period) as period from marts.fct_investment
),

planned as (
    select
        projects.unit_code,
        case when projects.planned_start <= months.end_date then 1 else 0 end as is_due,
        case when starts.start_date <= months.end_date then 1 else 0 end as is_started
    from marts.dim_project as projects
    cross join latest
    inner join marts.dim_period as months on latest.period = months.period
    inner join marts.dim_period as years on substring(latest.period, 1, 4) = years.period
    left join marts.fct_starts as starts on projects.project_key = starts.project_key
    where
        projects.planned_start between years.start_date and years.end_date
        and not projects.is_package_parent
        and projects.status not in ('reserve', 'exited')
),

by_unit as (
    select
        unit_code,
        count(*) as planned_starts_year,
        sum(is_due) as planned_starts_to_date,
        sum(is_started) as started_count,
        sum(case when is_started = 1 and is_due = 0 then 1 else 0 end) as started_early_count,
        sum(case when is_started = 0 and is_due = 1 then 1 else 0 end) as overdue_start_count
    from planned
    group by unit_code
)

select
    latest.period,
    units.unit_name,
    by_unit.planned_starts_year,
    by_unit.planned_starts_to_date,
    by_unit.started_count,
    by_unit.started_early_count,
    by_unit.overdue_start_count,
    cast(by_unit.started_count as double) / nullif(by_unit.planned_starts_year, 0) as start_rate_on_year,
    cast(by_unit.started_count as double) / nullif(by_unit.planned_starts_to_date, 0) as start_rate_to_date
from by_unit
inner join marts.dim_unit as units on by_unit.unit_code = units.unit_code
cross join latest
order by by_unit.overdue_start_count desc, units.unit_code
