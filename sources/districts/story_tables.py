"""What the stories of all bundled districts share: their tables and the arithmetic between them.

A story is a folder of small CSV tables with money in 万元; what a return looks like is decided beside
each district's own story.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

Row = dict[str, str]
ZERO = Decimal(0)


def read(path: Path) -> list[Row]:
    """The rows of one table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by(rows: Iterable[Row], column: str) -> dict[str, Row]:
    """Rows by the value of a column."""
    return {row[column]: row for row in rows}


def period_of(year: int, month: int) -> str:
    """``2019-03`` for the third month of 2019."""
    return f"{year}-{month:02d}"


@dataclass(frozen=True)
class Span:
    """What a monthly return is about: a month, or the first half of it."""

    year: int
    month: int
    is_first_half: bool = False

    @property
    def last_day(self) -> str:
        """The end as dates are compared with it: ``2019-10-15``, ``2019-10-31`` (also of June)."""
        return f"{period_of(self.year, self.month)}-{15 if self.is_first_half else 31}"

    @property
    def words(self) -> str:
        """``10月`` or ``10月上半月``."""
        return f"{self.month}月上半月" if self.is_first_half else f"{self.month}月"

    def told(self, date: str) -> str:
        """A date, once the span it lies in has come; blank before."""
        return date if date and date <= self.last_day else ""


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
        """The month of a monthly or half-monthly return."""
        return int(self.period[5:7])

    @property
    def span(self) -> Span:
        """The month, or its first half."""
        return Span(int(self.period[:4]), self.month, self.period.endswith("-H1"))


@dataclass(frozen=True)
class Project:
    """What every district's ledger says of a project."""

    no: str
    project_name: str
    project_code: str
    nature: str
    unit_code: str
    township: str
    total_investment_wanyuan: str
    cumulative_prior_wanyuan: str
    plan_year_wanyuan: str
    planned_start: str
    planned_completion: str

    def money(self, column: str) -> Decimal:
        """An amount in 万元; zero where the table has none."""
        return Decimal(getattr(self, column) or "0")


class Works:
    """A year of building as the units report it: investment, dates, stages and problems by project name."""

    def __init__(self, folder: Path) -> None:
        """Read the tables of a story's folder."""
        self.investment = by(read(folder / "investment.csv"), "project_name")
        self.first_halves: Mapping[str, Row] = {}
        self.dates: Mapping[str, Row] = {}
        self.problems = read(folder / "problems.csv")
        self.physical_progress = read(folder / "physical_progress.csv")

    def month_amount(self, project: Project, span: Span) -> Decimal:
        """What was invested in the month, as far as the span goes; a month that has no column holds nothing."""
        table = self.first_halves if span.is_first_half else self.investment
        return Decimal(table[project.project_name].get(f"m{span.month:02d}") or "0")

    def ytd(self, project: Project, span: Span) -> Decimal:
        """What was invested from January to the end of the span."""
        earlier = (Span(span.year, month) for month in range(1, span.month))
        return sum((self.month_amount(project, one) for one in (*earlier, span)), ZERO)

    def cumulative(self, project: Project, span: Span) -> Decimal:
        """What was invested since the project began."""
        return project.money("cumulative_prior_wanyuan") + self.ytd(project, span)

    def date_by(self, project: Project, column: str, span: Span) -> str:
        """A date of the project, once the span it lies in has come; blank before."""
        return span.told(self.dates.get(project.project_name, {}).get(column, ""))

    def stages(self, project: Project) -> list[Row]:
        """What is seen on the site from which share of the total on, in that order."""
        return self.physical_progress

    def progress_text(self, project: Project, span: Span) -> str:
        """What the site looks like: by the share of the total that was built."""
        if self.date_by(project, "reported_completion", span):
            return "已竣工"
        cumulative = self.cumulative(project, span)
        if not cumulative:
            return "前期手续办理"
        rate = cumulative / project.money("total_investment_wanyuan")
        reached = [row["text"] for row in self.stages(project) if Decimal(row["from_rate"]) <= rate]
        return f"{reached[-1]}（约{int(rate * 100)}%）"

    def problem(self, project: Project, month: int, column: str = "problem") -> str:
        """The problem, or the next step, that is named in the month; blank where there is none."""
        for row in self.problems:
            months = range(int(row["first_month"]), int(row["last_month"]) + 1)
            if row["project_name"] == project.project_name and month in months:
                return row[column]
        return ""
