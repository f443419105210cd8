"""The message that goes with an answer: counts, deadline, next step. No project data, no figures.

Pure: what is said follows from the settled return and the number of its findings.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.declarations.deadlines import is_late
from pipelines.ledger.answering import KeptFinding, SettledReturn
from pipelines.text import one_line
from pipelines.wording import due_words, resend_words, return_name


@dataclass(frozen=True)
class Counts:
    """How many errors, open questions and hints a return has; waived errors are hints."""

    errors: int
    questions: int
    open_questions: int
    hints: int


def count(findings: Sequence[KeptFinding]) -> Counts:
    """Count findings as the submitter sees them."""
    by_severity = Counter(finding.severity for finding in findings)
    unanswered = sum(1 for f in findings if f.is_question and not f.reply_reason)
    return Counts(
        by_severity["error"], by_severity["warning"], unanswered, by_severity["information"]
    )


def verdict(settled: SettledReturn, counts: Counts) -> str:
    """What became of the return, in one sentence."""
    found = "、".join(
        f"{number} 处{word}"
        for number, word in (
            (counts.errors, "错误"),
            (counts.questions, "疑问"),
            (counts.hints, "提示"),
        )
        if number
    )
    told = counts.questions - counts.open_questions
    if told:
        found += f"（疑问中 {told} 处已有说明）"
    said = f"发现 {found}" if found else "没有发现问题"
    version = f"，为第 {settled.version_no} 版" if settled.version_no else ""
    return f"{settled.state_name}{version}；{said}。"


def what_stands(settled: SettledReturn) -> str | None:
    """For a return that replaced nothing: which version goes on to hold."""
    if settled.status not in ("refused", "duplicate"):
        return None
    if settled.in_force_version is None:
        return (
            "本期还没有受理过的版本。" if settled.status == "refused" and settled.period else None
        )
    return f"本次没有替换任何数据，已受理的第 {settled.in_force_version} 版继续有效。"


def deadline(settled: SettledReturn) -> str | None:
    """Until when the return is due, where the reporting plan says so."""
    if settled.due_at is None:
        return None
    if settled.state == "questions_open":
        return f"报送截止时间：{due_words(settled.due_at)}；疑问请在此之前说明。"
    if settled.status != "refused":
        return None
    return resend_words(settled.due_at, is_late=is_late(settled.received_at, settled.due_at))


def compose(settled: SettledReturn, form_title: str | None, counts: Counts) -> str:
    """The whole message, a line per thing to know."""
    lines = [
        f"{settled.unit_name}：",
        f"您单位报送的{return_name(form_title, settled.period)}{verdict(settled, counts)}",
        None if form_title else f"文件：{one_line(settled.file_name)}",
        what_stands(settled),
        deadline(settled),
        f"下一步：{settled.next_step}",
        f"收到时间：{settled.received_at:%Y-%m-%d %H:%M}　回执号：{settled.receipt_id}",
        "详细意见见同一文件夹里的工作簿（第一张表“校验意见”）。",
    ]
    return "\n".join(line for line in lines if line) + "\n"
