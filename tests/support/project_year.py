"""A project year computed by hand from a profile's own tables: every score, place and award.

Plain arithmetic with fractions, from the story and the policy tables, never from the marts; the shapes are
those of contract §3 and the readings those of §7 (Policies). Written apart from the models on purpose.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from replays import profile_table

Row = dict[str, str]
COUNTED_DATES = {"count_starts": "verified_start", "count_completions": "verified_completion"}


@dataclass(frozen=True)
class Scored:
    """A unit's line of one indicator; score None: nothing to score it by."""

    target: Fraction | None
    actual: Fraction | None
    weight: Fraction
    score: Fraction | None


class ProjectYear:
    """The year of one profile whose story has targets, actuals, projects and a reserve list."""

    def __init__(self, profile: str) -> None:
        self.profile = profile
        self.indicators = {row["indicator_id"]: row for row in self._read("indicators.csv")}
        self.rules = self._read("score_rules.csv")
        self.groups = {
            row["unit_code"]: row["group"]
            for row in self._read("units.csv")
            if row["assessed"] == "true"
        }
        self.projects = self._read("story/projects.csv")
        self.reserve = self._read("story/reserve.csv")
        self.reported = {
            (row["unit_code"], row["indicator_id"]): row for row in self._read("story/actuals.csv")
        }
        self.vetoed = {row["unit_code"] for row in self._read("vetoes.csv")}

    def _read(self, name: str) -> list[Row]:
        return profile_table(self.profile, name)

    @cached_property
    def targets(self) -> dict[tuple[str, str], Fraction]:
        """Targets by unit and indicator, as adjusted."""
        written = {
            (row["unit_code"], indicator_id): row[indicator_id]
            for row in self._read("story/targets.csv")
            for indicator_id in self.indicators
        }
        for change in self._read("story/target_changes.csv"):
            written[change["unit_code"], change["indicator_id"]] = change["new_value"]
        return {place: Fraction(value) for place, value in written.items() if value}

    def totals_counted(self, unit: str, indicator_id: str, month: int) -> list[Fraction]:
        """The totals (万元) of the projects that count for a unit's computed indicator by a month's end."""
        indicator = self.indicators[indicator_id]
        least = Fraction(indicator["min_total_wanyuan"])
        if indicator["measure"] == "count_reserve":
            listed = [row for row in self.projects if row["nature"] == "储备"] + self.reserve
            names = {row["project_name"]: row for row in listed if row["unit_code"] == unit}
            members = list(names.values())
        else:
            column = COUNTED_DATES[indicator["measure"]]
            assert indicator["basis"] == "verified"
            members = [
                row
                for row in self.projects
                if row["unit_code"] == unit and f"2019-{month:02d}" >= row[column][:7] > "2019"
            ]
        totals = [Fraction(row["total_investment_wanyuan"]) for row in members]
        return [total for total in totals if total >= least]

    def actual(self, unit: str, indicator_id: str, month: int) -> Fraction | None:
        """What a unit achieved from January to the month; None where the provider does not list it."""
        if self.indicators[indicator_id]["source"] == "computed":
            return Fraction(len(self.totals_counted(unit, indicator_id, month)))
        row = self.reported.get((unit, indicator_id))
        return Fraction(row[f"m{month:02d}"]) if row else None

    def completion(self, month: int) -> dict[tuple[str, str], Fraction]:
        """Actual ÷ target of every assessed unit and indicator that has both."""
        return {
            (unit, indicator_id): actual / target
            for (unit, indicator_id), target in self.targets.items()
            if unit in self.groups
            and (actual := self.actual(unit, indicator_id, month)) is not None
        }

    def size_weight(self, total: Fraction) -> Fraction:
        """The weight of the highest size reached."""
        reached = [
            Fraction(row["weight"])
            for row in self._read("size_weights.csv")
            if Fraction(row["lower_bound_wanyuan"]) <= total
        ]
        return max(reached, default=Fraction(0))

    def is_exempt(self, unit: str, indicator_id: str) -> bool:
        return any(
            unit in rule["exempt_units"].split(";")
            for rule in self._rules_of(unit)
            if rule["indicator_id"] == indicator_id
        )

    def _rules_of(self, unit: str) -> list[Row]:
        return [rule for rule in self.rules if rule["group"] == self.groups[unit]]

    def scorecard(self, month: int) -> dict[tuple[str, str], Scored]:
        """A line for every assessed unit and indicator of its group that it is not exempt from."""
        return {
            (unit, rule["indicator_id"]): self._scored(unit, rule, month)
            for unit in self.groups
            for rule in self._rules_of(unit)
            if not self.is_exempt(unit, rule["indicator_id"])
        }

    def _stretch(self, unit: str) -> Fraction:
        """By what the weights of a unit grow, because an exemption gives its weight to the others."""
        kept = [r for r in self._rules_of(unit) if not self.is_exempt(unit, r["indicator_id"])]
        given = [
            rule
            for rule in self._rules_of(unit)
            if rule not in kept and _parameters(rule).get("exemption") == "rescale"
        ]
        own = sum(Fraction(rule["weight"]) for rule in kept)
        return (own + sum(Fraction(rule["weight"]) for rule in given)) / own

    def _scored(self, unit: str, rule: Row, month: int) -> Scored:
        indicator_id = rule["indicator_id"]
        target = self.targets.get((unit, indicator_id))
        actual = self.actual(unit, indicator_id, month)
        weight = Fraction(rule["weight"]) * self._stretch(unit)
        if not target or actual is None:
            return Scored(target, actual, weight, None)
        rate = actual / target
        if rule["shape"] == "proportional":
            points = weight * rate
        elif rule["shape"] == "size_weighted":
            sizes = self.totals_counted(unit, indicator_id, month)
            points = weight * sum(map(self.size_weight, sizes)) / target
        elif rule["shape"] == "per_point":
            beyond = (rate - 1) * 100
            points = weight + beyond * Fraction(
                str(_parameters(rule)["points_above" if beyond >= 0 else "points_below"])
            )
        else:
            raise ValueError(f"{self.profile}: no score of shape {rule['shape']} by hand")
        return Scored(
            target, actual, weight, max(Fraction(rule["floor"]), min(points, Fraction(rule["cap"])))
        )

    def totals(self, month: int) -> dict[str, Fraction]:
        """The sum of scores of every unit that has any."""
        totals: dict[str, Fraction] = {}
        for (unit, _), line in self.scorecard(month).items():
            if line.score is not None:
                totals[unit] = totals.get(unit, Fraction(0)) + line.score
        return totals

    def ranking(self, month: int) -> dict[str, tuple[Fraction, int]]:
        """Total score and place within the group."""
        totals = self.totals(month)
        return {
            unit: (
                total,
                place(total, [t for u, t in totals.items() if self.groups[u] == self.groups[unit]]),
            )
            for unit, total in totals.items()
        }

    def awards(self, month: int) -> set[tuple[str, str, int]]:
        """Award, winner and place among those who may win; a vetoed unit may not."""
        won: set[tuple[str, str, int]] = set()
        for award in self._read("awards.csv"):
            if award["scope"] == "total":
                values = self.totals(month)
            else:
                values = {
                    unit: rate
                    for (unit, indicator_id), rate in self.completion(month).items()
                    if indicator_id == award["scope"] and not self.is_exempt(unit, indicator_id)
                }
            eligible = {
                unit: value
                for unit, value in values.items()
                if unit not in self.vetoed and award["group"] in ("", self.groups[unit])
            }
            for unit, value in eligible.items():
                rank = place(value, list(eligible.values()))
                if rank <= int(award["winners"]):
                    won.add((award["award_name"], unit, rank))
        return won


def place(value: Fraction, among: list[Fraction]) -> int:
    """1, 1, 3: how many are better, and one."""
    return 1 + sum(other > value for other in among)


def _parameters(rule: Row) -> dict[str, object]:
    return json.loads(rule["parameters"]) if rule["parameters"] else {}
