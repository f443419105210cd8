"""The answer to every return: a folder ``feedback/<unit>/<receipt>/`` with all that goes back.

Reads the ledger and the archive, writes the folders, and tells the ledger which returns are answered.
What is said is composed in the neighbouring modules; a folder appears whole or not at all.
"""

import logging
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from pipelines.database import Connection, transaction
from pipelines.declarations.forms import Form
from pipelines.declarations.packages import PACKAGE
from pipelines.declarations.photographs import PHOTOGRAPH
from pipelines.declarations.rules import Rule
from pipelines.durability import sync_all
from pipelines.feedback import answer_worker
from pipelines.feedback.answer_plan import listed_rules, plan_answer
from pipelines.feedback.answer_workbooks import AnswerWorkbook, bare_answer
from pipelines.feedback.file_names import answer_stem
from pipelines.feedback.finding_lists import ValidationReports, findings_csv
from pipelines.feedback.marking.plan import AnswerPlan, ListedRule
from pipelines.feedback.messages import compose, count
from pipelines.feedback.package_message import compose_for_package
from pipelines.feedback.photograph_message import compose_for_photograph
from pipelines.feedback.templates import new_template_name, template_for
from pipelines.intake.archive import archive_path
from pipelines.ledger.answering import (
    KeptFinding,
    KeptOutcome,
    SettledReturn,
    findings_of,
    mark_answered,
    members_of,
    outcomes_of,
    unanswered,
)
from pipelines.ledger.catalogue import Catalogue
from pipelines.ledger.reading import child_limits, reading_limits
from pipelines.problems import OperatorError
from pipelines.sandbox.limits import Death
from pipelines.sandbox.pool import ChildPool
from pipelines.settings import Home, Limits

_log = logging.getLogger(__name__)

MESSAGE_FILE = "message.txt"
# Answers written before the ledger is told, so that a crash repeats few of them.
_BATCH = 200
_WITHOUT_WORKBOOK = frozenset({PHOTOGRAPH, PACKAGE})


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
    """What the writing of answers needs at hand; ``pool`` opens the files of submitters.

    ``rules`` of each form met so far, as its answers list them.
    """

    connection: Connection
    home: Home
    catalogue: Catalogue
    pool: ChildPool
    reports: ValidationReports
    rules: dict[str | None, tuple[ListedRule, ...]] = field(default_factory=dict)
    unmarked: int = 0


def write_answers(connection: Connection, home: Home, catalogue: Catalogue) -> AnswerReport:
    """Write the answer to every settled return that has none yet."""
    waiting = unanswered(connection)
    with _answering_pool(catalogue.settings.limits) as pool:
        pool.begin(sum(settled.form_id not in _WITHOUT_WORKBOOK for settled in waiting))
        reports = ValidationReports(catalogue.rules.by_id)
        desk = _Desk(connection, home, catalogue, pool, reports)
        for start in range(0, len(waiting), _BATCH):
            _write_batch(waiting[start : start + _BATCH], desk)
    return AnswerReport(len(waiting), desk.unmarked)


def answer_folder(home: Home, unit_code: str, receipt_id: str) -> Path:
    """Where the answer to a return lies."""
    return home.feedback / unit_code / receipt_id


def _answering_pool(limits: Limits) -> ChildPool:
    """The processes that mark the workbooks of submitters.

    The elements of a workbook take more room than its cells, and a copy is written through temporary files.
    """
    child, reading = child_limits(limits), reading_limits(limits)
    wider = replace(
        child, memory_bytes=child.memory_bytes * 3 // 2, file_bytes=reading.max_unpacked
    )
    settings = asdict(reading)
    return ChildPool(answer_worker.MODULE, settings, wider, limits.reading_processes)


def _write_batch(batch: Sequence[SettledReturn], desk: _Desk) -> None:
    receipts = [settled.receipt_id for settled in batch]
    findings = findings_of(desk.connection, receipts)
    outcomes = outcomes_of(desk.connection, receipts)
    answers = [
        Answer(settled, findings.get(settled.receipt_id, []), outcomes.get(settled.receipt_id, []))
        for settled in batch
    ]
    written: set[Path] = set()
    for answer, files in _composed(answers, desk):
        written |= set(_put(answer.settled, files, desk))
    sync_all(written)
    with transaction(desk.connection):
        mark_answered(desk.connection, receipts)


