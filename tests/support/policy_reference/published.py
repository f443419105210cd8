"""What the published tables have to say (contract §5): the promised columns of every row, by its key.

A project is keyed by its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from policy_reference.facts import Facts
from policy_reference.indicators import Achievements
from policy_reference.lights import COMPONENTS, Lights
from policy_reference.scores import Scores
from policy_reference.summaries import size_bands, summary

Rows = dict[tuple[Any, ...], Mapping[str, Any]]


def targets(of: Achievements) -> Rows:
    """By unit, indicator and year."""
    return {
        (unit, indicator, year): {"target_value": value}
        for year, values in of.targets.items()
        for (unit, indicator), value in values.items()
    }


def indicator_actuals(of: Achievements, units: Iterable[str]) -> Rows:
    """Of these units, by unit, indicator and month."""
    return {
        (unit, one.indicator_id, month): {"actual_value": value, "source": one.source}
        for unit in units
        for month in of.facts.months
        for one in of.district.indicators
        if (value := of.actual(unit, one.indicator_id, month)) is not None
    }


def scorecard(scores: Scores) -> Rows:
    """By unit, indicator and month."""
    return {
        (r.unit, r.indicator_id, r.month): {
            "target_value": r.target, "actual_value": r.actual, "completion_rate": r.rate,
            "score": r.score, "weight": r.weight, "rank_in_group": r.rank, "rule_version": r.version,
        }
        for month in scores.achievements.facts.months
        for r in scores.scorecard(month)
    }  # fmt: skip


def ranking(scores: Scores) -> Rows:
    """By unit and month."""
    return {
        (r.unit, r.month): {
            "group": r.group, "total_score": r.total, "rank_in_group": r.rank,
            "is_vetoed": r.veto_reason is not None, "veto_reason": r.veto_reason,
        }
        for month in scores.achievements.facts.months
        for r in scores.ranking(month)
    }  # fmt: skip


def awards(scores: Scores) -> Rows:
    """By award, unit and month."""
    names = {award.award_id: award.name for award in scores.district.awards}
    return {
        (award, unit, month): {"award_name": names[award], "rank": place, "prize_wanyuan": prize}
        for month in scores.achievements.facts.months
        for award, unit, place, prize in scores.awards(month)
    }


def project_lights(lights: Lights) -> Rows:
    """By project and period; where nothing was evaluated no rule version is claimed."""
    return {
        (r.name, r.period): {
            "light": r.light, "deciding_component": r.component, "measure_value": r.value,
            "threshold": r.threshold, "streak": r.streak,
        } | ({"rule_version": r.version} if r.component else {})
        for r in lights.rows
    }  # fmt: skip


def component_lights(lights: Lights) -> Rows:
    """By project and period, the light of every component."""
    return {
        (r.name, r.period): {f"{name}_light": r.light_of(name) for name in COMPONENTS}
        for r in lights.rows
    }


def size_band_rows(facts: Facts) -> Rows:
    """By month, stage and size band."""
    return {
        (month, *key): {
            "project_count": r.project_count, "total_investment_wanyuan": r.total,
            "plan_year_wanyuan": r.plan, "share_of_count": r.share_of_count,
        }
        for month in facts.months
        for key, r in size_bands(facts, month).items()
    }  # fmt: skip


def progress_summary(facts: Facts) -> Rows:
    """By month, dimension and member."""
    return {
        (month, *member): asdict(row)
        for month in facts.months
        for member, row in summary(facts, month).items()
    }
