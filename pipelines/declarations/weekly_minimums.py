"""What each week at least asks for: ``weekly_minimums.csv`` (contract §3, §7, Policies)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, cast, get_args

from pipelines.declarations.declared_rows import DeclaredRow, declared_rows, doubled
from pipelines.declarations.policy_versions import version_faults

WeeklyMeasure = Literal["site_visits", "problems_solved_on_site"]
Scope = Literal["project", "unit", "district"]

_COLUMNS = ("rule_version", "valid_from", "measure", "scope", "minimum")


@dataclass(frozen=True)
class WeeklyMinimum:
    """From ``valid_from`` on each week asks every member of the scope for at least ``minimum`` of the measure.

    Scope ``project``: each project under construction; ``unit``: each unit with such a project; ``district``: all
    of them together.
    """

    rule_version: str
    valid_from: date
    measure: WeeklyMeasure
    scope: Scope
    minimum: int
    note: str | None = None
    row: int = 0


def read_weekly_minimums(path: Path, faults: list[str]) -> tuple[WeeklyMinimum, ...]:
    """Read ``weekly_minimums.csv``, which may be missing; faults are added to ``faults``.

    Weeks before the first version ask for nothing: many districts begin in the middle of a year.
    """
    minimums = [
        minimum
        for row in declared_rows(path, _COLUMNS, faults)
        if (minimum := _read(row)) is not None
    ]
    found = [*version_faults(minimums), *_doubled(minimums)]
    faults += [f"{path}: {fault}" for fault in found]
    return tuple(minimums)


def _read(row: DeclaredRow) -> WeeklyMinimum | None:
    version, valid_from = row.needed("rule_version"), row.day("valid_from")
    measure = row.choice("measure", get_args(WeeklyMeasure))
    scope = row.choice("scope", get_args(Scope))
    minimum = row.whole("minimum", 1, "2")
    if not row.is_right or valid_from is None:
        return None
    return WeeklyMinimum(
        version,
        valid_from,
        cast(WeeklyMeasure, measure),
        cast(Scope, scope),
        minimum,
        row.text("note") or None,
        row.number,
    )


def _doubled(minimums: Sequence[WeeklyMinimum]) -> Iterator[str]:
    for minimum, first in doubled(minimums, lambda m: (m.rule_version, m.measure)):
        yield (
            f"row {minimum.row}: version {minimum.rule_version} already has a minimum of {minimum.measure}"
            f" in row {first.row}; a week asks for one, of one scope"
        )
