"""The story of the sample year, read from ``story/*.csv``; README.md says what of it is invented.

Only what no other district has lives here; how a return looks is decided in ``monthly_sheets`` and
``list_sheets``. January is reported with February.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import story_tables
from story_tables import Return, Row, Works, by, period_of, read

__all__ = ["YEAR", "Listed", "Project", "Return", "Story"]

HERE = Path(__file__).resolve().parent
STORY = HERE / "story"
YEAR = 2017


@dataclass(frozen=True)
class Project(story_tables.Project):
    """One line of the ledger of provincial and municipal key projects."""

    tier: str
    category: str
    build_years: str
    lead_official: str
    construction_content: str


@dataclass(frozen=True)
class Listed:
    """A project of a launch or of next year's list: what both lists say of it, in 万元."""

    project_name: str
    total: Decimal
    plan: Decimal
    told: Row


class Story(Works):
    """All tables of the story; amounts are exact decimals in 万元."""

    def __init__(self) -> None:
        """Read every table."""
        super().__init__(STORY)
        self.projects = [Project(**row) for row in read(STORY / "projects.csv")]
        self.returns = [Return(**row) for row in read(STORY / "returns.csv")]
        self.dates = by(read(STORY / "dates.csv"), "project_name")
        self.launches = _listed("launches.csv")
        self.reserve = _listed("reserve_2018.csv")
        self.unit_name = {row["unit_code"]: row["unit_name"] for row in read(HERE / "units.csv")}

    def verified_in(self, column: str, month: int) -> list[Project]:
        """The projects whose date of this kind lies in the month."""
        period = period_of(YEAR, month)
        return [p for p in self.projects if self.dates[p.project_name][column][:7] == period]


def _listed(name: str) -> list[Listed]:
    return [
        Listed(
            row["project_name"],
            Decimal(row["total_investment_wanyuan"]),
            Decimal(row["plan_year_wanyuan"]),
            row,
        )
        for row in read(STORY / name)
    ]
