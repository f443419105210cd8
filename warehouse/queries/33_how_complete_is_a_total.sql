-- 问：最近一个月的投资总数可靠吗？该报的报了几份、报了几个项目、覆盖多少年度计划，还有多少疑问没有答复、多少数经过更正？
-- Q: How far can the latest month's total be trusted: how many of the returns and projects due are in it, how much of the
--    year's plan do they cover, how many questions are open and how many figures corrected?
-- 口径：覆盖率 = 当月报了数的项目的年度计划 ÷ 应报项目的年度计划；已竣工的不再应报。总数旁边应同时公布覆盖率。
-- Method: docs/methods/reporting_compliance.md
with latest as (
    select max(period) as period from marts.fct_investment
),

returns as (
    select
        count(*) as due_return_count,
        sum(case when accepted_at is not null then 1 else 0 end) as accepted_return_count
    from marts.mart_reporting_compliance
    where form_id = 'progress_report' and status <> 'not_due'
        and substring(period, 1, 7) = (select period from latest)
),

questions as (
    select coalesce(sum(open_question_count), 0) as open_question_count
    from marts.fct_submissions
    where
        form_id = 'progress_report' and superseded_by is null and status = 'accepted_with_warnings'
        and substring(period, 1, 7) = (select period from latest)
),

projects as (
    select
        projects.project_key,
        projects.plan_year_wanyuan,
        case when figures.project_key is not null then 1 else 0 end as is_reported,
        case when figures.value_status = 'corrected' then 1 else 0 end as is_corrected,
        figures.investment_ytd_wanyuan
    from marts.dim_project as projects
    cross join latest
    left join marts.fct_investment as figures
        on projects.project_key = figures.project_key and latest.period = figures.period
    where
        not projects.is_package_parent and projects.status not in ('reserve', 'exited')
        and (projects.completion_date is null or figures.project_key is not null)
)

select
    latest.period,
    returns.due_return_count,
    returns.accepted_return_count,
    questions.open_question_count,
    count(*) as due_project_count,
    sum(projects.is_reported) as reported_project_count,
    sum(projects.is_corrected) as corrected_project_count,
    sum(projects.investment_ytd_wanyuan) as investment_ytd_wanyuan,
    cast(sum(case when projects.is_reported = 1 then projects.plan_year_wanyuan end) as double)
    / nullif(cast(sum(projects.plan_year_wanyuan) as double), 0) as coverage_rate
from projects
cross join latest
cross join returns
cross join questions
group by latest.period, returns.due_return_count, returns.accepted_return_count, questions.open_question_count
