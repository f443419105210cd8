-- 问：一年的投资各月各占多少？是均匀完成，还是集中在年底？只看全年各月都报了数的项目。
-- Q: What share of a year's investment falls into each month, and is it evenly spread or bunched at the year's end? Only
--    projects with a figure in every month of it.
-- 口径：分母是这些项目全年完成数；当期数 = 累计数减同年上一次的累计数；按月报时均匀为每月约 8.3%。竣工后不再报的项目不在内。没有过完的年度，只到最近一个月，不能与整年相比。
-- Method: docs/methods/investment_and_completion_rate.md
with figures as (
    select
        project_key,
        year,
        period,
        investment_ytd_wanyuan
        - coalesce(lag(investment_ytd_wanyuan) over (partition by project_key, year order by period), 0)
            as investment_month_wanyuan
    from marts.fct_investment
    where not is_package_parent and investment_ytd_wanyuan is not null
),

years as (
    select year, count(distinct period) as month_count
    from figures
    group by year
),

steady as (
    select figures.project_key, figures.year
    from figures
    inner join years on figures.year = years.year
    group by figures.project_key, figures.year, years.month_count
    having count(*) = years.month_count
),

months as (
    select
        figures.year,
        figures.period,
        count(*) as project_count,
        sum(figures.investment_month_wanyuan) as investment_month_wanyuan
    from figures
    inner join steady on figures.project_key = steady.project_key and figures.year = steady.year
    group by figures.year, figures.period
)

select
    period,
    project_count,
    investment_month_wanyuan,
    cast(investment_month_wanyuan as double)
    / nullif(cast(sum(investment_month_wanyuan) over (partition by year) as double), 0) as share_of_year,
    cast(sum(investment_month_wanyuan) over (partition by year order by period) as double)
    / nullif(cast(sum(investment_month_wanyuan) over (partition by year) as double), 0) as share_so_far
from months
order by period
