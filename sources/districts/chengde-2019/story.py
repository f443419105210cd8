"""The story of the sample year, read from ``story/*.csv``; README.md says what of it is invented.

Only what no other district has lives here; how a return looks is decided in ``progress_sheets`` and
``register_sheets``.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import story_tables
from story_tables import Row, Span, Works, by, period_of, read

HERE = Path(__file__).resolve().parent
STORY = HERE / "story"
YEAR = 2019


@dataclass(frozen=True)
class Project(story_tables.Project):
    """One line of the district's ledger."""

    group: str
    tier: str
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


@dataclass(frozen=True)
class Return(story_tables.Return):
    """One file of the samples, and the event of the story it stands for."""

    event: str


@dataclass(frozen=True)
class Change:
    """What one file says instead of the story; the kinds are explained in README.md."""

    event: str
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
        self.groups = by(read(STORY / "groups.csv"), "group")
        self.ledger_changes = read(STORY / "ledger_changes.csv")
        self.dates = by(read(STORY / "starts_and_completions.csv"), "project_name")
        self.first_halves = by(read(STORY / "first_halves.csv"), "project_name")
        self.statistics = read(STORY / "statistics.csv")
        self.statistics_ytd = by(read(STORY / "statistics_ytd.csv"), "statistics_code")
        units = read(HERE / "units.csv")
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

    def stages(self, project: story_tables.Project) -> list[Row]:
        """The stages of the project's kind of building."""
        kind = getattr(project, "kind", "")
        return [row for row in self.physical_progress if row["kind"] == kind]

    def is_in_statistics(self, project: Project, span: Span) -> bool:
        """Whether the statistics library has the project; what it takes in is told at month end."""
        entries = [
            row["entry_month"]
            for row in self.statistics
            if row["ledger_project"] == project.project_name
        ]
        last_month = period_of(YEAR, span.month - span.is_first_half)
        return any(entry <= last_month for entry in entries)
