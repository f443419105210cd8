"""What a district should know about its policies though nothing in them is wrong: lines shown by every load.

Faults, which stop a load, are told by the readers of the tables.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal

from pipelines.declarations.district import DistrictTables
from pipelines.declarations.indicators import TOTAL
from pipelines.declarations.light_rules import LightRule, by_component, covered
from pipelines.declarations.policies import Policies
from pipelines.declarations.score_rules import ScoreRule
from pipelines.wording import plain_number

# A rate is a fraction: a band from 10 on would begin at 1000 %.
_UNLIKELY_RATE = 10


def policy_notices(
    district: DistrictTables,
    time_progress: Literal["linear_month", "linear_day", "phased"],
    reporting_year: int,
) -> list[str]:
    """Lines for the operator, each naming its file."""
    policies = district.policies
    assessed = {unit.group for unit in district.units if unit.assessed}
    named = {
        "units.csv": list(_ungrouped(district)),
        "score_rules.csv": [
            *_unassessed_groups(policies.score_rules, assessed),
            *_dropped_groups(policies.score_rules),
            *(line for rule in policies.score_rules for line in _rule_notices(rule)),
        ],
        "size_weights.csv": list(_unweighted_sizes(policies)),
        "light_rules.csv": list(_open_ends(policies.light_rules)),
        "awards.csv": list(_unreachable_awards(policies, assessed)),
    }
    if time_progress == "phased" and not any(
        amount.period.startswith(f"{reporting_year}-") for amount in policies.phased_plan
    ):
        named["phased_plan.csv"] = [
            f"time progress is phased, and no plan of {reporting_year} is declared: projects have no time"
            " progress"
        ]
    return [f"{file}: {line}." for file, lines in named.items() for line in lines]


def _ungrouped(district: DistrictTables) -> Iterator[str]:
    names = [unit.unit_name for unit in district.units if unit.assessed and unit.group is None]
    if names and district.policies.score_rules:
        yield (
            f"{', '.join(names)}: assessed and of no group, so never scored or ranked; an award of all groups"
            " together may still go there"
        )


def _unassessed_groups(rules: Sequence[ScoreRule], assessed: set[str | None]) -> Iterator[str]:
    rows: dict[str, int] = {}
    for rule in rules:
        rows.setdefault(rule.group, rule.row)
    for group, row in rows.items():
        if group not in assessed:
            yield f"row {row}: no assessed unit in units.csv is of the group {group}; its rules score nobody"


def _dropped_groups(rules: Sequence[ScoreRule]) -> Iterator[str]:
    groups: dict[str, set[str]] = {}
    for rule in sorted(rules, key=lambda rule: rule.valid_from):
        groups.setdefault(rule.rule_version, set()).add(rule.group)
    for before, after in pairwise(groups):
        for group in sorted(groups[before] - groups[after]):
            yield (
                f"version {after} has no rule for the group {group}, which version {before} had; a version is"
                f" a complete set, so {group} is not scored from then on"
            )


def _rule_notices(rule: ScoreRule) -> Iterator[str]:
    parameters = rule.parameters
    points = [number for _, number in sorted(parameters.bands)]
    if any(after < before for before, after in pairwise(points)):
        yield f"row {rule.row}: a higher rate gets fewer points than a lower one"
    if any(rate >= _UNLIKELY_RATE for rate, _ in parameters.bands):
        yield f"row {rule.row}: a band begins above 1000 %; rates are fractions, 0.8 is 80 %"
    if any(after > before for before, after in pairwise(parameters.rank_points)):
        yield f"row {rule.row}: a later place gets more points than an earlier one"
    if any(
        number is not None and number < 0
        for number in (parameters.points_above, parameters.points_below)
    ):
        yield (
            f"row {rule.row}: negative points per percentage point turn the rule round;"
            " points_below is taken off without a sign"
        )
    if parameters.exemption == "rescale" and rule.weight is None:
        yield f"row {rule.row}: nothing can be rescaled without a weight; exempt units are left out"


def _unweighted_sizes(policies: Policies) -> Iterator[str]:
    """Projects an indicator counts and no band weighs, version by version."""
    counted = [rule.indicator_id for rule in policies.score_rules if rule.shape == "size_weighted"]
    weighed = [i for i in policies.indicators if i.indicator_id in counted]
    for version in dict.fromkeys(weight.rule_version for weight in policies.size_weights):
        lowest = min(
            weight.lower_bound_wanyuan
            for weight in policies.size_weights
            if weight.rule_version == version
        )
        for indicator in weighed:
            if (indicator.min_total_wanyuan or 0) < lowest:
                yield (
                    f"version {version}: {indicator.indicator_id} also counts projects below"
                    f" {plain_number(lowest)} 万元, the lowest bound; they weigh 0"
                )


def _open_ends(rules: Sequence[LightRule]) -> Iterator[str]:
    for (version, component), listed in by_component(rules).items():
        for gap in covered(listed).gaps:
            yield (
                f"version {version}, {component}: no rule holds for {listed[0].measure}"
                f" {gap.stretch.words()}; there {component} is not evaluated"
            )


def _unreachable_awards(policies: Policies, assessed: set[str | None]) -> Iterator[str]:
    scored = {rule.group for rule in policies.score_rules}
    for award in policies.awards:
        of_group = f" for the group {award.group}" if award.group else ""
        if award.group is not None and award.group not in assessed:
            yield (
                f"row {award.row}: {award.award_name} is{of_group}, of which units.csv has no assessed unit;"
                " nobody wins it"
            )
        elif award.scope == TOTAL and (award.group not in scored if award.group else not scored):
            yield (
                f"row {award.row}: {award.award_name} goes by the total score, and score_rules.csv has no rule"
                f"{of_group}; nobody wins it"
            )
