-- 问：报过的数后来改了哪些？谁在什么时候改的，从多少改成多少，为什么，改前改后各在哪份文件的哪一格？
-- Q: Which reported figures and dates were changed later: by whom and when, from what to what, why, and in which file and
--    cell does either stand?
-- 口径：resubmitted 是单位重报改的，corrected 是声明的更正；同一份表重报而数没变的不算；没有写原因的为空，值得追问。
-- Method: docs/methods/versions_and_revisions.md
select
    revisions.known_at,
    revisions.cause,
    coalesce(senders.unit_name, revisions.changed_by) as changed_by,
    units.unit_name,
    revisions.project_name,
    revisions.period,
    revisions.field,
    revisions.old_value,
    revisions.new_value,
    revisions.difference,
    revisions.old_date,
    revisions.new_date,
    revisions.reason,
    old_returns.file_name as old_file,
    revisions.old_sheet,
    revisions.old_cell,
    new_returns.file_name as new_file,
    revisions.new_sheet,
    revisions.new_cell
from marts.fct_revisions as revisions
left join marts.dim_unit as units on revisions.unit_code = units.unit_code
left join marts.dim_unit as senders on revisions.changed_by = senders.unit_code
left join marts.fct_submissions as old_returns on revisions.old_receipt_id = old_returns.receipt_id
left join marts.fct_submissions as new_returns on revisions.new_receipt_id = new_returns.receipt_id
order by revisions.known_at desc, abs(revisions.difference) desc nulls last, revisions.row_key
