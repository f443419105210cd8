"""The indicators a district assesses: ``indicators.csv`` (contract §3).

Each is a column that a target table or a report of results may have; computed ones are counted from the facts
as well. How points are given for them belongs to ``score_rules``.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal, cast, get_args

from pipelines.declarations.declared_rows import DeclaredRow, declared_rows, doubled
from pipelines.text import name_key

MeasureUnit = Literal["万元", "个", "%"]
Source = Literal["computed", "reported"]
Measure = Literal["count_starts", "count_completions", "count_reserve", "sum_investment"]
Basis = Literal["verified", "reported"]

_COLUMNS = ("indicator_id", "indicator_name", "measure_unit", "source")
COUNT_MEASURES = ("count_starts", "count_completions", "count_reserve")
# The scope of an award for all indicators together; the other scopes are indicators.
TOTAL = "total"


@dataclass(frozen=True)
class Indicator:
    """One indicator. ``min_total_wanyuan`` (万元, inclusive) says from which total on a project counts.

    ``measure`` and ``basis`` are those of computed indicators; ``basis`` says which of a project's dates counts,
    the verified or the reported one; None: the verified where there is one, else the reported.
    """

    indicator_id: str
    indicator_name: str
    aliases: tuple[str, ...]
    measure_unit: MeasureUnit
    source: Source
    measure: Measure | None = None
    min_total_wanyuan: Decimal | None = None
    basis: Basis | None = None
    provider_unit_code: str | None = None
    parent_indicator_id: str | None = None
    row: int = 0

    @property
    def counts_projects(self) -> bool:
        """Whether its figure is a number of projects the product counts itself."""
        return self.source == "computed" and self.measure in COUNT_MEASURES


def read_indicators(path: Path, units: Collection[str], faults: list[str]) -> tuple[Indicator, ...]:
    """Read ``indicators.csv``, which may be missing; faults are added to ``faults``.

    A row with faults is returned as well, so that what refers to it is not found faulty on its account.
    """
    indicators = [_read(row, units) for row in declared_rows(path, _COLUMNS, faults)]
    for check in (_doubled, _orphans, _circles, _shared_names):
        faults += [f"{path}: {fault}" for fault in check(indicators)]
    return tuple(indicators)


def _read(row: DeclaredRow, units: Collection[str]) -> Indicator:
    indicator_id = row.needed("indicator_id")
    if indicator_id == TOTAL:
        row.fault(
            f"indicator_id cannot be “{TOTAL}”: in awards.csv it means all indicators together"
        )
    source = row.choice("source", get_args(Source))
    unit = row.choice("measure_unit", get_args(MeasureUnit))
    measure = _read_measure(row, unit) if source == "computed" else None
    provider = row.text("provider_unit_code")
    row.check_units("provider_unit_code", [provider] if provider else [], units)
    return Indicator(
        indicator_id,
        row.needed("indicator_name"),
        row.parts("aliases"),
        cast(MeasureUnit, unit),
        cast(Source, source),
        measure,
        row.amount("min_total_wanyuan"),
        cast(Basis | None, row.optional_choice("basis", get_args(Basis))),
        provider or None,
        row.text("parent_indicator_id") or None,
        row.number,
    )


def _read_measure(row: DeclaredRow, unit: str) -> Measure | None:
    """What a computed indicator counts, in the unit in which that is counted."""
    if not row.text("measure"):
        row.fault(
            "measure is blank, and source is computed; say what is counted"
            f" ({', '.join(get_args(Measure))}), or make the source reported"
        )
        return None
    measure = row.choice("measure", get_args(Measure))
    counted_in = "个" if measure in COUNT_MEASURES else "万元"
    if measure in get_args(Measure) and unit in get_args(MeasureUnit) and unit != counted_in:
        row.fault(f"measure {measure} is counted in {counted_in}, not in {unit}")
    return cast(Measure, measure)


def _doubled(indicators: Sequence[Indicator]) -> Iterator[str]:
    for indicator, first in doubled(indicators, lambda indicator: indicator.indicator_id):
        yield f"row {indicator.row}: indicator_id “{indicator.indicator_id}” stands in row {first.row} already"


def _orphans(indicators: Sequence[Indicator]) -> Iterator[str]:
    known = {indicator.indicator_id for indicator in indicators}
    for indicator in indicators:
        parent = indicator.parent_indicator_id
        if parent is not None and parent not in known:
            yield f"row {indicator.row}: parent_indicator_id: there is no indicator “{parent}” in this file"


def _circles(indicators: Sequence[Indicator]) -> Iterator[str]:
    """Indicators that are, by way of others, parts of themselves; each circle is told once."""
    parents = {i.indicator_id: i.parent_indicator_id for i in indicators}
    told: set[str] = set()
    for indicator in indicators:
        way: list[str] = []
        place: str | None = indicator.indicator_id
        while place is not None and place not in way and place not in told:
            way.append(place)
            place = parents.get(place)
        if place is not None and place in way:
            circle = way[way.index(place) :]
            yield (
                f"row {indicator.row}: {' → '.join([*circle, place])}: an indicator cannot be a part of"
                " itself; take out one parent_indicator_id"
            )
        told.update(way)


def _shared_names(indicators: Sequence[Indicator]) -> Iterator[str]:
    """One heading for two indicators that stand side by side; under different parents it is told apart."""
    owners: dict[tuple[str | None, str], Indicator] = {}
    for indicator in indicators:
        for name in (indicator.indicator_name, *indicator.aliases):
            owner = owners.setdefault((indicator.parent_indicator_id, name_key(name)), indicator)
            if owner.indicator_id != indicator.indicator_id and name:
                beside = (
                    f"under {indicator.parent_indicator_id}"
                    if indicator.parent_indicator_id
                    else "at the top"
                )
                yield (
                    f"row {indicator.row}: “{name}” names {owner.indicator_id} (row {owner.row}) and"
                    f" {indicator.indicator_id}, both {beside}; a column of that heading could be either"
                )
