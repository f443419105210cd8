"""The story of the sample year, read from ``story/*.csv``; README.md says what of it is invented.

Only reading and the arithmetic that the returns share live here; how a return looks is decided in
``monthly_sheets`` and ``list_sheets``.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
STORY = HERE / "story"
YEAR = 2017
# January is reported with February.
FIRST_MONTH = 2
ZERO = Decimal(0)


@dataclass(frozen=True)
class Project:
    """One line of the ledger of provincial and municipal key projects; money in 万元."""

    no: str
    project_name: str
    project_code: str
    tier: str
    category: str
    nature: str
    unit_code: str
    township: str
    total_investment_wanyuan: str
    cumulative_prior_wanyuan: str
    plan_year_wanyuan: str
    planned_start: str
    planned_completion: str
    build_years: str
    lead_official: str
    construction_content: str

    def money(self, column: str) -> Decimal:
        """An amount of the ledger in 万元."""
        return Decimal(getattr(self, column))


@dataclass(frozen=True)
class Listed:
    """A project of a launch or of next year's list: what both lists say of it, in 万元."""

    project_name: str
    total: Decimal
    plan: Decimal
    told: dict[str, str]


@dataclass(frozen=True)
class Return:
    """One file of the samples: who sends it, what it is, when it arrives."""

    path: str
    unit_code: str
    form_id: str
    period: str
    arrived_at: str

    @property
    def month(self) -> int:
        """The month of a monthly return."""
        return int(self.period[5:7])


class Story:
    """All tables of the story; amounts are exact decimals in 万元."""

    def __init__(self) -> None:
        """Read every table."""
        self.projects = [Project(**row) for row in read("projects.csv")]
        self.returns = [Return(**row) for row in read("returns.csv")]
        self.investment = {row["project_name"]: row for row in read("investment.csv")}
        self.dates = {row["project_name"]: row for row in read("dates.csv")}
        self.problems = read("problems.csv")
        self.physical_progress = read("physical_progress.csv")
        self.launches = _listed("launches.csv")
        self.reserve = _listed("reserve_2018.csv")
        self.unit_name = {row["unit_code"]: row["unit_name"] for row in read("../units.csv")}

    def month_amount(self, project: Project, month: int) -> Decimal:
        """What was invested in the month; February holds January."""
        return Decimal(self.investment[project.project_name][f"m{month:02d}"])

    def ytd(self, project: Project, month: int) -> Decimal:
        """What was invested from January to the month."""
        months = range(FIRST_MONTH, month + 1)
        return sum((self.month_amount(project, each) for each in months), ZERO)

    def cumulative(self, project: Project, month: int) -> Decimal:
        """What was invested since the project began."""
        return project.money("cumulative_prior_wanyuan") + self.ytd(project, month)

    def date_by(self, project: Project, column: str, month: int) -> str:
        """A date, once the month it lies in has come; blank before."""
        date = self.dates[project.project_name][column]
        return date if date and date[:7] <= f"{YEAR}-{month:02d}" else ""

    def verified_in(self, column: str, month: int) -> list[Project]:
        """The projects whose date of this kind lies in the month."""
        period = f"{YEAR}-{month:02d}"
        return [p for p in self.projects if self.dates[p.project_name][column][:7] == period]

    def progress_text(self, project: Project, month: int) -> str:
        """What the site looks like: by the share of the total that was built."""
        if self.date_by(project, "reported_completion", month):
            return "已竣工"
        cumulative = self.cumulative(project, month)
        if not cumulative:
            return "前期手续办理"
        rate = cumulative / project.money("total_investment_wanyuan")
        reached = [row for row in self.physical_progress if Decimal(row["from_rate"]) <= rate]
        return f"{reached[-1]['text']}（约{int(rate * 100)}%）"

    def problem(self, project: Project, month: int) -> str:
        """The problem named in the month; blank where there is none."""
        for row in self.problems:
            months = range(int(row["first_month"]), int(row["last_month"]) + 1)
            if row["project_name"] == project.project_name and month in months:
                return row["problem"]
        return ""


def _listed(name: str) -> list[Listed]:
    return [
        Listed(
            row["project_name"],
            Decimal(row["total_investment_wanyuan"]),
            Decimal(row["plan_year_wanyuan"]),
            row,
        )
        for row in read(name)
    ]


def read(name: str) -> list[dict[str, str]]:
    """The rows of one table of the story."""
    with (STORY / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
