"""All rules about the returns of one load that need no earlier return: three frames per form.

One validation of each frame over all returns together, never one per file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from pipelines.declarations.forms import Form
from pipelines.declarations.rules import Rule, RuleBook
from pipelines.text import cell_name, is_placeholder
from pipelines.validation.controls import ControlResult, check_controls
from pipelines.validation.evaluation import Failure, bind, evaluate
from pipelines.validation.findings import Finding, Place, compose
from pipelines.validation.frames import (
    CheckFrame,
    RowFrame,
    columns_frame,
    returns_frame,
    rows_frame,
)
from pipelines.validation.outcomes import Gap, GapsOfReturns, gaps_without_table
from pipelines.workbooks.readings import Notice, ReadReturn, ReadRow, ReadTable
from pipelines.workbooks.returns import ReadingContext


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
    """What is judged together: readable returns, and notices of all receipts (unreadable too)."""

    returns: Sequence[tuple[str, ReadReturn]]
    notices: Sequence[tuple[str, Notice]]
    packages: Mapping[str, str]


def judge_returns(batch: Batch, book: RuleBook, context: ReadingContext) -> Judgement:
    """Evaluate every rule of the returns, columns and rows frames over a batch."""
    judgement = Judgement()
    forms = {receipt_id: read.form for receipt_id, read in batch.returns}
    _judge_checks(
        judgement, "returns", returns_frame(batch.notices), book.of_frame("returns"), forms
    )
    controls = {
        receipt_id: check_controls(read, batch.packages) for receipt_id, read in batch.returns
    }
    columns = columns_frame(batch.returns, context, controls)
    _judge_checks(judgement, "columns", columns, book.of_frame("columns"), forms)
    for form in context.forms:
        chosen = [(receipt_id, read) for receipt_id, read in batch.returns if read.form is form]
        if any(read.row_count for _, read in chosen):
            _judge_rows(judgement, form, chosen, book.of_frame("rows", form.form_id), context)
    _note_gaps(judgement, batch, book, controls)
    return judgement


def _note_gaps(
    judgement: Judgement,
    batch: Batch,
    book: RuleBook,
    controls: Mapping[str, Sequence[ControlResult]],
) -> None:
    gaps = GapsOfReturns(book)
    for receipt_id, read in batch.returns:
        judgement.gaps[receipt_id] = (
            gaps_without_table(book, is_readable=True)
            if read.form is None
            else gaps.of_return(read, read.form, controls[receipt_id])
        )
    for receipt_id, _ in batch.notices:
        if receipt_id not in judgement.gaps:
            judgement.gaps[receipt_id] = gaps_without_table(book, is_readable=False)


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
    returns: Sequence[tuple[str, ReadReturn]],
    rules: Sequence[Rule],
    context: ReadingContext,
) -> None:
    rows = rows_frame(form, returns, rules, context)
    name = f"rows of {form.form_id}"
    evaluation = evaluate(name, rows.frame, bind(rules, form))
    judgement.evaluated[name] = evaluation.evaluated
    for failure in evaluation.failures:
        judgement.findings += _row_findings(failure, form, rows)


def _row_findings(failure: Failure, form: Form, rows: RowFrame) -> list[Finding]:
    receipt_id, table, row = rows.rows[failure.frame_row]
    rule = failure.rule
    write = partial(compose, rule, receipt_id, form, has_reason=_has_reason(row))
    if rule.problem is not None:
        return [
            write(
                place=_place(table, row, form, problem.field, problem.column),
                found=problem.found,
                expected=problem.expected or rule.expected,
            )
            for problem in rows.problems[failure.frame_row]
            if problem.code == rule.problem
        ]
    name = failure.field or _identity_field(table, row, form)
    column = table.block.column_of(name)
    place = _place(table, row, form, name, column.number if column else None)
    found = table.sheet.text(row.row, column.number) if column else ""
    expected = rule.expected
    if rule.expected_sql is not None:
        expected = str(rows.frame[f"expected_{rule.rule_id}"].iloc[failure.frame_row])
    return [write(place=place, found=found, expected=expected)]


def _has_reason(row: ReadRow) -> bool:
    """A declared reason is a 备注 that says something (contract §7)."""
    remarks = row.values.get("remarks")
    return bool(remarks) and not is_placeholder(str(remarks))


def _identity_field(table: ReadTable, row: ReadRow, form: Form) -> str:
    own_code = form.own_code
    if own_code is not None:
        return own_code
    has_code = table.block.column_of("project_code") and row.values.get("project_code")
    return "project_code" if has_code else form.name_field.name


def _place(
    table: ReadTable, row: ReadRow, form: Form, field: str | None, column: int | None
) -> Place:
    return Place(
        sheet=table.sheet.name,
        cell=None if column is None else cell_name(row.row, column),
        row_number=row.row + 1,
        field=field,
        project_name=row.values.get(form.name_field.name),
    )
