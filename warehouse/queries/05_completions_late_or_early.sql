-- 问：哪些项目已经竣工？比计划晚（早）多少天？以认定日期还是以报告日期为准？投产了没有？
-- Q: Which projects are completed, how many days late (early), by a verified or a reported date, and in production?
-- 口径：认定的日期优先；计划只写月份的按该月第一天算，所以晚 30 天以内的，可能仍在计划的月份内。
-- Method: docs/methods/completions.md
select
    projects.project_name,
    units.unit_name,
    completions.planned_completion,
    completions.completion_date,
    completions.days_late,
    case when completions.is_verified then 'verified' else 'reported' end as date_from,
    completions.production_date,
    completions.total_investment_wanyuan
from marts.fct_completions as completions
inner join marts.dim_project as projects on completions.project_key = projects.project_key
inner join marts.dim_unit as units on completions.unit_code = units.unit_code
where not completions.is_package_parent
order by completions.days_late desc nulls last, completions.project_key
