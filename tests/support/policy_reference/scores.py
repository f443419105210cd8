"""Scores, places and awards of units in a month (contract §3, Score shapes, and §7, Policies)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Protocol, TypeVar

from policy_reference.indicators import Achievements
from policy_reference.records import ScoreRule, Unit, compared, last_day, year_of


class Versioned(Protocol):
    @property
    def version(self) -> str: ...
    @property
    def valid_from(self) -> date: ...


Rule = TypeVar("Rule", bound=Versioned)


def in_force(rules: Iterable[Rule], month: str) -> list[Rule]:
    """The rules of the latest version whose valid_from falls in or before the month."""
    begun = [rule for rule in rules if rule.valid_from <= last_day(month[:7])]
    latest = max((rule.valid_from for rule in begun), default=None)
    return [rule for rule in begun if rule.valid_from == latest]


def places(values: dict[str, Fraction]) -> dict[str, int]:
    """1, 1, 3: the greatest first, equal ones share the better place."""
    shown = {key: compared(value) for key, value in values.items()}
    return {key: 1 + sum(other > mine for other in shown.values()) for key, mine in shown.items()}


@dataclass(frozen=True)
class ScoreRow:
    unit: str
    group: str
    indicator_id: str
    month: str
    target: Decimal | None
    actual: Decimal | None
    rate: Fraction | None
    score: Fraction | None
    weight: Fraction | None
    rank: int | None
    version: str


@dataclass(frozen=True)
class RankingRow:
    unit: str
    group: str
    month: str
    total: Fraction | None
    rank: int | None
    veto_reason: str | None


class Scores:
    def __init__(self, achievements: Achievements) -> None:
        self.achievements = achievements
        self.district = achievements.district

    def assessed(self, month: str, group: str | None = None) -> list[Unit]:
        first, last = date(year_of(month), int(month[5:7]), 1), last_day(month)
        return [
            unit
            for unit in self.district.units
            if unit.assessed and group in (None, unit.group)
            and (unit.valid_from or first) <= last and (unit.valid_to or last) >= first
        ]  # fmt: skip

    def scorecard(self, month: str) -> list[ScoreRow]:
        rules = in_force(self.district.score_rules, month)
        rows: list[ScoreRow] = []
        for rule in rules:
            units = [u.code for u in self.assessed(month, rule.group) if u.code not in rule.exempt]
            scores = {unit: self._score(rule, rules, unit, units, month) for unit in units}
            given = {unit: score for unit, score in scores.items() if score is not None}
            ranks = places(given)
            rows += [
                ScoreRow(
                    unit, rule.group, rule.indicator_id, month,
                    self.achievements.target(unit, rule.indicator_id, month),
                    self.achievements.actual(unit, rule.indicator_id, month),
                    self.achievements.rate(unit, rule.indicator_id, month),
                    scores[unit], self._weight(rule, rules, unit), ranks.get(unit), rule.version,
                )
                for unit in units
            ]  # fmt: skip
        return rows

    def _weight(self, rule: ScoreRule, rules: list[ScoreRule], unit: str) -> Fraction | None:
        """The weight, grown where an exemption hands the weight of another indicator on."""
        if rule.weight is None:
            return None
        own = [r for r in rules if r.group == rule.group]
        kept = sum((r.weight or 0 for r in own if unit not in r.exempt), Fraction(0))
        handed = sum(
            (r.weight or 0 for r in own if unit in r.exempt and r.exemption == "rescale"),
            Fraction(0),
        )
        return rule.weight * (kept + handed) / kept if handed and kept else rule.weight

    def _score(
        self, rule: ScoreRule, rules: list[ScoreRule], unit: str, units: list[str], month: str
    ) -> Fraction | None:
        rate = self.achievements.rate(unit, rule.indicator_id, month)
        if rate is None:
            return None
        score = self._unclamped(rule, self._weight(rule, rules, unit), rate, unit, units, month)
        if rule.cap is not None:
            score = min(score, rule.cap)
        return score if rule.floor is None else max(score, rule.floor)

    def _unclamped(
        self, rule: ScoreRule, weight: Fraction | None, rate: Fraction, unit: str,
        units: list[str], month: str,
    ) -> Fraction:  # fmt: skip
        of, indicator = self.achievements, rule.indicator_id
        if rule.shape == "banded":
            reached = [b for b in rule.bands if compared(rate) >= compared(b[0])]
            return max(reached)[1] if reached else Fraction(0)
        if rule.shape == "rank":
            rates = {one: of.rate(one, indicator, month) for one in units}
            place = places({one: r for one, r in rates.items() if r is not None})[unit]
            return rule.points[place - 1] if place <= len(rule.points) else Fraction(0)
        assert weight is not None, rule
        if rule.shape == "proportional":
            return weight * rate
        if rule.shape == "per_point":
            points = rule.points_above if rate >= 1 else rule.points_below
            return weight + points * (rate - 1) * 100
        if rule.shape == "relative_to_best":
            competing = [one for one in units if of.rate(one, indicator, month) is not None]
            best = max(Fraction(of.actual(one, indicator, month) or 0) for one in competing)
            mine = Fraction(of.actual(unit, indicator, month) or 0)
            return weight * mine / best if best else Fraction(0)
        assert rule.shape == "size_weighted", rule
        counted = of.counted(unit, indicator, month)
        weights = sum((self.size_weight(total, month) for _, total in counted), Fraction(0))
        return weight * weights / Fraction(of.target(unit, indicator, month) or 0)

    def size_weight(self, total: Decimal, month: str) -> Fraction:
        """The weight of the highest band reached; below the lowest: 0."""
        bands = in_force(self.district.size_weights, month)
        reached = [(band.lower_bound, band.weight) for band in bands if total >= band.lower_bound]
        return max(reached)[1] if reached else Fraction(0)

    def ranking(self, month: str) -> list[RankingRow]:
        scores: dict[str, list[Fraction]] = {}
        for row in self.scorecard(month):
            if row.score is not None:
                scores.setdefault(row.unit, []).append(row.score)
        totals = {unit: sum(parts, Fraction(0)) for unit, parts in scores.items()}
        rows = []
        for unit in self.assessed(month):
            peers = {u.code for u in self.assessed(month, unit.group)} & totals.keys()
            place = places({peer: totals[peer] for peer in peers})
            veto = (self.district.vetoes or {}).get((unit.code, year_of(month)))
            rows.append(
                RankingRow(
                    unit.code, unit.group or "", month, totals.get(unit.code),
                    place.get(unit.code), veto,
                )
            )  # fmt: skip
        return rows

    def awards(self, month: str) -> list[tuple[str, str, int, Decimal]]:
        """(award, unit, place among the eligible, prize); whoever is vetoed is passed over."""
        ranking = {row.unit: row for row in self.ranking(month)}
        rules = in_force(self.district.score_rules, month)
        won = []
        for award in self.district.awards:
            values: dict[str, Fraction] = {}
            for unit in self.assessed(month, award.group):
                if ranking[unit.code].veto_reason is not None:
                    continue
                value = ranking[unit.code].total
                if award.scope != "total":
                    exempt = {
                        code
                        for r in rules
                        if (r.group, r.indicator_id) == (unit.group, award.scope)
                        for code in r.exempt
                    }
                    value = self.achievements.rate(unit.code, award.scope, month)
                    value = None if unit.code in exempt else value
                if value is not None:
                    values[unit.code] = value
            won += [
                (award.award_id, unit, place, award.prize)
                for unit, place in places(values).items()
                if place <= award.winners
            ]
        return won
