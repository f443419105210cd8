"""The outcome of every rule on every return: it holds, it fails, or it was not evaluated and why.

“Not run is an answer”: a cell that cannot be read makes the rules that need it not evaluated, never
silent and never a cascade. The values 0, 1 and NA are those of the European validation report (ESSnet).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pipelines.declarations.forms import Form
from pipelines.declarations.rules import Frame, Rule, RuleBook
from pipelines.validation.controls import ControlResult
from pipelines.validation.findings import Finding
from pipelines.workbooks.readings import ReadReturn

Value = Literal["1", "0", "NA"]
Because = Literal[
    "unreadable", "unrecognised", "no_period", "no_rows", "cell_unreadable", "nothing_to_check",
    "nothing_to_compare", "duplicate",
]  # fmt: skip

# What can be judged of a file that cannot be read, and of one whose form cannot be told.
_BEFORE_READING = frozenset({"unreadable", "unknown_unit"})
_BEFORE_THE_FORM = _BEFORE_READING | {"unrecognised"}
# Problems that leave a cell without a value.
_UNREADABLE = frozenset({
    "error_cell", "formula_without_value", "not_a_number", "not_a_date", "not_in_list",
    "unit_clash", "digits_lost",
})  # fmt: skip
_CONTROL_CHECKS = frozenset({"total_excess", "count_difference"})


@dataclass(frozen=True)
class Gap:
    """Where a rule was not evaluated on a return, wholly or on ``count`` of its rows."""

    because: Because
    count: int


Gaps = Mapping[str, Gap]


@dataclass
class Outcomes:
    """What the rules gave on returns, one of each rule that judges a return, as columns: there are very many."""

    receipt_ids: list[str] = field(default_factory=list)
    rule_ids: list[str] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    because: list[Because | None] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    not_evaluated: list[int] = field(default_factory=list)

    def settle(
        self, receipt_id: str, rules: Sequence[Rule], findings: Sequence[Finding], gaps: Gaps
    ) -> None:
        """Add those of one return: a finding fails a rule, a gap leaves it open, else it holds."""
        first, count = len(self.receipt_ids), len(rules)
        self.receipt_ids += [receipt_id] * count
        self.rule_ids += [rule.rule_id for rule in rules]
        self.versions += [rule.version for rule in rules]
        self.values += ["1"] * count
        self.because += [None] * count
        self.failed += [0] * count
        self.not_evaluated += [0] * count
        failed = Counter(finding.rule_id for finding in findings)
        for place, rule_id in enumerate(self.rule_ids[first:], first):
            if (gap := gaps.get(rule_id)) is not None:
                self.values[place] = "NA"
                self.because[place], self.not_evaluated[place] = gap.because, gap.count
            if rule_id in failed:
                self.values[place], self.failed[place] = "0", failed[rule_id]


def gaps_without_table(book: RuleBook, is_readable: bool) -> dict[str, Gap]:
    """The rules that say nothing about a file without a known form, by rule id."""
    judged = _BEFORE_THE_FORM if is_readable else _BEFORE_READING
    because: Because = "unrecognised" if is_readable else "unreadable"
    return {
        rule.rule_id: Gap(because, 0)
        for rule in book.shared
        if not (rule.frame == "returns" and rule.arguments.get("column") in judged)
    }


class GapsOfReturns:
    """Which rules of the columns, rows and history frames could not be evaluated on a return; for many returns."""

    def __init__(self, book: RuleBook) -> None:
        self._book = book
        self._controls = {
            rule.rule_id: str(rule.arguments["column"])
            for rule in book.of_frame("columns")
            if rule.arguments.get("column") in _CONTROL_CHECKS
        }
        self._needed: dict[tuple[Frame, str], list[tuple[Rule, tuple[str, ...]]]] = {}

    def of_return(
        self, read: ReadReturn, form: Form, controls: Sequence[ControlResult]
    ) -> dict[str, Gap]:
        """The gaps of one return, by rule id."""
        gaps: dict[str, Gap] = {}
        for rule_id, check in self._controls.items():
            if (gap := _control_gap(check, controls)) is not None:
                gaps[rule_id] = gap
        unreadable = _unreadable_cells(read)
        for rule, needed in self._needs("rows", form):
            if (gap := _row_gap(rule, read, needed, unreadable)) is not None:
                gaps[rule.rule_id] = gap
        if unreadable:
            for rule, needed in self._needs("history", form):
                if count := sum(unreadable[name] for name in needed):
                    gaps[rule.rule_id] = Gap("cell_unreadable", count)
        return gaps

    def _needs(self, frame: Frame, form: Form) -> list[tuple[Rule, tuple[str, ...]]]:
        """The rules of a frame with the fields each looks at."""
        key = (frame, form.form_id)
        if key not in self._needed:
            rules = self._book.of_frame(frame, form.form_id)
            self._needed[key] = [(rule, rule.needed_fields(form)) for rule in rules]
        return self._needed[key]


def _control_gap(check: str, controls: Sequence[ControlResult]) -> Gap | None:
    """A total over a cell that cannot be read is not checked; no total leaves nothing to check."""
    wanted = [c for c in controls if c.is_count == (check == "count_difference")]
    if not wanted:
        return Gap("nothing_to_check", 0)
    open_ones = sum(1 for control in wanted if control.is_open)
    return Gap("cell_unreadable", open_ones) if open_ones else None


def _unreadable_cells(read: ReadReturn) -> Counter[str]:
    return Counter(
        problem.field
        for table in read.tables
        for row in table.rows
        for problem in row.problems
        if problem.field is not None and problem.code in _UNREADABLE
    )


def _row_gap(
    rule: Rule, read: ReadReturn, needed: Sequence[str], unreadable: Counter[str]
) -> Gap | None:
    if not read.row_count:
        return Gap("no_rows", 0)
    if rule.problem is not None or rule.each is not None:
        return None
    if unreadable and (count := sum(unreadable[name] for name in needed)):
        return Gap("cell_unreadable", count)
    has_values = not needed or any(
        all(row.values.get(name) is not None for name in needed)
        for table in read.tables
        for row in table.rows
    )
    return None if has_values else Gap("nothing_to_check", 0)
