"""The answer to every return: a folder ``feedback/<unit>/<receipt>/`` with all that goes back.

Reads the ledger and the archive, writes the folders, and tells the ledger which returns are answered.
What is said is composed in the neighbouring modules; a folder appears whole or not at all.
"""

import logging
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from pipelines.database import Connection, transaction
from pipelines.declarations.forms import Form
from pipelines.declarations.photographs import PHOTOGRAPH
from pipelines.declarations.rules import Rule
from pipelines.feedback.answer_plan import plan_answer
from pipelines.feedback.finding_lists import findings_csv, findings_json
from pipelines.feedback.marking.marked_workbook import UnmarkableError, mark_workbook
from pipelines.feedback.marking.plan import AnswerPlan
from pipelines.feedback.messages import compose, count
from pipelines.feedback.photograph_message import compose_for_photograph
from pipelines.feedback.row_copies import bare_sheet, copied_name, copy_of_rows
from pipelines.feedback.templates import new_template_name, template_for
from pipelines.intake.archive import fetch
from pipelines.ledger.answering import (
    KeptFinding,
    KeptOutcome,
    SettledReturn,
    findings_of,
    mark_answered,
    outcomes_of,
    unanswered,
)
from pipelines.ledger.catalogue import Catalogue
from pipelines.ledger.reading import reading_limits
from pipelines.settings import Home
from pipelines.workbooks.reading import ReadingLimits

_log = logging.getLogger(__name__)

MESSAGE_FILE = "message.txt"
_SUFFIX = "（校验意见）"
_LONGEST_STEM = 60
# Answers written before the ledger is told, so that a crash repeats few of them.
_BATCH = 200


@dataclass(frozen=True)
class Answer:
    """What one return is told."""

    settled: SettledReturn
    findings: Sequence[KeptFinding]
    outcomes: Sequence[KeptOutcome]


@dataclass(frozen=True)
class AnswerReport:
    """How many answers were written, and how many could not mark the submitter's own file as they should."""

    answers: int
    unmarked: int


@dataclass
class _Desk:
    """What the writing of answers needs at hand."""

    connection: Connection
    home: Home
    catalogue: Catalogue
    unmarked: int = 0

    @property
    def limits(self) -> ReadingLimits:
        return reading_limits(self.catalogue.settings.limits)


def write_answers(connection: Connection, home: Home, catalogue: Catalogue) -> AnswerReport:
    """Write the answer to every settled return that has none yet."""
    desk = _Desk(connection, home, catalogue)
    waiting = unanswered(connection)
    for start in range(0, len(waiting), _BATCH):
        batch = waiting[start : start + _BATCH]
        receipts = [settled.receipt_id for settled in batch]
        findings, outcomes = findings_of(connection, receipts), outcomes_of(connection, receipts)
        for settled in batch:
            answer = Answer(
                settled,
                findings.get(settled.receipt_id, []),
                outcomes.get(settled.receipt_id, []),
            )
            _write_one(answer, desk)
        with transaction(connection):
            mark_answered(connection, receipts)
    return AnswerReport(len(waiting), desk.unmarked)


def answer_folder(home: Home, unit_code: str, receipt_id: str) -> Path:
    """Where the answer to a return lies."""
    return home.feedback / unit_code / receipt_id


def _write_one(answer: Answer, desk: _Desk) -> None:
    settled = answer.settled
    folder = answer_folder(desk.home, settled.unit_code, settled.receipt_id)
    partial = folder.with_name(f".{folder.name}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for name, data in _files(answer, desk).items():
        (partial / name).write_bytes(data)
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


def _files(answer: Answer, desk: _Desk) -> dict[str, bytes]:
    settled, catalogue = answer.settled, desk.catalogue
    rules = catalogue.rules.by_id
    lists = {
        "findings.csv": findings_csv(answer.findings),
        "findings.json": findings_json(settled, answer.findings, answer.outcomes, rules),
    }
    if settled.form_id == PHOTOGRAPH:
        # A picture has no cells to mark, and its sender has it.
        message = compose_for_photograph(settled, answer.findings)
        return {MESSAGE_FILE: message.encode("utf-8"), **lists}
    form = _form_of(settled, catalogue.forms)
    counts = count(answer.findings)
    message = compose(settled, form.header.title if form else None, counts)
    plan = plan_answer(settled, form, answer.findings, _rules_of(form, catalogue), counts)
    name, workbook = _workbook(settled, plan, desk)
    files = {
        MESSAGE_FILE: message.encode("utf-8"),
        **lists,
        name: workbook,
    }
    if form is not None and any(_is_about_template(rules, f) for f in answer.findings):
        unit = (settled.unit_code, catalogue.district.unit_names.get(settled.unit_code))
        template = template_for(
            form, unit, settled.period, catalogue.forms, catalogue.district.units, desk.connection
        )
        files[new_template_name(form, settled.period)] = template
    return files


def _is_about_template(rules: Mapping[str, Rule], finding: KeptFinding) -> bool:
    rule = rules.get(finding.rule_id)
    return rule is not None and rule.arguments.get("column") == "old_template"


def _form_of(settled: SettledReturn, forms: Sequence[Form]) -> Form | None:
    return next((form for form in forms if form.form_id == settled.form_id), None)


def _rules_of(form: Form | None, catalogue: Catalogue) -> list[Rule]:
    rules = catalogue.rules.of_form(form.form_id if form else None)
    return [rule for rule in rules if not rule.trial]


def _workbook(settled: SettledReturn, plan: AnswerPlan, desk: _Desk) -> tuple[str, bytes]:
    """The submitter's own workbook marked up, or a fresh one with a copy of its rows."""
    data = fetch(desk.home.archive, settled.sha256)
    path = PurePosixPath(settled.file_name)
    stem = path.stem.removesuffix(_SUFFIX)[:_LONGEST_STEM] or "报表"
    suffix = ".xlsm" if path.suffix.lower() == ".xlsm" else ".xlsx"
    try:
        marked = mark_workbook(data, plan, max_unpacked=desk.limits.max_unpacked)
        return f"{stem}{_SUFFIX}{suffix}", marked
    except UnmarkableError as fault:
        _log.info("receipt %s is answered with a fresh workbook: %s", settled.receipt_id, fault)
    except Exception:
        # One file the product cannot mark must not keep everybody else from being answered; it is counted.
        _log.exception("receipt %s could not be marked", settled.receipt_id)
        desk.unmarked += 1
    return f"{stem}{_SUFFIX}.xlsx", _fresh_workbook(settled, plan, data, desk)


def _fresh_workbook(settled: SettledReturn, plan: AnswerPlan, data: bytes, desk: _Desk) -> bytes:
    findings = [
        replace(f, sheet=copied_name(f.sheet)) if f.sheet is not None else f for f in plan.findings
    ]
    try:
        return mark_workbook(copy_of_rows(data, desk.limits), replace(plan, findings=findings))
    except Exception:
        _log.exception("receipt %s could not be copied", settled.receipt_id)
        desk.unmarked += 1
        return mark_workbook(bare_sheet("原件的内容无法复制，请对照原文件查看意见。"), plan)
