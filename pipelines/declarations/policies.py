"""All policies of a district together: what is assessed, how it scores, what follows from it (contract §3)."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pipelines.declarations.awards import Award, Veto, read_awards, read_vetoes
from pipelines.declarations.indicators import Indicator, read_indicators
from pipelines.declarations.light_rules import LightRule, read_light_rules
from pipelines.declarations.phased_plan import PhasedAmount, read_phased_plan
from pipelines.declarations.score_rules import (
    ScoreRule,
    SizeWeight,
    read_score_rules,
    read_size_weights,
)
from pipelines.declarations.weekly_minimums import WeeklyMinimum, read_weekly_minimums


@dataclass(frozen=True)
class Policies:
    """The policy tables of one home, each in the order of its file; a district may have none of them."""

    indicators: tuple[Indicator, ...] = ()
    score_rules: tuple[ScoreRule, ...] = ()
    size_weights: tuple[SizeWeight, ...] = ()
    light_rules: tuple[LightRule, ...] = ()
    awards: tuple[Award, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    phased_plan: tuple[PhasedAmount, ...] = ()
    weekly_minimums: tuple[WeeklyMinimum, ...] = ()


def read_policies(
    folder: Path,
    units: Collection[str],
    groups: Collection[str],
    reporting_year: int | None,
    faults: list[str],
) -> Policies:
    """Read the policy tables of ``config/``; faults of all of them are added to ``faults``.

    ``units`` and ``groups`` are those of units.csv. Without a reporting year nobody asks whether a policy is in
    force from its first month on.
    """
    indicators = read_indicators(folder / "indicators.csv", units, faults)
    by_id = {indicator.indicator_id: indicator for indicator in indicators}
    score_rules = read_score_rules(
        folder / "score_rules.csv", by_id, units, groups, reporting_year, faults
    )
    return Policies(
        indicators,
        score_rules,
        read_size_weights(folder / "size_weights.csv", score_rules, reporting_year, faults),
        read_light_rules(folder / "light_rules.csv", reporting_year, faults),
        read_awards(folder / "awards.csv", by_id, groups, faults),
        read_vetoes(folder / "vetoes.csv", units, faults),
        read_phased_plan(folder / "phased_plan.csv", faults),
        read_weekly_minimums(folder / "weekly_minimums.csv", faults),
    )
