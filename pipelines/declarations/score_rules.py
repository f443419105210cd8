"""How points are given: ``score_rules.csv`` and ``size_weights.csv`` (contract §3, §7)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import cast, get_args

from pipelines.declarations.declared_rows import DeclaredRow, declared_rows, doubled
from pipelines.declarations.indicators import Indicator
from pipelines.declarations.policy_versions import uncovered_fault, version_faults
from pipelines.declarations.score_parameters import (
    ParameterError,
    ScoreParameters,
    Shape,
    read_parameters,
)

_RULE_COLUMNS = ("rule_version", "valid_from", "group", "indicator_id", "shape")
_WEIGHT_COLUMNS = ("rule_version", "valid_from", "lower_bound_wanyuan", "weight")
# Shapes whose points grow out of the weight; the others name their points.
_WEIGHTED = ("proportional", "per_point", "relative_to_best", "size_weighted")


@dataclass(frozen=True)
class ScoreRule:
    """How one indicator scores in one group, from ``valid_from`` on. Points, weight, cap and floor in points.

    ``parameters`` are what the shape needs, ``parameters_text`` how they were written.
    """

    rule_version: str
    valid_from: date
    group: str
    indicator_id: str
    shape: Shape
    weight: Decimal | None
    parameters: ScoreParameters
    parameters_text: str
    cap: Decimal | None
    floor: Decimal | None
    exempt_units: tuple[str, ...]
    row: int = 0


@dataclass(frozen=True)
class SizeWeight:
    """What a project counts from a total investment on (万元, inclusive), up to the version's next bound."""

    rule_version: str
    valid_from: date
    lower_bound_wanyuan: Decimal
    weight: Decimal
    row: int = 0


def read_score_rules(
    path: Path,
    indicators: Mapping[str, Indicator],
    units: Collection[str],
    groups: Collection[str],
    reporting_year: int | None,
    faults: list[str],
) -> tuple[ScoreRule, ...]:
    """Read ``score_rules.csv``, which may be missing; faults are added to ``faults``.

    ``indicators`` are those declared, by id. Without a reporting year nobody asks for uncovered days.
    """
    read = [
        _read_rule(row, indicators, units, groups)
        for row in declared_rows(path, _RULE_COLUMNS, faults)
    ]
    rules = [rule for rule in read if rule is not None]
    found = [*version_faults(rules), *_doubled(rules)]
    if reporting_year is not None and len(rules) == len(read):
        found.append(uncovered_fault(rules, date(reporting_year, 1, 1)) or "")
    faults += [f"{path}: {fault}" for fault in found if fault]
    return tuple(rules)


def read_size_weights(
    path: Path, rules: Sequence[ScoreRule], reporting_year: int | None, faults: list[str]
) -> tuple[SizeWeight, ...]:
    """Read ``size_weights.csv``, which may be missing as long as no rule counts by size."""
    read = [_read_weight(row) for row in declared_rows(path, _WEIGHT_COLUMNS, faults)]
    weights = [weight for weight in read if weight is not None]
    found = [*version_faults(weights), *_doubled_bounds(weights)]
    counted = [rule for rule in rules if rule.shape == "size_weighted"]
    if counted and not read:
        rows = ", ".join(str(rule.row) for rule in counted)
        found.append(
            f"there are no size weights, and score_rules.csv, row(s) {rows}, count projects by size;"
            " declare them, or choose another shape"
        )
    if counted and reporting_year is not None and len(weights) == len(read):
        first = min(rule.valid_from for rule in counted)
        found.append(uncovered_fault(weights, max(first, date(reporting_year, 1, 1))) or "")
    faults += [f"{path}: {fault}" for fault in found if fault]
    return tuple(weights)


def _read_rule(
    row: DeclaredRow,
    indicators: Mapping[str, Indicator],
    units: Collection[str],
    groups: Collection[str],
) -> ScoreRule | None:
    version, valid_from = row.needed("rule_version"), row.day("valid_from")
    indicator_id = row.needed("indicator_id")
    if indicator_id and indicator_id not in indicators:
        row.fault(
            f"indicator_id: there is no indicator “{indicator_id}” in indicators.csv for this weight"
        )
    shape = cast(Shape, row.choice("shape", get_args(Shape)))
    exempt = row.parts("exempt_units")
    row.check_units("exempt_units", exempt, units)
    cap, floor = row.number_of("cap"), row.number_of("floor")
    if cap is not None and floor is not None and cap < floor:
        row.fault(f"cap {cap} lies below floor {floor}; no score fits between them")
    group = row.needed("group")
    row.check_group(group, groups)
    weight = _read_weight_of(row, shape, indicators.get(indicator_id))
    parameters = _read_parameters(row, shape)
    if not row.is_right or valid_from is None:
        return None
    return ScoreRule(
        version,
        valid_from,
        group,
        indicator_id,
        shape,
        weight,
        parameters,
        row.text("parameters"),
        cap,
        floor,
        exempt,
        row.number,
    )


def _read_weight_of(row: DeclaredRow, shape: Shape, indicator: Indicator | None) -> Decimal | None:
    if shape in _WEIGHTED and not row.text("weight"):
        row.fault(f"weight is blank; {shape} gives that many points at 100 %")
    if shape == "size_weighted" and indicator is not None and not indicator.counts_projects:
        row.fault(
            f"shape size_weighted weighs the projects an indicator counts, and {indicator.indicator_id}"
            " counts none: it needs source computed and a count as its measure"
        )
    return row.amount("weight")


def _read_parameters(row: DeclaredRow, shape: Shape) -> ScoreParameters:
    if shape in get_args(Shape):
        try:
            return read_parameters(row.text("parameters"), shape)
        except ParameterError as error:
            row.fault(str(error))
    return ScoreParameters()


def _read_weight(row: DeclaredRow) -> SizeWeight | None:
    version, valid_from = row.needed("rule_version"), row.day("valid_from")
    row.needed("lower_bound_wanyuan")
    row.needed("weight")
    bound, weight = row.amount("lower_bound_wanyuan"), row.amount("weight")
    if not row.is_right or valid_from is None or bound is None or weight is None:
        return None
    return SizeWeight(version, valid_from, bound, weight, row.number)


def _doubled(rules: Sequence[ScoreRule]) -> Iterator[str]:
    for rule, first in doubled(rules, lambda r: (r.rule_version, r.group, r.indicator_id)):
        yield (
            f"row {rule.row}: version {rule.rule_version} already has a rule for {rule.indicator_id}"
            f" of {rule.group} in row {first.row}"
        )


def _doubled_bounds(weights: Sequence[SizeWeight]) -> Iterator[str]:
    for weight, first in doubled(weights, lambda w: (w.rule_version, w.lower_bound_wanyuan)):
        yield (
            f"row {weight.row}: version {weight.rule_version} already has a weight from"
            f" {weight.lower_bound_wanyuan} 万元 on in row {first.row}; the bands overlap"
        )
