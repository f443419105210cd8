"""The story of the sample year, read from ``story/*.csv``; README.md says what of it is invented.

Only what no other district has lives here; how a return looks is decided in ``cross_tables`` (targets,
indicators) and ``project_sheets`` (ledger, reserve, register, progress).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import story_tables
from story_tables import by, period_of, read

HERE = Path(__file__).resolve().parent
STORY = HERE / "story"
YEAR = 2019
# Which kind of date each measure counts; the basis says whose.
COUNTED = {"count_starts": "start", "count_completions": "completion"}


@dataclass(frozen=True)
class Unit:
    """A unit as the tables name it: by name in the targets, by its first alias in the reports."""

    unit_code: str
    unit_name: str
    alias: str
    group: str
    is_assessed: bool


@dataclass(frozen=True)
class Project(story_tables.Project):
    """One line of the district's ledger; m06, m09, m12: investment of the year to date in 万元."""

    category: str
    reported_start: str
    reported_completion: str
    verified_start: str
    verified_completion: str
    m06: str
    m09: str
    m12: str

    @property
    def is_reserve(self) -> bool:
        """Whether the ledger holds it in reserve."""
        return self.nature == "储备"


@dataclass(frozen=True)
class Return(story_tables.Return):
    """One file of the samples, its layout, and the event of the story it stands for."""

    layout: str
    event: str


@dataclass(frozen=True)
class Change:
    """What one file says instead of the story; the kinds are explained in README.md."""

    event: str
    path: str
    kind: str
    field: str
    value: str


class Story:
    """All tables of the story; amounts are exact decimals in 万元."""

    def __init__(self) -> None:
        """Read every table."""
        self.units = [
            Unit(
                row["unit_code"], row["unit_name"], row["aliases"].split(";")[0], row["group"],
                row["assessed"] == "true",
            )
            for row in read(HERE / "units.csv")
        ]  # fmt: skip
        self.unit_name = {unit.unit_code: unit.unit_name for unit in self.units}
        self.projects = [Project(**row) for row in read(STORY / "projects.csv")]
        self.reserve = read(STORY / "reserve.csv")
        self.returns = [Return(**row) for row in read(STORY / "returns.csv")]
        self.changes = [Change(**row) for row in read(STORY / "changes.csv")]
        self.indicators = by(read(HERE / "indicators.csv"), "indicator_id")
        self.targets = by(read(STORY / "targets.csv"), "unit_code")
        self.target_changes = read(STORY / "target_changes.csv")
        self.actuals = {
            (row["indicator_id"], row["unit_code"]): row for row in read(STORY / "actuals.csv")
        }

    def target(self, unit_code: str, indicator_id: str, is_adjusted: bool) -> Decimal | None:
        """A unit's target of the year, as first issued or as adjusted in June; None: it has none."""
        written = self.targets.get(unit_code, {}).get(indicator_id, "")
        for change in self.target_changes if is_adjusted else ():
            if (change["unit_code"], change["indicator_id"]) == (unit_code, indicator_id):
                if change["old_value"] != written:
                    raise ValueError(
                        f"target_changes.csv: {unit_code}, {indicator_id} was not {change['old_value']!r}"
                    )
                written = change["new_value"]
        return Decimal(written) if written else None

    def actual(self, unit_code: str, indicator_id: str, month: int) -> Decimal | None:
        """What a unit achieved from January to the month; None where nothing is reported of it."""
        indicator = self.indicators[indicator_id]
        if indicator["measure"] in COUNTED:
            date_column = f"{indicator['basis']}_{COUNTED[indicator['measure']]}"
            dated = [
                project
                for project in self.projects
                if project.unit_code == unit_code
                and project.money("total_investment_wanyuan") >= Decimal(indicator["min_total_wanyuan"])
                and "" < getattr(project, date_column)[:7] <= period_of(YEAR, month)
            ]  # fmt: skip
            return Decimal(len(dated))
        row = self.actuals.get((indicator_id, unit_code))
        return Decimal(row[f"m{month:02d}"]) if row else None
