"""What the scores lead to: ``awards.csv`` and ``vetoes.csv`` (contract §3, §7)."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pipelines.declarations.declared_rows import DeclaredRow, declared_rows, doubled
from pipelines.declarations.indicators import TOTAL

_AWARD_COLUMNS = ("award_id", "award_name", "scope", "winners")
_VETO_COLUMNS = ("unit_code", "year", "reason")


@dataclass(frozen=True)
class Award:
    """An award for the first ``winners`` units of a group, or of all groups where there is none.

    ``scope`` is ``total`` for the sum of all scores, else an indicator. The prize is 万元 for each winner.
    """

    award_id: str
    award_name: str
    scope: str
    group: str | None
    winners: int
    prize_wanyuan: Decimal | None = None
    row: int = 0


@dataclass(frozen=True)
class Veto:
    """A decision that a unit wins no award in a year. There may be several, each with its reason."""

    unit_code: str
    year: int
    reason: str
    decided_by: str | None = None
    decided_at: str | None = None


def read_awards(
    path: Path, indicators: Collection[str], groups: Collection[str], faults: list[str]
) -> tuple[Award, ...]:
    """Read ``awards.csv``, which may be missing; faults are added to ``faults``."""
    awards: list[Award] = []
    rows = list(declared_rows(path, _AWARD_COLUMNS, faults))
    first = dict(doubled(rows, lambda row: row.text("award_id")))
    for row in rows:
        awards.append(_read_award(row, indicators, groups))
        if row in first:
            row.fault(
                f"award_id “{row.text('award_id')}” stands in row {first[row].number} already"
            )
    return tuple(awards)


def read_vetoes(path: Path, units: Collection[str], faults: list[str]) -> tuple[Veto, ...]:
    """Read ``vetoes.csv``, which may be missing; faults are added to ``faults``."""
    vetoes: list[Veto] = []
    for row in declared_rows(path, _VETO_COLUMNS, faults):
        unit = row.needed("unit_code")
        row.check_units("unit_code", [unit] if unit else [], units)
        vetoes.append(
            Veto(
                unit,
                row.whole("year", 2000, "2019"),
                row.needed("reason"),
                row.text("decided_by") or None,
                row.text("decided_at") or None,
            )
        )
    return tuple(vetoes)


def _read_award(row: DeclaredRow, indicators: Collection[str], groups: Collection[str]) -> Award:
    scope = row.needed("scope")
    if scope and scope != TOTAL and scope not in indicators:
        row.fault(f"scope is {TOTAL} or an indicator of indicators.csv, not “{scope}”")
    group = row.text("group")
    row.check_group(group, groups)
    return Award(
        row.needed("award_id"),
        row.needed("award_name"),
        scope,
        group or None,
        row.whole("winners", 1, "5"),
        row.amount("prize_wanyuan"),
        row.number,
    )
