"""Size bands and the progress summary (contract §5 and §7, Facts)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from policy_reference.facts import Facts, Standing
from policy_reference.records import last_day, year_of

BANDS = (
    (0, "500万以下"), (500, "500万-5000万"), (5000, "5000万-1亿"), (10000, "1亿-5亿"),
    (50000, "5亿-10亿"), (100000, "10亿-20亿"), (200000, "20亿以上"),
)  # fmt: skip
UNNAMED = "未填"


def size_band(total: Decimal) -> str:
    return [band for bound, band in BANDS if total >= bound][-1]


def share(part: Decimal | int, whole: Decimal | int) -> Fraction | None:
    return Fraction(part) / Fraction(whole) if whole else None


@dataclass(frozen=True)
class BandRow:
    project_count: int
    total: Decimal
    plan: Decimal
    share_of_count: Fraction | None


def size_bands(facts: Facts, month: str) -> dict[tuple[str, str], BandRow]:
    """(stage, band) → its projects; packages whose parts are listed stay out."""
    projects = [one for one in facts.standing(month) if not one.is_package_parent]
    rows = {}
    for stage in {"all"} | {one.status for one in projects}:
        staged = [one for one in projects if stage in ("all", one.status)]
        for band in {size_band(one.row.total) for one in staged}:
            banded = [one for one in staged if size_band(one.row.total) == band]
            rows[stage, band] = BandRow(
                len(banded),
                sum((one.row.total for one in banded), Decimal(0)),
                sum((one.row.plan or Decimal(0) for one in banded), Decimal(0)),
                share(len(banded), len(staged)),
            )
    return rows


@dataclass(frozen=True)
class SummaryRow:
    project_count: int
    plan_year_wanyuan: Decimal
    investment_ytd_wanyuan: Decimal
    completion_rate: Fraction | None
    planned_starts_year: int
    planned_starts_to_date: int
    started_count: int
    started_early_count: int
    overdue_start_count: int
    started_unplanned_count: int
    start_rate_on_year: Fraction | None
    start_rate_to_date: Fraction | None
    planned_completions_year: int
    completed_count: int
    completed_rate_on_year: Fraction | None


def _members(one: Standing) -> Iterator[tuple[str, str]]:
    yield "all", "all"
    yield "tier", one.row.tier or UNNAMED
    yield "category", one.row.category or UNNAMED
    yield "unit", one.row.unit
    yield "township", one.row.township or UNNAMED
    yield "nature", one.row.nature
    if one.row.leader:
        yield "leader", one.row.leader


def summary(facts: Facts, month: str) -> dict[tuple[str, str], SummaryRow]:
    """(dimension, member) → the figures of its projects."""
    groups: dict[tuple[str, str], list[Standing]] = {}
    for one in facts.standing(month):
        if not one.is_package_parent:
            for member in _members(one):
                groups.setdefault(member, []).append(one)
    return {member: _summed(facts, month, projects) for member, projects in groups.items()}


def _summed(facts: Facts, month: str, projects: list[Standing]) -> SummaryRow:
    year, end = year_of(month), last_day(month)
    plan = sum((one.row.plan or Decimal(0) for one in projects), Decimal(0))
    figures = [facts.counted_ytd(one.row.name, month) for one in projects]
    ytd = sum((figure for figure in figures if figure is not None), Decimal(0))

    started = {one.row.name for one in projects if (day := facts.started_on(one.row.name)) and day <= end}  # fmt: skip
    begun_this_year = {name for name in started if facts.started_on(name).year == year}
    due = {
        one.row.name: one.row.planned_start
        for one in projects
        if one.row.planned_start and one.row.planned_start.year == year
    }
    to_date = {name for name, day in due.items() if day <= end}
    done = {
        one.row.name
        for one in projects
        if one.row.planned_completion and one.row.planned_completion.year == year
    }
    completed = {name for name in done if (day := facts.completed_on(name)) and day <= end}
    on_plan = started & due.keys()
    return SummaryRow(
        len(projects), plan, ytd, share(ytd, plan),
        len(due), len(to_date), len(on_plan), len(on_plan - to_date), len(to_date - started),
        len(begun_this_year - due.keys()), share(len(on_plan), len(due)),
        share(len(on_plan), len(to_date)), len(done), len(completed),
        share(len(completed), len(done)),
    )  # fmt: skip
