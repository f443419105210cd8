"""The policies of a district as rows of ``config``, taken apart so that dbt needs to read no JSON.

Money stays exact; points, weights and rates are DOUBLE in the database (contract §7).
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from pipelines.declarations.policies import Policies
from pipelines.declarations.score_rules import ScoreRule, SizeWeight

Rows = Iterable[Sequence[Any]]


def policy_tables(policies: Policies) -> dict[str, Rows]:
    """The rows of every policy table in ``config``, by its name."""
    rules = policies.score_rules
    return {
        "config.indicators": _indicators(policies),
        "config.score_rules": _score_rules(rules),
        "config.score_bands": (
            (*_rule_key(rule), float(rate), float(points))
            for rule in rules
            for rate, points in rule.parameters.bands
        ),
        "config.score_rank_points": (
            (*_rule_key(rule), place, float(points))
            for rule in rules
            for place, points in enumerate(rule.parameters.rank_points, 1)
        ),
        "config.score_exemptions": (
            (*_rule_key(rule), unit) for rule in rules for unit in rule.exempt_units
        ),
        "config.size_weights": _size_weights(policies.size_weights),
        "config.light_rules": (
            (
                rule.rule_version, rule.valid_from, number, rule.component, rule.light,
                rule.measure, rule.operator, float(rule.threshold), rule.note,
            )
            for number, rule in enumerate(policies.light_rules, 1)
        ),
        "config.awards": (
            (
                award.award_id, award.award_name, award.scope, award.group, award.winners,
                award.prize_wanyuan,
            )
            for award in policies.awards
        ),
        "config.vetoes": (
            (veto.unit_code, veto.year, veto.reason, veto.decided_by, veto.decided_at)
            for veto in policies.vetoes
        ),
        "config.phased_plan": (
            (amount.project, amount.code, amount.name_key, amount.period, amount.planned_ytd_wanyuan)
            for amount in policies.phased_plan
        ),
        "config.weekly_minimums": (
            (m.rule_version, m.valid_from, m.measure, m.scope, m.minimum, m.note)
            for m in policies.weekly_minimums
        ),
    }  # fmt: skip


def _rule_key(rule: ScoreRule) -> tuple[str, str, str]:
    return rule.rule_version, rule.group, rule.indicator_id


def _indicators(policies: Policies) -> Iterator[tuple[object, ...]]:
    for number, indicator in enumerate(policies.indicators, 1):
        yield (
            indicator.indicator_id, number, indicator.indicator_name,
            ";".join(indicator.aliases) or None, indicator.measure_unit, indicator.source,
            indicator.measure, indicator.min_total_wanyuan, indicator.basis,
            indicator.provider_unit_code, indicator.parent_indicator_id,
        )  # fmt: skip


def _score_rules(rules: Sequence[ScoreRule]) -> Iterator[tuple[object, ...]]:
    for rule in rules:
        parameters = rule.parameters
        yield (
            rule.rule_version, rule.valid_from, rule.group, rule.indicator_id, rule.shape,
            _points(rule.weight), rule.parameters_text or None, _points(parameters.points_above),
            _points(parameters.points_below), parameters.exemption, _points(rule.cap),
            _points(rule.floor),
        )  # fmt: skip


def _points(number: Decimal | None) -> float | None:
    return None if number is None else float(number)


def _size_weights(weights: Sequence[SizeWeight]) -> Iterator[tuple[object, ...]]:
    """Each weight with the next bound of its version as its upper one."""
    versions: dict[str, list[SizeWeight]] = {}
    for weight in weights:
        versions.setdefault(weight.rule_version, []).append(weight)
    for listed in versions.values():
        ordered = sorted(listed, key=lambda weight: weight.lower_bound_wanyuan)
        for weight, following in zip(ordered, [*ordered[1:], None], strict=True):
            yield (
                weight.rule_version, weight.valid_from, weight.lower_bound_wanyuan,
                None if following is None else following.lower_bound_wanyuan, float(weight.weight),
            )  # fmt: skip
