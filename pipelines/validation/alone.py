"""What one return says against itself: pure functions of it and the declarations, run where it is read.

What a batch is judged by together (frames, Great Expectations) belongs to ``returns``, earlier returns to ``history``.
Nothing here may import pandas, DuckDB or Great Expectations: a child that reads files starts in a moment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from pipelines.declarations.forms import Form
from pipelines.declarations.rules import RuleBook
from pipelines.validation.controls import check_controls, controlled_names
from pipelines.validation.cross_tables import CROSS_TABLE_PROBLEMS, problems_of_rows
from pipelines.validation.outcomes import Gap, GapsOfReturns, gaps_without_table
from pipelines.validation.own_columns import OwnCheck, own_checks
from pipelines.workbooks.readings import CellProblem, ReadReturn, ReadRow, ReadTable
from pipelines.workbooks.records import rows_of
from pipelines.workbooks.returns import ReadingContext

ROW_PROBLEMS = (
    "error_cell", "formula_without_value", "not_a_number", "not_a_date", "not_a_period", "not_in_list",
    "project_code_invalid", "uscc_invalid", "digits_lost", "uscc_digits_lost",
)  # fmt: skip
# A column of the rows frame with a text, or nothing, for every row.
NotedColumns: TypeAlias = dict[str, list[str | None]]


@dataclass(frozen=True)
class OwnJudgement:
    """What one return says by itself, in plain data.

    ``problems`` are those of its rows, each with the number of its row from 0; ``gaps`` tells which rules could not be
    evaluated. ``names`` are the name keys under its totals: where a ledger makes packages among them that were not
    known, the totals must be checked again.
    """

    checks: tuple[OwnCheck, ...] = ()
    gaps: dict[str, Gap] = field(default_factory=dict)
    problems: tuple[tuple[int, CellProblem], ...] = ()
    names: tuple[str, ...] = ()


class LoneJudge:
    """Judges returns by themselves, one after the other, by one rule book.

    ``packages`` maps the name key of a part to the name key of its package, from the ledgers.
    """

    def __init__(
        self, book: RuleBook, context: ReadingContext, packages: Mapping[str, str]
    ) -> None:
        self._context = context
        self._packages = packages
        self._gaps = GapsOfReturns(book)
        self._gaps_without_form = gaps_without_table(book, is_readable=True)

    def judge(self, read: ReadReturn) -> tuple[OwnJudgement, NotedColumns]:
        """What a return says by itself, and the columns of the rows frame that tell of its rows' problems."""
        form = read.form
        if form is None:
            return OwnJudgement(gaps=self._gaps_without_form), {}
        controls = check_controls(read, self._packages)
        rows = list(rows_of([("", read)]))
        noted = problems_of_rows(form, rows, self._context)
        judgement = OwnJudgement(
            tuple(own_checks(read, form, controls, self._context)),
            self._gaps.of_return(read, form, controls),
            tuple((number, problem) for number, row in enumerate(noted) for problem in row),
            controlled_names(read, form),
        )
        return judgement, _noted_columns(form, rows, noted)


def problem_columns(form: Form) -> tuple[str, ...]:
    """The columns that stand beside the typed values of the rows frame: problems, and what was given at all."""
    given = (f"{field.name}__given" for field in form.fields if field.is_required)
    codes = (*ROW_PROBLEMS, *CROSS_TABLE_PROBLEMS) if form.is_cross_table else ROW_PROBLEMS
    return (*codes, *given)


def _noted_columns(
    form: Form,
    rows: Sequence[tuple[str, ReadTable, ReadRow]],
    noted: Sequence[tuple[CellProblem, ...]],
) -> NotedColumns:
    """Per row: the problems by kind, and whether each required field was given at all."""
    required = [f.name for f in form.fields if f.is_required]
    columns: NotedColumns = {name: [None] * len(rows) for name in problem_columns(form)}
    for number, (_, table, row) in enumerate(rows):
        # A missing column is one finding about the column, not one for every row.
        troubled: set[str | None] = set()
        troubled.update(name for name in required if name not in table.block.known_fields)
        for problem in noted[number]:
            columns[problem.code][number] = problem.found or "—"
            troubled.add(problem.field)
        for name in required:
            if row.values.get(name) is not None or name in troubled:
                columns[f"{name}__given"][number] = "yes"
    return columns
