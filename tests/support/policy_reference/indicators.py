"""Targets and actual values of units (contract §3, §5 and §7, Facts)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from policy_reference.facts import Facts
from policy_reference.records import CrossTable, Indicator, last_day, year_of


def spoken(
    tables: tuple[CrossTable, ...], period: str, providers: dict[str, str | None]
) -> dict[tuple[str, str], Decimal]:
    """(unit, indicator) → value: of each submitter the latest table that has the indicator's column, and of
    several submitters the later one that has a value; a named provider alone speaks."""
    latest: dict[tuple[str, str], CrossTable] = {}
    for table in sorted(tables, key=lambda one: one.arrived):
        if table.period == period:
            latest |= {(table.submitter, column): table for column in table.columns}
    values: dict[tuple[str, str], Decimal] = {}
    for (submitter, column), table in sorted(latest.items(), key=lambda item: item[1].arrived):
        if providers.get(column) in (None, submitter):
            values |= {key: value for key, value in table.values.items() if key[1] == column}
    return values


class Achievements:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.district = facts.district
        self._counted: dict[tuple[str, str, str], list[tuple[str, Decimal]]] = {}

    @cached_property
    def targets(self) -> dict[int, dict[tuple[str, str], Decimal]]:
        years = {year_of(table.period) for table in self.district.targets}
        return {year: spoken(self.district.targets, str(year), {}) for year in years}

    def target(self, unit: str, indicator_id: str, month: str) -> Decimal | None:
        return self.targets.get(year_of(month), {}).get((unit, indicator_id))

    @cached_property
    def _reported(self) -> dict[str, dict[tuple[str, str], Decimal]]:
        providers = {i.indicator_id: i.provider for i in self.district.indicators}
        tables = self.district.indicator_reports
        return {month: spoken(tables, month, providers) for month in self.facts.months}

    @cached_property
    def by_id(self) -> dict[str, Indicator]:
        return {indicator.indicator_id: indicator for indicator in self.district.indicators}

    def counted(self, unit: str, indicator_id: str, month: str) -> list[tuple[str, Decimal]]:
        """The projects (name and total) that a counting indicator counts for a unit."""
        key = (unit, indicator_id, month)
        if key not in self._counted:
            self._counted[key] = self._count(unit, indicator_id, month)
        return self._counted[key]

    def _count(self, unit: str, indicator_id: str, month: str) -> list[tuple[str, Decimal]]:
        indicator = self.by_id[indicator_id]
        measure = indicator.measure
        if measure == "count_reserve":
            found = dict(self._reserve(unit, month))
        else:
            kind = "start" if measure == "count_starts" else "completion"
            found = dict(self._dated(unit, kind, indicator.basis, month))
        least = indicator.min_total or Decimal(0)
        return [(name, total) for name, total in found.items() if total >= least]

    def _dated(self, unit: str, kind: str, basis: str | None, month: str):
        year = year_of(month)
        for row in self.facts.known(year):
            day = self.facts.dated(row.name, kind, basis)
            if row.unit == unit and day is not None and day.year == year and day <= last_day(month):
                yield row.name, row.total

    def _reserve(self, unit: str, month: str):
        for entry in self._reserve_entries(year_of(month)):
            if entry.unit == unit:
                yield entry.name, entry.total
        for one in self.facts.standing(month):
            if one.status == "reserve" and one.row.unit == unit and not one.is_package_parent:
                yield one.row.name, one.row.total

    def _reserve_entries(self, year: int):
        latest = {}
        for sent in sorted(self.district.reserves, key=lambda one: one.arrived):
            if sent.year == year:
                latest[sent.unit] = sent
        return [entry for sent in latest.values() for entry in sent.rows]

    def _invested(self, unit: str, indicator: Indicator, month: str) -> Decimal:
        year = year_of(month)
        parents = self.facts.parents(year)
        least = indicator.min_total or Decimal(0)
        figures = [
            self.facts.counted_ytd(row.name, month)
            for row in self.facts.listed(year).values()
            if row.unit == unit and row.name not in parents and row.total >= least
        ]
        return sum((figure for figure in figures if figure is not None), Decimal(0))

    def actual(self, unit: str, indicator_id: str, month: str) -> Decimal | None:
        """None only where the providing department has not reported."""
        indicator = self.by_id[indicator_id]
        if indicator.source == "reported":
            return self._reported[month].get((unit, indicator_id))
        if indicator.measure == "sum_investment":
            return self._invested(unit, indicator, month)
        return Decimal(len(self.counted(unit, indicator_id, month)))

    def rate(self, unit: str, indicator_id: str, month: str) -> Fraction | None:
        """Actual ÷ target, uncapped; None without a target (blank or 0) or an actual."""
        target = self.target(unit, indicator_id, month)
        actual = self.actual(unit, indicator_id, month)
        return None if not target or actual is None else Fraction(actual) / Fraction(target)
