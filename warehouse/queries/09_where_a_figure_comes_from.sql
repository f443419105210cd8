-- 问：最近一个月本年累计最大的那个项目，它的每个数来自哪个单位的哪份文件、哪张表、哪一格？原文是什么，做过什么处理？
-- Q: The project with the largest year-to-date figure of the latest month: from which unit's file, sheet and cell does
--    each of its figures come, what did the cell say, and what was done to it?
-- 口径：换一个项目，改最里层的条件即可；原件在 archive/<sha256 前两位>/<sha256>。
-- Method: docs/methods/row_accounting_and_lineage.md
with figure as (
    select row_key, project_key, period
    from marts.fct_investment
    where period = (select max(period) from marts.fct_investment)
    order by investment_ytd_wanyuan desc nulls last, project_key
    limit 1
)

select
    projects.project_name,
    figure.period,
    lineage.column_name,
    units.unit_name as sent_by,
    submissions.file_name,
    lineage.sheet,
    lineage.cell,
    lineage.raw_text,
    lineage.steps,
    submissions.sha256
from figure
inner join marts.dim_project as projects on figure.project_key = projects.project_key
inner join marts.fct_lineage as lineage
    on figure.row_key = lineage.row_key and lineage.table_name = 'fct_investment'
inner join marts.fct_submissions as submissions on lineage.receipt_id = submissions.receipt_id
inner join marts.dim_unit as units on submissions.unit_code = units.unit_code
order by lineage.column_name
