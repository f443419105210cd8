"""What the answer workbook shows, in the submitter's words: facts, findings, rules, reasons to choose from.

Pure. How it is written into a workbook belongs to ``feedback.marking``.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from pipelines.declarations.forms import Form
from pipelines.declarations.rules import Rule, without_a_finding
from pipelines.feedback.marking.plan import AnswerPlan, ListedFinding, ListedRule, Severity
from pipelines.feedback.messages import Counts, deadline, verdict, what_stands
from pipelines.ledger.answering import KeptFinding, SettledReturn
from pipelines.text import one_line
from pipelines.wording import return_name

# What a clerk can choose from; anything else may be written beside it.
REPLY_REASONS = (
    "数据无误，情况属实",
    "本月确实没有变化",
    "核减以前月份的数",
    "补报以前月份的数",
    "总投资或计划已调整",
    "口径或单位换算造成",
    "已与对方单位核对，以我单位为准",
    "其他（请在补充说明里写明）",
)


def plan_answer(
    settled: SettledReturn,
    form: Form | None,
    findings: Sequence[KeptFinding],
    rules: Sequence[ListedRule],
    counts: Counts,
) -> AnswerPlan:
    """Everything an answer workbook shows besides the submitter's own sheets."""
    title = form.header.title if form else None
    return AnswerPlan(
        title=f"{return_name(title, settled.period)}校验意见",
        facts=list(_facts(settled, counts).items()),
        findings=[_listed(settled, finding, form) for finding in findings],
        rules=rules,
        reply_reasons=REPLY_REASONS,
        mark={
            "answer_to": settled.receipt_id,
            "answer_unit": settled.unit_code,
            "answer_form": settled.form_id or "",
            "answer_period": settled.period or "",
        },
    )


def _facts(settled: SettledReturn, counts: Counts) -> Mapping[str, str]:
    facts = {
        "填报单位": settled.unit_name,
        "文件": one_line(settled.file_name),
        "收到时间": f"{settled.received_at:%Y-%m-%d %H:%M}",
        "回执号": settled.receipt_id,
        "结果": verdict(settled, counts),
        "有效版本": what_stands(settled) or "",
        "截止时间": deadline(settled) or "",
        "下一步": settled.next_step,
    }
    return {label: text for label, text in facts.items() if text}


def _listed(settled: SettledReturn, finding: KeptFinding, form: Form | None) -> ListedFinding:
    field = form.by_name.get(finding.field or "") if form is not None else None
    return ListedFinding(
        finding_id=finding.finding_id,
        severity=cast(Severity, finding.severity),
        sheet=finding.sheet,
        cell=finding.cell,
        label=field.label if field else "",
        project=finding.project_name or "",
        found=finding.value_found,
        expected=finding.value_expected,
        message=finding.message,
        rule_id=finding.rule_id,
        asks_reply=finding.is_question,
        reply_reason=finding.reply_reason or "",
        reply_note=finding.reply_note or "",
    )


def listed_rules(rules: Sequence[Rule], form: Form | None) -> tuple[ListedRule, ...]:
    """The rules of a form as a clerk reads them: the same for all its returns."""
    return tuple(_rule(rule, form) for rule in rules)


def _rule(rule: Rule, form: Form | None) -> ListedRule:
    field = form.by_name.get(rule.field or "") if form is not None else None
    example = rule.example.replace("{example}", field.example) if field else rule.example
    return ListedRule(
        rule.rule_id,
        rule.version,
        rule.severity,
        rule.title,
        without_a_finding(rule.remedy),
        without_a_finding(example),
        rule.reason,
        rule.tolerance or "",
    )
