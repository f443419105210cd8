"""The story of the sample year, read from ``story/*.csv``; README.md says what of it is invented.

Only what no other district has lives here; how a return looks is decided in ``project_sheets``,
``progress_sheets`` and ``working_sheets``. January is reported with February.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import story_tables
from story_tables import Return, Row, Span, Works, by, read

__all__ = ["YEAR", "Change", "Project", "Return", "Story"]

HERE = Path(__file__).resolve().parent
STORY = HERE / "story"
YEAR = 2022


@dataclass(frozen=True)
class Project(story_tables.Project):
    """One line of the ledger of key projects."""

    tier: str
    category: str
    build_years: str
    lead_official: str
    construction_content: str


@dataclass(frozen=True)
class Change:
    """How one file differs from the story.

    ``total``: the total of a column is off by the value; ``less``: a project's month and year to date
    lack the value; ``copy_of``: the same bytes as another file; ``doubled_number``: the second row has
    the first one's number.
    """

    path: str
    kind: str
    project_name: str
    field: str
    value: str


class Story(Works):
    """All tables of the story; amounts are exact decimals in 万元."""

    def __init__(self) -> None:
        """Read every table."""
        super().__init__(STORY)
        self.projects = [Project(**row) for row in read(STORY / "projects.csv")]
        self.returns = [Return(**row) for row in read(STORY / "returns.csv")]
        self.changes = [Change(**row) for row in read(STORY / "changes.csv")]
        self.dates = by(read(STORY / "dates.csv"), "project_name")
        self.site_texts = read(STORY / "site_texts.csv")
        self.batches = read(STORY / "batches.csv")
        self.meetings = read(STORY / "meetings.csv")
        self.issues = read(STORY / "issues.csv")
        self.reviews = read(STORY / "reviews.csv")
        self.nodes = read(STORY / "nodes.csv")
        self.photographs = by(read(STORY / "photographs.csv"), "path")
        self.unit_name = {row["unit_code"]: row["unit_name"] for row in read(HERE / "units.csv")}
        self.unit_of = {project.project_name: project.unit_code for project in self.projects}

    def progress_text(self, project: Project, span: Span) -> str:
        """What the site looks like: as the document says, else by the share of the total."""
        for row in self.site_texts:
            months = range(int(row["first_month"]), int(row["last_month"]) + 1)
            if row["project_name"] == project.project_name and span.month in months:
                return row["text"]
        return super().progress_text(project, span)

    def changes_of(self, item: Return) -> dict[str, Change]:
        """What is different in this file, by kind."""
        return {change.kind: change for change in self.changes if change.path == item.path}

    def issues_of_week(self, period: str) -> list[tuple[str, Row]]:
        """The issues that a week's list holds, each with its list of that week.

        The first list goes back to the year's first issue; a later one leaves out what was resolved
        before its week.
        """
        monday = date.fromisocalendar(YEAR, int(period[-2:]), 1)
        first, last = monday.isoformat(), date.fromordinal(monday.toordinal() + 6).isoformat()
        lists = [item.period for item in self.returns if item.form_id == "issue_ledger"]
        found = []
        for row in self.issues:
            resolved = row["resolved_on"] and row["resolved_on"] <= last
            if row["raised_on"] > last:
                continue
            if resolved and row["resolved_on"] < first and period != min(lists):
                continue
            status = "销号" if resolved else "新增" if row["raised_on"] >= first else "推进"
            found.append((status, row))
        return found

    def items_of_month(self, period: str) -> list[Row]:
        """The items a month's record holds: what is left of earlier meetings, then its own."""
        return [
            row
            for row in self.meetings
            if row["held_on"][:7] == period
            or (row["held_on"][:7] < period and (row["done_on"] or "9999")[:7] >= period)
        ]

    def nodes_told(self, item: Return) -> list[Row]:
        """A unit's nodes as its plan of that day tells them, with the reason of a new date."""
        day = item.arrived_at[:10]
        told = []
        for row in self.nodes:
            has_changed = bool(row["told_on"]) and row["told_on"] <= day
            if self.unit_of[row["project_name"]] != item.unit_code:
                continue
            if has_changed and row["replanned_date"] == "dropped":
                continue
            told.append(
                {
                    **row,
                    "planned_date": row["replanned_date"] if has_changed else row["planned_date"],
                    "actual_date": row["actual_date"] if row["actual_date"] <= day else "",
                    "reason": row["reason"] if has_changed else "",
                }
            )
        return told
