-- 问：最近一个月，各责任单位的年度投资完成率是多少，比序时进度超（欠）多少个百分点，还有几个项目没有报？
-- Q: In the latest month, what is each unit's completion rate, how far is it ahead of (behind) time, and how many
--    projects sent no figure?
-- 口径：分子是当月报送的本年累计，加上已竣工、不再报送的项目的最后一次累计；分母是这些单位全部项目的年度计划。
--      打包项目本行不计（其子项目已计）；储备和已退出的项目不计。没有计划的项目不进分母，也就不应只看比率。
-- Method: docs/methods/investment_and_completion_rate.md
with latest as (
    select max(period) as period from marts.fct_investment
),

projects as (
    select project_key, unit_code, plan_year_wanyuan, completion_date
    from marts.dim_project
    where not is_package_parent and status not in ('reserve', 'exited')
),

last_figures as (
    select
        investment.project_key,
        investment.period,
        investment.investment_ytd_wanyuan,
        row_number() over (partition by investment.project_key order by investment.period desc) as recency
    from marts.fct_investment as investment
    inner join latest
        on substring(investment.period, 1, 4) = substring(latest.period, 1, 4) and investment.period <= latest.period
),

counted as (
    select
        projects.unit_code,
        projects.plan_year_wanyuan,
        case when figures.period = latest.period then 1 else 0 end as is_reported,
        case when projects.completion_date is null and coalesce(figures.period, '') <> latest.period
            then 1 else 0 end as is_missing,
        case when figures.period = latest.period or projects.completion_date is not null
            then figures.investment_ytd_wanyuan end as investment_ytd_wanyuan
    from projects
    cross join latest
    left join last_figures as figures on projects.project_key = figures.project_key and figures.recency = 1
),

by_unit as (
    select
        unit_code,
        count(*) as project_count,
        sum(is_reported) as reported_count,
        sum(is_missing) as missing_count,
        sum(plan_year_wanyuan) as plan_year_wanyuan,
        sum(investment_ytd_wanyuan) as investment_ytd_wanyuan
    from counted
    group by unit_code
),

time_gone_by as (
    select max(time_progress_rate) as time_progress_rate
    from marts.fct_investment
    where period = (select period from latest)
)

select
    latest.period,
    units.unit_name,
    by_unit.project_count,
    by_unit.reported_count,
    by_unit.missing_count,
    by_unit.plan_year_wanyuan,
    by_unit.investment_ytd_wanyuan,
    cast(by_unit.investment_ytd_wanyuan as double) / nullif(cast(by_unit.plan_year_wanyuan as double), 0)
        as completion_rate,
    (cast(by_unit.investment_ytd_wanyuan as double) / nullif(cast(by_unit.plan_year_wanyuan as double), 0)
        - time_gone_by.time_progress_rate) * 100 as progress_gap_pp
from by_unit
inner join marts.dim_unit as units on by_unit.unit_code = units.unit_code
cross join latest
cross join time_gone_by
order by completion_rate desc nulls last, units.unit_code
