"""The phased plan: ``phased_plan.csv``, where time progress is ``phased`` (contract §3, §5)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from pipelines.declarations.declared_rows import DeclaredRow, declared_rows
from pipelines.periods import return_period
from pipelines.text import name_key, project_code
from pipelines.wording import plain_number

_COLUMNS = ("project", "period", "planned_ytd_wanyuan")


@dataclass(frozen=True)
class PhasedAmount:
    """What a project should have invested from January to the end of a month (万元).

    ``project`` is a code or a name, as written.
    """

    project: str
    period: str
    planned_ytd_wanyuan: Decimal
    row: int = 0

    @property
    def code(self) -> str:
        """The project read as a code."""
        return project_code(self.project)

    @property
    def name_key(self) -> str:
        """The project read as a name."""
        return name_key(self.project)


def read_phased_plan(path: Path, faults: list[str]) -> tuple[PhasedAmount, ...]:
    """Read ``phased_plan.csv``, which may be missing; faults are added to ``faults``."""
    amounts = [
        amount
        for row in declared_rows(path, _COLUMNS, faults)
        if (amount := _read(row)) is not None
    ]
    faults += [f"{path}: {fault}" for fault in _course_faults(amounts)]
    return tuple(amounts)


def _read(row: DeclaredRow) -> PhasedAmount | None:
    period = row.needed("period")
    read = return_period(period)
    if period and (read is None or read.kind != "month"):
        row.fault(f"period is like 2019-06, not “{period}” (in Excel, format the column as text)")
    project = row.needed("project")
    row.needed("planned_ytd_wanyuan")
    planned = row.amount("planned_ytd_wanyuan")
    if not row.is_right or planned is None:
        return None
    return PhasedAmount(project, period, planned, row.number)


def _course_faults(amounts: Sequence[PhasedAmount]) -> Iterator[str]:
    """Months of a project that stand twice, and plans that fall from one month to a later one of the year."""
    courses: dict[tuple[str, str], dict[str, PhasedAmount]] = {}
    for amount in amounts:
        project = name_key(amount.code)
        course = courses.setdefault((project, amount.period[:4]), {})
        first = course.setdefault(amount.period, amount)
        if first is not amount:
            yield f"row {amount.row}: {amount.project} has a plan for {amount.period} in row {first.row} already"
    for course in courses.values():
        months = [course[period] for period in sorted(course)]
        for before, after in pairwise(months):
            if after.planned_ytd_wanyuan < before.planned_ytd_wanyuan:
                yield (
                    f"row {after.row}: the plan of {after.project} falls from"
                    f" {plain_number(before.planned_ytd_wanyuan)} in {before.period} (row {before.row}) to"
                    f" {plain_number(after.planned_ytd_wanyuan)} in {after.period}; it is counted from January on"
                )
