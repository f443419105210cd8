-- 问：全区每个月完成多少投资？比上个月多（少）多少？有多少项目报了数？两种算法对得上吗？
-- Q: How much was completed each month, how does it compare with the month before, how many projects reported, and do
--    the month's figures agree with the difference of the year-to-date figures?
-- 口径：只加当月有数的项目；“本月”之和与“累计之差”之和应当相等，不等说明有补记、核减或漏报，值得追问。
-- Method: docs/methods/investment_and_completion_rate.md
with figures as (
    select
        project_key,
        year,
        period,
        investment_month_wanyuan,
        investment_ytd_wanyuan,
        investment_ytd_wanyuan
        - coalesce(lag(investment_ytd_wanyuan) over (partition by project_key, year order by period), 0)
            as since_last_report_wanyuan
    from marts.fct_investment
    where not is_package_parent
),

months as (
    select
        period,
        count(*) as reported_count,
        sum(investment_month_wanyuan) as investment_month_wanyuan,
        sum(since_last_report_wanyuan) as since_last_report_wanyuan
    from figures
    group by period
)

select
    period,
    reported_count,
    investment_month_wanyuan,
    investment_month_wanyuan - lag(investment_month_wanyuan) over (order by period) as change_on_last_month_wanyuan,
    since_last_report_wanyuan - investment_month_wanyuan as unexplained_wanyuan
from months
order by period
