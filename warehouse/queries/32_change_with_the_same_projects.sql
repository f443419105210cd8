-- 问：本月投资比上月的增减，有多少来自两个月都报了数的同一批项目，有多少来自新进入和不再报的项目？
-- Q: Of the change of a month's investment on the month before, how much comes from the projects reported in both
--    (comparable), and how much from those that came in or dropped out?
-- 口径：同口径增减 = 两个月都有数的项目之差；进入减退出是范围变化，不是快慢。竣工后不再报的单列；四项之和等于全部增减。当期数 = 累计数减同年上一次的累计数。打包项目本行不计。
-- Method: docs/methods/investment_and_completion_rate.md
with months as (
    select
        period,
        lag(period) over (order by period) as previous_period
    from (select distinct period, year from marts.fct_investment) as reported
),

figures as (
    select
        project_key,
        period,
        investment_ytd_wanyuan
        - coalesce(lag(investment_ytd_wanyuan) over (partition by project_key, year order by period), 0)
            as investment_month_wanyuan
    from marts.fct_investment
    where not is_package_parent and investment_ytd_wanyuan is not null
),

pairs as (
    select
        months.period,
        months.previous_period,
        figures.project_key,
        figures.investment_month_wanyuan as this_wanyuan,
        cast(null as decimal(18, 4)) as previous_wanyuan
    from months
    inner join figures on months.period = figures.period
    where months.previous_period is not null
    union all
    select
        months.period,
        months.previous_period,
        figures.project_key,
        cast(null as decimal(18, 4)) as this_wanyuan,
        figures.investment_month_wanyuan as previous_wanyuan
    from months
    inner join figures on months.previous_period = figures.period
),

projects as (
    select
        period,
        previous_period,
        pairs.project_key,
        max(this_wanyuan) as this_wanyuan,
        max(previous_wanyuan) as previous_wanyuan,
        coalesce(max(substring(cast(completed.completion_date as varchar), 1, 7)) <= period, false) as is_completed
    from pairs
    left join marts.dim_project as completed on pairs.project_key = completed.project_key
    group by period, previous_period, pairs.project_key
)

select
    period,
    previous_period,
    sum(case when this_wanyuan is not null and previous_wanyuan is not null then 1 else 0 end) as comparable_count,
    coalesce(sum(this_wanyuan), 0) - coalesce(sum(previous_wanyuan), 0) as change_wanyuan,
    coalesce(sum(this_wanyuan - previous_wanyuan), 0) as comparable_change_wanyuan,
    coalesce(sum(case when previous_wanyuan is null then this_wanyuan end), 0) as came_in_wanyuan,
    -coalesce(sum(case when this_wanyuan is null and not is_completed then previous_wanyuan end), 0)
        as dropped_out_wanyuan,
    -coalesce(sum(case when this_wanyuan is null and is_completed then previous_wanyuan end), 0)
        as completed_wanyuan,
    cast(sum(this_wanyuan - previous_wanyuan) as double)
    / nullif(cast(sum(case when this_wanyuan is not null then previous_wanyuan end) as double), 0) as comparable_rate
from projects
group by period, previous_period
order by period
