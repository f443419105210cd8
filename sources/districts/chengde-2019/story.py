"""The story of the sample year, read from ``story/*.csv``; README.md says what of it is invented.

Only reading and the arithmetic that every return shares (year to date, cumulative, dates) live
here; how a return looks is decided in ``progress_sheets`` and ``register_sheets``.
"""

from __future__ import annotations

import csv
import dataclasses
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
STORY = HERE / "story"
YEAR = 2019
ZERO = Decimal(0)


@dataclass(frozen=True)
class Project:
    """One line of the district's ledger."""

    no: str
    group: str
    project_name: str
    project_code: str
    tier: str
    nature: str
    unit_code: str
    township: str
    total_investment_wanyuan: str
    cumulative_prior_wanyuan: str
    plan_year_wanyuan: str
    planned_start: str
    planned_completion: str
    build_years: str
    owner_name: str
    owner_uscc: str
    construction_content: str
    industry_code: str
    lead_official: str
    support_department: str
    person_in_charge: str
    phone: str
    kind: str

    def money(self, column: str) -> Decimal:
        """An amount of the ledger in 万元."""
        return Decimal(getattr(self, column))


@dataclass(frozen=True)
class Span:
    """What a progress report is about: a month of the year, or the first half of it."""

    month: int
    is_first_half: bool = False

    @property
    def last_day(self) -> str:
        """The end as dates are compared with it: ``2019-10-15``, ``2019-10-31`` (also of June)."""
        return f"{period_of(self.month)}-{15 if self.is_first_half else 31}"

    @property
    def words(self) -> str:
        """``10月`` or ``10月上半月``."""
        return f"{self.month}月上半月" if self.is_first_half else f"{self.month}月"


@dataclass(frozen=True)
class Return:
    """One file of the samples: who sends it, what it is, when it arrives."""

    path: str
    unit_code: str
    form_id: str
    period: str
    arrived_at: str
    event: str

    @property
    def month(self) -> int:
        """The month of a monthly or half-monthly return."""
        return int(self.period[5:7])

    @property
    def span(self) -> Span:
        """The month, or its first half."""
        return Span(self.month, self.period.endswith("-H1"))


@dataclass(frozen=True)
class Change:
    """What one file says instead of the story; the kinds are explained in README.md."""

    event: str
    path: str
    kind: str
    project_name: str
    field: str
    value: str


class Story:
    """All tables of the story; amounts are exact decimals in 万元."""

    def __init__(self) -> None:
        """Read every table."""
        self.projects = [Project(**row) for row in read("projects.csv")]
        self.returns = [Return(**row) for row in read("returns.csv")]
        self.changes = [Change(**row) for row in read("changes.csv")]
        self.groups = {row["group"]: row for row in read("groups.csv")}
        self.ledger_changes = read("ledger_changes.csv")
        self.dates = {row["project_name"]: row for row in read("starts_and_completions.csv")}
        self.investment = {row["project_name"]: row for row in read("investment.csv")}
        self.first_halves = {row["project_name"]: row for row in read("first_halves.csv")}
        self.problems = read("problems.csv")
        self.physical_progress = read("physical_progress.csv")
        self.statistics = read("statistics.csv")
        self.statistics_ytd = {row["statistics_code"]: row for row in read("statistics_ytd.csv")}
        units = read("../units.csv")
        self.unit_name = {row["unit_code"]: row["unit_name"] for row in units}
        self.unit_alias = {row["unit_code"]: row["aliases"].split(";")[0] for row in units}

    def adjusted_projects(self) -> list[Project]:
        """The ledger after the mid-year adjustment; ValueError where an old value is wrong."""
        projects = {project.project_name: project for project in self.projects}
        for change in self.ledger_changes:
            name, column = change["project_name"], change["field"]
            if getattr(projects[name], column) != change["old_value"]:
                raise ValueError(
                    f"ledger_changes.csv: {name}, {column} was not {change['old_value']!r}"
                )
            projects[name] = dataclasses.replace(projects[name], **{column: change["new_value"]})
        return list(projects.values())

    def projects_known(self, arrived_at: str) -> list[Project]:
        """The projects as the ledger in force at a moment lists them."""
        ledgers = [item for item in self.returns if item.form_id == "project_ledger"]
        adjusted = arrived_at >= max(item.arrived_at for item in ledgers)
        return self.adjusted_projects() if adjusted else self.projects

    def is_reported(self, project: Project, month: int) -> bool:
        """Whether the unit still reports the project; a blank month says it has left the report."""
        return self.investment[project.project_name][f"m{month:02d}"] != ""

    def month_amount(self, project: Project, span: Span) -> Decimal:
        """What was invested in the month, as far as the span goes."""
        table = self.first_halves if span.is_first_half else self.investment
        return Decimal(table[project.project_name][f"m{span.month:02d}"] or "0")

    def ytd(self, project: Project, span: Span) -> Decimal:
        """What was invested from January to the end of the span."""
        earlier = (self.month_amount(project, Span(month)) for month in range(1, span.month))
        return sum(earlier, ZERO) + self.month_amount(project, span)

    def cumulative(self, project: Project, span: Span) -> Decimal:
        """What was invested since the project began."""
        return project.money("cumulative_prior_wanyuan") + self.ytd(project, span)

    def date_by(self, project: Project, column: str, span: Span) -> str:
        """A reported date, once the span it lies in has come; blank before."""
        date = self.dates.get(project.project_name, {}).get(column, "")
        return date if date and date <= span.last_day else ""

    def progress_text(self, project: Project, span: Span) -> str:
        """What the site looks like: by the share of the total that was built."""
        if self.date_by(project, "reported_completion", span):
            return "已竣工"
        cumulative = self.cumulative(project, span)
        if not cumulative:
            return "前期手续办理"
        rate = cumulative / project.money("total_investment_wanyuan")
        stages = [row for row in self.physical_progress if row["kind"] == project.kind]
        reached = [row["text"] for row in stages if Decimal(row["from_rate"]) <= rate]
        return f"{reached[-1]}（约{int(rate * 100)}%）"

    def problem(self, project: Project, month: int, column: str) -> str:
        """The problem, or the next step, that the unit names in the month."""
        for row in self.problems:
            months = range(int(row["first_month"]), int(row["last_month"]) + 1)
            if row["project_name"] == project.project_name and month in months:
                return row[column]
        return ""

    def is_in_statistics(self, project: Project, span: Span) -> bool:
        """Whether the statistics library has the project; what it takes in is told at month end."""
        entries = [
            row["entry_month"]
            for row in self.statistics
            if row["ledger_project"] == project.project_name
        ]
        last_month = period_of(span.month - span.is_first_half)
        return any(entry <= last_month for entry in entries)


def period_of(month: int) -> str:
    """``2019-03`` for 3."""
    return f"{YEAR}-{month:02d}"


def read(name: str) -> list[dict[str, str]]:
    """The rows of one table of the story."""
    with (STORY / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
