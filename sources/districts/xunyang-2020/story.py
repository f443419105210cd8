"""The story of five months of 2020, read from ``story/*.csv``; README.md says what of it is invented.

Only what no other district has lives here; how a return looks is decided in ``monthly_sheets`` and
``working_sheets``. January is reported with February.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import story_tables
from story_tables import Row, Span, Works, by, period_of, read

HERE = Path(__file__).resolve().parent
STORY = HERE / "story"
YEAR = 2020


@dataclass(frozen=True)
class Project(story_tables.Project):
    """One of the fourteen key projects; ``bureau`` is who reports it for its group."""

    bureau: str
    build_years: str
    lead_official: str
    construction_content: str

    @property
    def category(self) -> str:
        """What the ledger calls its part."""
        return f"{self.nature}项目"


@dataclass(frozen=True)
class Return(story_tables.Return):
    """One file of the samples, and the slip its clerk made (``total``: the total is not the sum)."""

    slip: str

    @property
    def week(self) -> tuple[str, str]:
        """Monday and Sunday of a weekly list."""
        monday = date.fromisocalendar(YEAR, int(self.period[-2:]), 1)
        return monday.isoformat(), (monday + timedelta(days=6)).isoformat()

    @property
    def sent_on(self) -> str:
        """The day on which the clerk wrote the file."""
        return self.arrived_at[:10]


class Story(Works):
    """All tables of the story; amounts are exact decimals in 万元."""

    def __init__(self) -> None:
        """Read every table."""
        super().__init__(STORY)
        self.projects = [Project(**row) for row in read(STORY / "projects.csv")]
        self.returns = [Return(**row) for row in read(STORY / "returns.csv")]
        self.dates = by(read(STORY / "dates.csv"), "project_name")
        self.funds = by(read(STORY / "funds.csv"), "project_name")
        self.nodes = read(STORY / "nodes.csv")
        self.issues = read(STORY / "issues.csv")
        self.dispatch = read(STORY / "dispatch.csv")
        self.reviews = read(STORY / "reviews.csv")
        self.signings = read(STORY / "signings.csv")
        self.talks = read(STORY / "talks.csv")
        self.unit_name = {row["unit_code"]: row["unit_name"] for row in read(HERE / "units.csv")}

    def funds_in_place(self, project: Project, month: int) -> Decimal:
        """What has arrived for the project in the year, to the end of the month."""
        return Decimal(self.funds[project.project_name][f"m{month:02d}"] or "0")

    def verified_in(self, column: str, month: int) -> list[Project]:
        """The projects whose date of this kind is in the month's register; March's has the earlier ones."""
        first = period_of(YEAR, 1 if month == 3 else month)
        last = period_of(YEAR, month)
        return [
            project
            for project in self.projects
            if first <= self.dates[project.project_name][column][:7] <= last
        ]

    def listed_in(self, item: Return) -> list[Row]:
        """The issues of a weekly list: raised by its Sunday and not closed before its Monday."""
        monday, sunday = item.week
        return [
            row
            for row in self.issues
            if row["raised_on"] <= sunday and (row["resolved_on"] or sunday) >= monday
        ]

    def dispatched_in(self, item: Return) -> list[Row]:
        """The items of a monthly sheet: its meetings', and what the sheet before left open."""
        sheets = [other for other in self.returns if other.form_id == item.form_id]
        before = max((one.sent_on for one in sheets if one.period < item.period), default="")
        return [
            row
            for row in self.dispatch
            if row["held_on"][:7] == item.period
            or (row["held_on"][:7] < item.period and (row["done_on"] or item.sent_on) > before)
        ]


def told_by(day: str, value: str) -> str:
    """A date that has come by the day; blank before."""
    return value if value <= day else ""


__all__ = ["YEAR", "Project", "Return", "Span", "Story", "told_by"]
