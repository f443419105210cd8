"""The light of a project at a period's end (contract §3, Lights, and §7, Policies)."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from policy_reference.facts import Facts, Standing
from policy_reference.records import LightRule, compared, last_day, months_between
from policy_reference.scores import in_force

COMPONENTS = ("progress", "start", "completion", "node", "entry")
WORSE = {"red_flag": 0, "green": 1, "yellow": 2, "red": 3}
HOLDS = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}
ENTRY_THRESHOLD = 500  # 万元


@dataclass(frozen=True)
class LightRow:
    name: str
    period: str
    light: str
    component: str | None
    value: Fraction | None
    threshold: Fraction | None
    streak: int
    version: str | None
    components: tuple[tuple[str, str, Fraction], ...]
    waived: tuple[str, ...] = ()

    def light_of(self, component: str) -> str:
        """The component's own light; a waived one says so."""
        shown = {name: light for name, light, _ in self.components}
        return "waived" if component in self.waived else shown.get(component, "not_evaluated")


class Lights:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.district = facts.district

    def periods(self) -> list[str]:
        if self.district.lights == "monthly":
            return self.facts.months
        return sorted(self.facts.first_halves | self.facts.second_halves)

    @cached_property
    def rows(self) -> list[LightRow]:
        found: list[LightRow] = []
        last: dict[str, LightRow] = {}  # periods in which the project is on no list are passed over
        for period in self.periods():
            for one in self.facts.standing(period):
                if one.status == "reserve":
                    continue
                row = self._light(one, period, last.get(one.row.name))
                last[one.row.name] = row
                found.append(row)
        return found

    def _light(self, one: Standing, period: str, before: LightRow | None) -> LightRow:
        rules = in_force(self.district.light_rules, period)
        shown: list[tuple[str, LightRule, Fraction]] = []
        waived = tuple(name for name in COMPONENTS if self._is_waived(name, one, period))
        for component in COMPONENTS:
            if component in waived:
                continue
            for rule in (r for r in rules if r.component == component):
                value = self._value(rule, one, period)
                if value is not None and HOLDS[rule.operator](
                    compared(value), compared(rule.threshold)
                ):
                    shown.append((component, rule, value))
                    break
        version = rules[0].version if rules else None
        parts = tuple((component, rule.light, value) for component, rule, value in shown)
        light, decided = "not_evaluated", None
        if shown:
            worst = max(WORSE[rule.light] for _, rule, _ in shown)
            flags = [s for s in shown if s[1].light == "red_flag"]
            # A red flag stands where no other component is worse than green.
            decided = (
                flags[0]
                if flags and worst <= WORSE["green"]
                else next(s for s in shown if WORSE[s[1].light] == worst)
            )
            light = decided[1].light
        streak = before.streak + 1 if before and before.light == light else 1
        if decided is None:
            return LightRow(
                one.row.name, period, light, None, None, None, streak, version, parts, waived
            )
        component, rule, value = decided
        return LightRow(
            one.row.name, period, light, component, value, rule.threshold, streak, version, parts,
            waived,
        )  # fmt: skip

    def _is_waived(self, component: str, one: Standing, period: str) -> bool:
        return any(
            w.component == component and w.unit == one.row.unit and w.expires >= last_day(period)
            and w.project in (None, one.row.name, one.row.code)
            and period.startswith(w.period or "")
            for w in self.district.waivers
        )  # fmt: skip

    def _value(self, rule: LightRule, one: Standing, period: str) -> Fraction | None:
        row = one.row
        if rule.component == "progress":
            ytd, plan = self.facts.ytd(row.name, period), row.plan
            if ytd is None or not plan:
                return None
            rate, gone = Fraction(ytd) / Fraction(plan), self.facts.time_progress(period, row)
            if gone is None:
                return None
            if rule.measure == "pp_ahead":
                return (rate - gone) * 100
            return rate / gone if gone else None
        if rule.component == "start":
            if one.status != "not_started" or row.planned_start is None:
                return None
            return Fraction(months_between(row.planned_start, period))
        if rule.component == "completion":
            if one.status == "completed" or row.planned_completion is None:
                return None
            return Fraction(months_between(row.planned_completion, period))
        if rule.component == "entry":
            return self._months_not_entered(one, period)
        return None

    def _months_not_entered(self, one: Standing, period: str) -> Fraction | None:
        started = self.facts.started_on(one.row.name)
        sent = [s for s in self.district.statistics if s.month == period[:7]]
        if not sent or started is None or started > last_day(period):
            return None
        latest = max(sent, key=lambda s: s.arrived)
        if one.row.total < ENTRY_THRESHOLD or one.row.name in latest.names:
            return None
        return Fraction(months_between(started, period))
