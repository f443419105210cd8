-- 问：六月的本年累计，七月十日看到的是多少，现在是多少？哪些单位补报了，哪些单位改了数？
-- Q: What was June's year-to-date on 10 July, what is it now, which units came in later and which changed their figures?
-- 口径：换一天、换一个月，改开头两处即可；某一天看到的数，就是当时那一期发布的数，一行不差。
-- Method: docs/methods/versions_and_revisions.md
with seen_then as (
    select unit_code, project_key, investment_ytd_wanyuan
    from marts.investment_as_known(timestamp '2019-07-10 12:00:00')
    where period = '2019-06' and not is_package_parent
),

seen_now as (
    select unit_code, project_key, investment_ytd_wanyuan
    from marts.fct_investment
    where period = '2019-06' and not is_package_parent
),

projects as (
    select
        coalesce(seen_now.unit_code, seen_then.unit_code) as unit_code,
        seen_then.project_key as then_key,
        seen_now.project_key as now_key,
        seen_then.investment_ytd_wanyuan as then_wanyuan,
        seen_now.investment_ytd_wanyuan as now_wanyuan
    from seen_then
    full outer join seen_now on seen_then.project_key = seen_now.project_key
)

select
    units.unit_name,
    count(projects.then_key) as reported_then_count,
    count(projects.now_key) as reported_now_count,
    sum(case when projects.then_key is not null and projects.now_key is not null
            and projects.then_wanyuan <> projects.now_wanyuan then 1 else 0 end) as changed_count,
    coalesce(sum(projects.then_wanyuan), 0) as then_wanyuan,
    coalesce(sum(projects.now_wanyuan), 0) as now_wanyuan,
    coalesce(sum(projects.now_wanyuan), 0) - coalesce(sum(projects.then_wanyuan), 0) as change_wanyuan
from projects
inner join marts.dim_unit as units on projects.unit_code = units.unit_code
group by units.unit_code, units.unit_name
order by change_wanyuan desc, units.unit_code
