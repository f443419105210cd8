"""How lights are given: ``light_rules.csv``, checked for values that would get none (contract §3, §7).

Rules of one component are tried in the order of the file, and the first that holds gives its light.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal, cast, get_args

from pipelines.declarations.coverage import (
    Coverage,
    Gap,
    Operator,
    Scale,
    Threshold,
    coverage,
)
from pipelines.declarations.declared_rows import DeclaredRow, declared_rows
from pipelines.declarations.policy_versions import uncovered_fault, version_faults
from pipelines.text import compact
from pipelines.wording import plain_number

Component = Literal["progress", "start", "completion", "node", "entry"]
Light = Literal["red_flag", "green", "yellow", "red"]
LightMeasure = Literal[
    "pp_ahead", "ratio_to_time_progress", "months_after_planned_start",
    "months_after_planned_completion", "overdue_nodes", "months_after_start_not_entered",
]  # fmt: skip

COMPONENTS: tuple[Component, ...] = get_args(Component)
_COLUMNS = (
    "rule_version", "valid_from", "component", "light", "measure", "operator", "threshold",
)  # fmt: skip
_MEASURES: Mapping[str, tuple[LightMeasure, ...]] = {
    "progress": ("pp_ahead", "ratio_to_time_progress"),
    "start": ("months_after_planned_start",),
    "completion": ("months_after_planned_completion",),
    "node": ("overdue_nodes",),
    "entry": ("months_after_start_not_entered",),
}
# Months before a planned date are negative; neither nodes nor months since a start are.
_SCALES: Mapping[LightMeasure, Scale] = {
    "pp_ahead": Scale(),
    "ratio_to_time_progress": Scale(),
    "months_after_planned_start": Scale(is_whole=True),
    "months_after_planned_completion": Scale(is_whole=True),
    "overdue_nodes": Scale(is_whole=True, least=0),
    "months_after_start_not_entered": Scale(is_whole=True, least=0),
}
_SIGNS = {"≥": ">=", "≧": ">=", "≤": "<=", "≦": "<="}


@dataclass(frozen=True)
class LightRule:
    """One light of one component, from ``valid_from`` on, where the measure lies beyond the threshold."""

    rule_version: str
    valid_from: date
    component: Component
    light: Light
    measure: LightMeasure
    operator: Operator
    threshold: Decimal
    note: str | None = None
    row: int = 0

    @property
    def reach(self) -> Threshold:
        """The values of the measure for which it holds."""
        return Threshold(self.operator, self.threshold)


def read_light_rules(
    path: Path, reporting_year: int | None, faults: list[str]
) -> tuple[LightRule, ...]:
    """Read ``light_rules.csv``, which may be missing; faults are added to ``faults``.

    A component with a faulty row is not searched for gaps: the missing rule would be one.
    """
    rules: list[LightRule] = []
    incomplete: set[tuple[str, str]] = set()
    for row in declared_rows(path, _COLUMNS, faults):
        rule = _read(row)
        if rule is None:
            incomplete.add((row.text("rule_version"), row.text("component")))
        else:
            rules.append(rule)
    found = [*version_faults(rules)]
    for (version, component), listed in by_component(rules).items():
        if (version, component) not in incomplete:
            found += _component_faults(listed)
    if reporting_year is not None and not incomplete:
        found.append(uncovered_fault(rules, date(reporting_year, 1, 1)) or "")
    faults += [f"{path}: {fault}" for fault in found if fault]
    return tuple(rules)


def by_component(rules: Sequence[LightRule]) -> dict[tuple[str, Component], list[LightRule]]:
    """The rules of each version and component, in the order in which they are tried."""
    grouped: dict[tuple[str, Component], list[LightRule]] = {}
    for rule in rules:
        grouped.setdefault((rule.rule_version, rule.component), []).append(rule)
    return grouped


def covered(rules: Sequence[LightRule]) -> Coverage:
    """What the rules of one version and component leave open; they have one measure."""
    return coverage([rule.reach for rule in rules], _SCALES[rules[0].measure])


def _read(row: DeclaredRow) -> LightRule | None:
    version, valid_from = row.needed("rule_version"), row.day("valid_from")
    component = row.choice("component", COMPONENTS)
    light = row.choice("light", get_args(Light))
    if light == "red_flag" and component in COMPONENTS and component != "progress":
        row.fault(f"red_flag is a light of progress only, not of {component}; green is its best")
    if component in _MEASURES:
        measure = row.choice("measure", _MEASURES[component])
    else:
        measure = row.choice("measure", get_args(LightMeasure))
    sign = compact(row.text("operator"))
    operator = _SIGNS.get(sign, sign)
    if operator not in get_args(Operator):
        row.fault(f"operator is one of >=, >, <=, <, not “{sign}”")
    row.needed("threshold")
    threshold = row.number_of("threshold")
    if not row.is_right or valid_from is None or threshold is None:
        return None
    return LightRule(
        version,
        valid_from,
        cast(Component, component),
        cast(Light, light),
        cast(LightMeasure, measure),
        cast(Operator, operator),
        threshold,
        row.text("note") or None,
        row.number,
    )


def _component_faults(rules: Sequence[LightRule]) -> Iterator[str]:
    first = rules[0]
    place = f"version {first.rule_version}, {first.component}"
    other = next((rule for rule in rules if rule.measure != first.measure), None)
    if other is not None:
        yield (
            f"{place}: row {first.row} measures {first.measure} and row {other.row} {other.measure};"
            " rules of one component have one measure, else nobody can see which values have no light"
        )
        return
    found = covered(rules)
    for gap in found.gaps:
        if not gap.is_open_end:
            yield _gap_fault(place, rules, gap)
    for number in found.idle:
        yield _idle_fault(place, rules, number)


def _gap_fault(place: str, rules: Sequence[LightRule], gap: Gap) -> str:
    beside = sorted(rules[number].row for number in (gap.below, gap.above) if number is not None)
    return (
        f"{place}: no rule holds for {rules[0].measure} {gap.stretch.words()}"
        f" (rows {' and '.join(map(str, beside))} leave it open); such a project would have no light."
        " Add a rule or move a threshold"
    )


def _idle_fault(place: str, rules: Sequence[LightRule], number: int) -> str:
    rule = rules[number]
    said = f"{rule.measure} {rule.operator} {plain_number(rule.threshold)}"
    if not number or covered([rule]).idle:
        return f"{place}: row {rule.row} never holds: {rule.measure} is never below 0. Take it out"
    rows = ", ".join(str(earlier.row) for earlier in rules[:number])
    return (
        f"{place}: row {rule.row} ({said}, {rule.light}) never holds: wherever it could, a rule before it"
        f" holds (row(s) {rows}). Move it up, move a threshold, or take it out"
    )