def _composed(answers: Sequence[Answer], desk: _Desk) -> Iterator[tuple[Answer, dict[str, bytes]]]:
    """The files of each answer; those whose workbook has to be opened come last."""
    marked = [answer for answer in answers if answer.settled.form_id not in _WITHOUT_WORKBOOK]
    for answer in answers:
        if answer.settled.form_id in _WITHOUT_WORKBOOK:
            yield answer, _files(answer, _message_without_workbook(answer, desk), desk)
    asked = ((answer, _request(answer, desk)) for answer in marked)
    for answer, told in desk.pool.ask_all(asked):
        form = _form_of(answer.settled, desk.catalogue.forms)
        title = form.header.title if form else None
        files = _files(answer, compose(answer.settled, title, count(answer.findings)), desk)
        workbook = _workbook(answer, told, desk)
        files[f"{answer_stem(answer.settled.file_name)}{workbook.suffix}"] = workbook.content
        yield answer, files | _new_template(answer, form, desk)


def _put(settled: SettledReturn, files: Mapping[str, bytes], desk: _Desk) -> list[Path]:
    """Write one answer, whole or not at all. Returns what has to be made durable.

    Raises OperatorError where the folder cannot be written; the return is answered by the next load.
    """
    folder = answer_folder(desk.home, settled.unit_code, settled.receipt_id)
    partial = folder.with_name(f".{folder.name}")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        for name, data in files.items():
            (partial / name).write_bytes(data)
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)
    except OSError as error:
        raise OperatorError(
            f"The answer {folder} cannot be written: {error.strerror}.",
            "Free the disk, or give the user of the load the right to write there; then load again.",
        ) from error
    return [folder.parent, folder, *(folder / name for name in files)]


def _files(answer: Answer, message: str, desk: _Desk) -> dict[str, bytes]:
    """What every answer holds."""
    report = desk.reports.findings_json(answer.settled, answer.findings, answer.outcomes)
    return {
        MESSAGE_FILE: message.encode("utf-8"),
        "findings.csv": findings_csv(answer.findings),
        "findings.json": report,
    }


def _message_without_workbook(answer: Answer, desk: _Desk) -> str:
    """A picture has no cells to mark, and a package is answered by its members."""
    if answer.settled.form_id == PACKAGE:
        members = members_of(desk.connection, answer.settled.receipt_id)
        return compose_for_package(answer.settled, members)
    return compose_for_photograph(answer.settled, answer.findings)


def _plan(answer: Answer, desk: _Desk) -> AnswerPlan:
    form = _form_of(answer.settled, desk.catalogue.forms)
    rules = _rules_of(form, desk)
    return plan_answer(answer.settled, form, answer.findings, rules, count(answer.findings))


def _request(answer: Answer, desk: _Desk) -> dict[str, Any]:
    rules = desk.catalogue.rules.by_id
    path = archive_path(desk.home.archive, answer.settled.sha256)
    return {
        # The processes of the pool work in another folder.
        "path": str(path.resolve()),
        "sha256": answer.settled.sha256,
        "is_unreadable": any(_is_about(rules, f, "unreadable") for f in answer.findings),
        "plan": answer_worker.plan_out(_plan(answer, desk)),
    }


def _workbook(answer: Answer, told: bytes | Death, desk: _Desk) -> AnswerWorkbook:
    """What the process made of the file; the bare list where it died over it."""
    receipt_id = answer.settled.receipt_id
    if isinstance(told, Death):
        about = {"receipt_id": receipt_id}
        _log.error("receipt %s could not be marked: %s", receipt_id, told.detail, extra=about)
        desk.unmarked += 1
        return bare_answer(_plan(answer, desk), told.detail)
    workbook = answer_worker.answer_in(told)
    if workbook.because:
        about = {"receipt_id": receipt_id}
        words = "receipt %s is answered with a fresh workbook: %s"
        _log.info(words, receipt_id, workbook.because, extra=about)
    return workbook


def _new_template(answer: Answer, form: Form | None, desk: _Desk) -> dict[str, bytes]:
    """The template to use, where the return was filled in on another one."""
    settled, catalogue = answer.settled, desk.catalogue
    rules = catalogue.rules.by_id
    if form is None or not any(_is_about(rules, f, "old_template") for f in answer.findings):
        return {}
    unit = (settled.unit_code, catalogue.district.unit_names.get(settled.unit_code))
    template = template_for(
        form, unit, settled.period, catalogue.forms, catalogue.district.units, desk.connection
    )
    return {new_template_name(form, settled.period): template}


def _is_about(rules: Mapping[str, Rule], finding: KeptFinding, check: str) -> bool:
    rule = rules.get(finding.rule_id)
    return rule is not None and rule.arguments.get("column") == check


def _form_of(settled: SettledReturn, forms: Sequence[Form]) -> Form | None:
    return next((form for form in forms if form.form_id == settled.form_id), None)


def _rules_of(form: Form | None, desk: _Desk) -> tuple[ListedRule, ...]:
    form_id = form.form_id if form else None
    if form_id not in desk.rules:
        rules = desk.catalogue.rules.of_form(form_id)
        desk.rules[form_id] = listed_rules([rule for rule in rules if not rule.trial], form)
    return desk.rules[form_id]
