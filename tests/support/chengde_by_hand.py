"""The lights and sums of Chengde 2019, worked out from the story's own tables in plain Python.

Nothing here reads a workbook, a mart or the pipeline: the rules are those of the contract (§3 Lights,
§7 Facts and Policies), the numbers are exact fractions, money is in 万元.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from chengde import story

YEAR = 2019
MONTHS = range(1, 13)
COMPONENTS = ("progress", "start", "completion", "node", "entry")
# From worst to best; a red flag stands where nothing is worse than green. The rest decides nothing.
WORST_FIRST = ({"red"}, {"yellow"}, {"green", "red_flag"})
OPERATORS = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}
ENTRY_THRESHOLD = 500


@dataclass(frozen=True)
class Moment:
    """The end of a month or of its first half, the month's number, and what of the year has gone."""

    name: str
    month: int
    is_first_half: bool = False

    @property
    def last_day(self) -> date:
        if self.is_first_half:
            return date(YEAR, self.month, 15)
        return date(YEAR + self.month // 12, self.month % 12 + 1, 1) - timedelta(days=1)

    @property
    def gone(self) -> Fraction:
        return Fraction(2 * self.month - self.is_first_half, 24)


@dataclass(frozen=True)
class Component:
    """What one component says of one project: its light, the value and the rule that gave it."""

    light: str = "not_evaluated"
    value: Fraction | None = None
    threshold: Fraction | None = None


@dataclass(frozen=True)
class Light:
    """One row of ``mart_project_light`` as it has to be."""

    light: str
    deciding_component: str | None
    value: Fraction | None
    threshold: Fraction | None
    streak: int
    rule_version: str
    components: dict[str, str]


class Project:
    """One of the forty projects, by the ledger that is in force at the year's end."""

    def __init__(self, row: dict[str, str]) -> None:
        self.row = row
        self.name = row["project_name"]
        self.total = Fraction(row["total_investment_wanyuan"])
        self.plan = Fraction(row["plan_year_wanyuan"])
        self.planned_start = _day(row["planned_start"])
        self.planned_completion = _day(row["planned_completion"])
        self.is_carried_over = (
            row["nature"] == "续建" or Fraction(row["cumulative_prior_wanyuan"]) > 0
        )
        dates = _DATES.get(self.name, {})
        self.start = _day(dates.get("verified_start") or dates.get("reported_start", ""))
        self.completion = _day(
            dates.get("verified_completion") or dates.get("reported_completion", "")
        )

    def is_started(self, moment: Moment) -> bool:
        if self.start is None:
            return self.is_carried_over or self.is_completed(moment)
        return self.start <= moment.last_day

    def is_completed(self, moment: Moment) -> bool:
        return self.completion is not None and self.completion <= moment.last_day

    def ytd(self, moment: Moment) -> Fraction | None:
        """The year to date as the unit reported it; None where it left the project out."""
        amounts = [_INVESTMENT[self.name][f"m{m:02}"] for m in range(1, moment.month + 1)]
        if moment.is_first_half:
            amounts[-1] = _FIRST_HALVES[self.name][f"m{moment.month:02}"]
        if amounts[-1] == "":
            return None
        return sum(map(Fraction, amounts), Fraction(0))

    def ytd_carried_on(self, moment: Moment) -> Fraction:
        """The year to date in sums: a completed project's last figure counts on."""
        reported = self.ytd(moment)
        if reported is not None or not self.is_completed(moment):
            return reported or Fraction(0)
        earlier = [self.ytd(Moment("", month)) for month in range(1, moment.month)]
        return next(figure for figure in reversed(earlier) if figure is not None)

    def is_entered(self, month: int) -> bool:
        """Whether that month's statistics return holds it under a match that is not only proposed."""
        code = _MATCHED.get(self.name)
        return bool(code and _STATISTICS_YTD[code][f"m{month:02}"])


def _day(text: str) -> date | None:
    if not text:
        return None
    return date.fromisoformat(text if len(text) > 7 else f"{text}-01")


def _by(rows: list[dict[str, str]], column: str) -> dict[str, dict[str, str]]:
    return {row[column]: row for row in rows}


_DATES = _by(story("story/starts_and_completions.csv"), "project_name")
_INVESTMENT = _by(story("story/investment.csv"), "project_name")
_FIRST_HALVES = _by(story("story/first_halves.csv"), "project_name")
_STATISTICS_YTD = _by(story("story/statistics_ytd.csv"), "statistics_code")
_MATCHED = {
    row["project_name"]: row["statistics_code"]
    for row in story("story/expected_december_reconciliation.csv")
    if row["match_class"].startswith("matched")
}
_RULES = story("light_rules.csv")
_WAIVERS = story("waivers.csv")


def projects() -> list[Project]:
    """The ledger after the mid-year adjustment: it serves all periods of its year."""
    adjusted = _by([dict(row) for row in story("story/projects.csv")], "project_name")
    for change in story("story/ledger_changes.csv"):
        adjusted[change["project_name"]][change["field"]] = change["new_value"]
    return [Project(row) for row in adjusted.values()]


def months() -> list[Moment]:
    return [Moment(f"{YEAR}-{month:02}", month) for month in MONTHS]


def half_months() -> Iterator[Moment]:
    """A first half is there where its own return is; every month's end is the second half."""
    halves = {int(m[1:]) for m in next(iter(_FIRST_HALVES.values())) if m != "project_name"}
    for month in MONTHS:
        if month in halves:
            yield Moment(f"{YEAR}-{month:02}-H1", month, is_first_half=True)
        yield Moment(f"{YEAR}-{month:02}-H2", month)


def lights() -> dict[tuple[str, str], Light]:
    """Every project's light in every half-month, by name and period."""
    found: dict[tuple[str, str], Light] = {}
    for project in projects():
        before: Light | None = None
        for moment in half_months():
            before = _light(project, moment, before)
            found[project.name, moment.name] = before
    return found


def _light(project: Project, moment: Moment, before: Light | None) -> Light:
    version = _version(moment)
    judged = {name: _judged(project, moment, name, version) for name in COMPONENTS}
    decides = next(
        (name for same in WORST_FIRST for name in COMPONENTS if judged[name].light in same),
        None,
    )
    chosen = judged[decides] if decides else Component()
    streak = before.streak + 1 if before and before.light == chosen.light else 1
    return Light(
        chosen.light, decides, chosen.value, chosen.threshold, streak, version,
        {name: component.light for name, component in judged.items()},
    )  # fmt: skip


def _version(moment: Moment) -> str:
    in_force = [r for r in _RULES if r["valid_from"] <= f"{YEAR}-{moment.month:02}-31"]
    return max(in_force, key=lambda rule: rule["valid_from"])["rule_version"]


def _judged(project: Project, moment: Moment, name: str, version: str) -> Component:
    value = _value(project, moment, name)
    rules = [r for r in _RULES if r["rule_version"] == version and r["component"] == name]
    found = Component()
    if value is not None:
        found = next(
            (
                Component(rule["light"], value, Fraction(rule["threshold"]))
                for rule in rules
                if OPERATORS[rule["operator"]](value, Fraction(rule["threshold"]))
            ),
            found,
        )
    return Component("waived") if _is_waived(project, moment, name) else found


def _value(project: Project, moment: Moment, name: str) -> Fraction | None:
    if name == "progress":
        ytd = project.ytd(moment)
        return None if ytd is None else (ytd / project.plan - moment.gone) * 100
    if name == "start" and not project.is_started(moment):
        return _months_after(project.planned_start, moment)
    if name == "completion" and not project.is_completed(moment):
        return _months_after(project.planned_completion, moment)
    if name == "entry" and project.is_started(moment) and project.total >= ENTRY_THRESHOLD:
        has_return = any(row.get(f"m{moment.month:02}") for row in _STATISTICS_YTD.values())
        if has_return and not project.is_entered(moment.month):
            return _months_after(project.start, moment)
    return None


def _months_after(day: date | None, moment: Moment) -> Fraction | None:
    if day is None:
        return None
    return Fraction((YEAR - day.year) * 12 + moment.month - day.month)


def _is_waived(project: Project, moment: Moment, name: str) -> bool:
    return any(
        waiver["rule_id"] == f"light:{name}"
        and waiver["unit_code"] == project.row["unit_code"]
        and waiver["project"] in (project.name, project.row["project_code"])
        and moment.name.startswith(waiver["period"])
        and moment.last_day <= date.fromisoformat(waiver["expires"])
        for waiver in _WAIVERS
    )
