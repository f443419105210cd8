-- 问：哪个单位常犯哪类错误？报了几次表，几次不符合，还有几处没有答复？
-- Q: Which unit makes which mistakes: how many returns, how many of them fail the rule, how many questions are open?
-- 口径：一次报送一份表；不含重复报送、试行的规则和受限的报表。认不出表种的文件列为 unrecognised。只是告知的（information）不算错。
-- Method: docs/methods/rule_outcomes_and_states.md
select
    units.unit_name,
    mistakes.form_id,
    mistakes.rule_id,
    mistakes.rule_title,
    sum(mistakes.return_count) as return_count,
    sum(mistakes.failed_return_count) as failed_return_count,
    sum(mistakes.finding_count) as finding_count,
    sum(mistakes.waived_count) as waived_count,
    sum(mistakes.open_question_count) as open_question_count
from marts.mart_unit_findings as mistakes
inner join marts.dim_unit as units on mistakes.unit_code = units.unit_code
inner join marts.dim_rule as rules on mistakes.rule_id = rules.rule_id
where rules.severity <> 'information'
group by units.unit_name, mistakes.form_id, mistakes.rule_id, mistakes.rule_title
order by failed_return_count desc, finding_count desc, units.unit_name, mistakes.rule_id
