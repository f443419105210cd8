"""The story of the sample year, read from ``story/*.csv``; README.md says what of it is invented.

Only reading and the arithmetic that every return shares live here; how a return looks is decided in
``cross_tables`` (targets, indicators) and ``project_sheets`` (ledger, reserve, register, progress).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
STORY = HERE / "story"
YEAR = 2019
ZERO = Decimal(0)
# From which total investment on (万元) a project counts, and as one of a hundred million or more.
COUNTED_FROM = Decimal(5_000)
YI = Decimal(10_000)
# The indicators that are counted from the projects; the others are reported with a figure a month.
COUNTED = {
    "new_starts": ("verified_start", COUNTED_FROM),
    "new_starts_yi": ("verified_start", YI),
    "completions": ("verified_completion", COUNTED_FROM),
}


@dataclass(frozen=True)
class Unit:
    """A unit as the tables name it: by name in the targets, by its first alias in the reports."""

    unit_code: str
    unit_name: str
    alias: str
    group: str
    is_assessed: bool


@dataclass(frozen=True)
class Project:
    """One line of the district's ledger; m06, m09, m12: investment of the year to date in 万元."""

    no: str
    project_name: str
    project_code: str
    nature: str
    category: str
    unit_code: str
    township: str
    total_investment_wanyuan: str
    cumulative_prior_wanyuan: str
    plan_year_wanyuan: str
    planned_start: str
    planned_completion: str
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

    def money(self, column: str) -> Decimal:
        """An amount in 万元; zero where the table has none."""
        return Decimal(getattr(self, column) or "0")


@dataclass(frozen=True)
class Return:
    """One file of the samples: who sends it, what it is, which layout it has, when it arrives."""

    path: str
    unit_code: str
    form_id: str
    period: str
    arrived_at: str
    layout: str
    event: str

    @property
    def month(self) -> int:
        """The month of a monthly return."""
        return int(self.period[5:7])


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
            for row in read("../units.csv")
        ]  # fmt: skip
        self.unit_name = {unit.unit_code: unit.unit_name for unit in self.units}
        self.projects = [Project(**row) for row in read("projects.csv")]
        self.reserve = read("reserve.csv")
        self.returns = [Return(**row) for row in read("returns.csv")]
        self.changes = [Change(**row) for row in read("changes.csv")]
        self.targets = {row["unit_code"]: row for row in read("targets.csv")}
        self.target_changes = read("target_changes.csv")
        self.actuals = {(row["indicator_id"], row["unit_code"]): row for row in read("actuals.csv")}

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
        if indicator_id in COUNTED:
            date_column, minimum = COUNTED[indicator_id]
            dated = [
                project
                for project in self.projects
                if project.unit_code == unit_code
                and project.money("total_investment_wanyuan") >= minimum
                and "" < getattr(project, date_column)[:7] <= period_of(month)
            ]
            return Decimal(len(dated))
        row = self.actuals.get((indicator_id, unit_code))
        return Decimal(row[f"m{month:02d}"]) if row else None

    def date_by(self, project: Project, column: str, month: int) -> str:
        """A reported date, once the month it lies in has come; blank before."""
        date = str(getattr(project, column))
        return date if date and date[:7] <= period_of(month) else ""


def period_of(month: int) -> str:
    """``2019-03`` for 3."""
    return f"{YEAR}-{month:02d}"


def read(name: str) -> list[dict[str, str]]:
    """The rows of one table of the story."""
    with (STORY / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
