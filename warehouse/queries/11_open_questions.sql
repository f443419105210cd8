-- 问：哪些报表还有疑问没有答复？疑问在哪一格，看到什么，应是什么？
-- Q: Which returns have questions that nobody has answered, in which cell, and what was found and expected there?
-- 口径：现行报表上的疑问；不含试行的规则。受限报表的疑问不在这里。
-- Method: docs/methods/rule_outcomes_and_states.md
select
    units.unit_name,
    findings.form_id,
    findings.period,
    submissions.state_name,
    submissions.received_at,
    findings.project_name,
    findings.sheet,
    findings.cell,
    findings.value_found,
    findings.value_expected,
    findings.rule_id,
    findings.message
from marts.fct_findings as findings
inner join marts.fct_submissions as submissions on findings.receipt_id = submissions.receipt_id
inner join marts.dim_unit as units on findings.unit_code = units.unit_code
where findings.is_open_question
order by submissions.received_at, findings.finding_id
