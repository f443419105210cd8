"""All rules about the returns of one load that need no earlier return: three frames per form.

One validation of each frame over all returns together, never one per file. What each return says by itself was found
where it was read (``alone``).
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

import pandas as pd

from pipelines.database import Connection
from pipelines.declarations.forms import Form
from pipelines.declarations.rules import Rule, RuleBook
from pipelines.text import cell_name, is_placeholder
from pipelines.validation.alone import OwnJudgement
from pipelines.validation.evaluation import Failure, bind, evaluate
from pipelines.validation.findings import Finding, Place, compose
from pipelines.validation.frames import (
    CheckFrame,
    columns_frame,
    judging_database,
    returns_frame,
    rows_frame,
)
from pipelines.validation.outcomes import Gap, gaps_without_table
from pipelines.workbooks.arrived import ArrowTable, CellTexts, ReturnTables
from pipelines.workbooks.readings import CellProblem, Extract, Notice
from pipelines.workbooks.returns import ReadingContext

_Row: TypeAlias = Mapping[Hashable, Any]


@dataclass
class Judgement:
    """The findings of a batch, which expectations were evaluated on which frame, and the gaps.

    ``gaps`` tells of each receipt which rules could not be evaluated on it, and why.
    """

    findings: list[Finding] = field(default_factory=list)
    evaluated: dict[str, tuple[str, ...]] = field(default_factory=dict)
    gaps: dict[str, dict[str, Gap]] = field(default_factory=dict)

    def add(self, other: "Judgement") -> None:
        """Take in the judgement of another batch of the same load."""
        self.findings += other.findings
        self.evaluated |= other.evaluated
        self.gaps |= other.gaps


@dataclass(frozen=True)
class Batch:
    """What is judged together: readable returns with their tables, and notices of all receipts (unreadable too)."""

    returns: Sequence[tuple[str, Extract]] = ()
    own: Mapping[str, OwnJudgement] = field(default_factory=dict)
    tables: ReturnTables = field(default_factory=ReturnTables)
    notices: Sequence[tuple[str, Notice]] = ()

    def of_form(self, form: Form) -> list[tuple[str, Extract]]:
        """The returns of one form, in their order."""
        return [one for one in self.returns if one[1].form_id == form.form_id]


def judge_returns(batch: Batch, book: RuleBook, context: ReadingContext) -> Judgement:
    """Evaluate every rule of the returns, columns and rows frames over a batch."""
    with judging_database(context) as connection:
        return judge_batch(batch, book, context, connection)


def judge_batch(
    batch: Batch, book: RuleBook, context: ReadingContext, connection: Connection
) -> Judgement:
    """One of several batches; ``connection`` is a ``judging_database``, the same for all of them."""
    judgement = Judgement()
    by_id = {form.form_id: form for form in context.forms}
    forms = {receipt_id: by_id.get(read.form_id or "") for receipt_id, read in batch.returns}
    _judge_checks(
        judgement, "returns", returns_frame(batch.notices), book.of_frame("returns"), forms
    )
    columns = columns_frame(
        (receipt_id, check)
        for receipt_id, _ in batch.returns
        for check in batch.own[receipt_id].checks
    )
    _judge_checks(judgement, "columns", columns, book.of_frame("columns"), forms)
    for form in context.forms:
        typed = batch.tables.judged(form)
        if typed is not None:
            rules = book.of_frame("rows", form.form_id)
            _judge_rows(judgement, form, batch, connection, typed, rules)
    for receipt_id, _ in batch.returns:
        judgement.gaps[receipt_id] = dict(batch.own[receipt_id].gaps)
    for receipt_id, _ in batch.notices:
        if receipt_id not in judgement.gaps:
            judgement.gaps[receipt_id] = gaps_without_table(book, is_readable=False)
    return judgement


def _judge_checks(
    judgement: Judgement,
    name: str,
    checks: CheckFrame,
    rules: Sequence[Rule],
    forms: Mapping[str, Form | None],
) -> None:
    evaluation = evaluate(name, checks.frame, bind(rules, None))
    judgement.evaluated[name] = evaluation.evaluated
    for failure in evaluation.failures:
        entry = checks.entries[failure.frame_row]
        judgement.findings.append(
            compose(
                failure.rule,
                entry.receipt_id,
                forms.get(entry.receipt_id),
                entry.place,
                entry.found,
                entry.expected,
            )
        )


def _judge_rows(
    judgement: Judgement,
    form: Form,
    batch: Batch,
    connection: Connection,
    typed: ArrowTable,
    rules: Sequence[Rule],
) -> None:
    name, bound = f"rows of {form.form_id}", bind(rules, form)
    looked_at = {column for item in bound for column in item.columns}
    frame = rows_frame(connection, form, typed, rules, looked_at)
    evaluation = evaluate(name, frame.frame, bound)
    judgement.evaluated[name] = evaluation.evaluated
    if not evaluation.failures:
        return
    told = frame.told({failure.frame_row for failure in evaluation.failures})
    rows = _FailingRows(form, told, _problems(form, batch), CellTexts(batch.tables))
    for failure in evaluation.failures:
        judgement.findings += rows.findings(failure)


def _problems(form: Form, batch: Batch) -> dict[int, list[CellProblem]]:
    """The problems of the rows of a form, by row of the frame, in which the returns stand one behind the other."""
    problems: defaultdict[int, list[CellProblem]] = defaultdict(list)
    first = 0
    for receipt_id, read in batch.of_form(form):
        for number, problem in batch.own[receipt_id].problems:
            problems[first + number].append(problem)
        first += read.row_count
    return problems


@dataclass(frozen=True)
class _FailingRows:
    """The rows of one form and batch on which a rule fails, by row of the frame; writes the findings about them."""

    form: Form
    told: Mapping[int, _Row]
    problems: Mapping[int, Sequence[CellProblem]]
    texts: CellTexts

    def findings(self, failure: Failure) -> list[Finding]:
        """What one rule says about one row: of its problems each one that the rule is about."""
        row, rule, form = self.told[failure.frame_row], failure.rule, self.form
        receipt_id, sheet, row_number = row["receipt_id"], row["sheet"], int(row["row_number"])
        write = partial(compose, rule, receipt_id, form, has_reason=_has_reason(row))
        place = partial(
            Place,
            sheet=sheet,
            row_number=row_number,
            project_name=_said(row, form.name_field.name),
        )
        if rule.problem is not None:
            return [
                write(
                    place=place(
                        cell=cell_name(row_number - 1, problem.column), field=problem.field
                    ),
                    found=problem.found,
                    expected=problem.expected or rule.expected,
                )
                for problem in self.problems.get(failure.frame_row, ())
                if problem.code == rule.problem
            ]
        name = failure.field or self._identity_field(row)
        column = self.texts.column(receipt_id, sheet, int(row["block_no"]), name)
        found = self.texts.text(receipt_id, sheet, row_number, column) if column else ""
        cell = cell_name(row_number - 1, column - 1) if column else None
        expected = rule.expected
        if rule.expected_sql is not None:
            expected = str(row[f"expected_{rule.rule_id}"])
        return [write(place=place(cell=cell, field=name), found=found, expected=expected)]

    def _identity_field(self, row: _Row) -> str:
        own_code = self.form.own_code
        if own_code is not None:
            return own_code
        told = (row["receipt_id"], row["sheet"], int(row["block_no"]))
        if _said(row, "project_code") and self.texts.column(*told, "project_code"):
            return "project_code"
        return self.form.name_field.name


def _said(row: _Row, name: str) -> str | None:
    """A text of a row of the frame; None where there is none, or no such column."""
    value = row.get(name)
    return None if value is None or pd.isna(value) else str(value)


def _has_reason(row: _Row) -> bool:
    """A declared reason is a 备注 that says something (contract §7)."""
    remarks = _said(row, "remarks")
    return bool(remarks) and not is_placeholder(str(remarks))
