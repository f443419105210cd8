"""Two releases compared by what their manifests say, and whether a change is larger than the settings allow.

Pure. Which rows differ is told by ``differences``, from the files.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from pipelines.release.manifest import TableFacts
from pipelines.settings import ReleaseSettings

_NOTHING = TableFacts(rows=0, content="0", totals={}, units=None)


@dataclass(frozen=True)
class Change:
    """One figure of one table: rows, units, or an amount's total (万元). None where there was, or is, none."""

    table: str
    measure: str
    before: Decimal | None
    after: Decimal | None

    @property
    def size(self) -> Decimal:
        return abs((self.after or Decimal()) - (self.before or Decimal()))

    @property
    def rate(self) -> float | None:
        """The change as a share of what there was; None where there was nothing."""
        return float(self.size / abs(self.before)) if self.before else None


def changes(
    before: Mapping[str, TableFacts], after: Mapping[str, TableFacts]
) -> dict[str, list[Change]]:
    """Every table of either side whose rows are not the same, with each of its figures, equal ones too."""
    found = {}
    for table in sorted({*before, *after}):
        old, new = before.get(table, _NOTHING), after.get(table, _NOTHING)
        if old != new or (table in before) != (table in after):
            found[table] = list(_compared(table, old, new))
    return found


def _compared(table: str, old: TableFacts, new: TableFacts) -> list[Change]:
    units = [] if old.units is None and new.units is None else [("units", old.units, new.units)]
    figures = [("rows", old.rows, new.rows), *units]
    counted = [Change(table, name, _exact(was), _exact(now)) for name, was, now in figures]
    totals = [
        Change(table, name, old.totals.get(name), new.totals.get(name))
        for name in {**old.totals, **new.totals}
    ]
    return counted + totals


def _exact(count: int | None) -> Decimal | None:
    return None if count is None else Decimal(count)


def beyond_limits(
    before: Mapping[str, TableFacts], after: Mapping[str, TableFacts], settings: ReleaseSettings
) -> list[str]:
    """Every change that is larger than its limit, in words. A table that is new has nothing to be compared with."""
    faults = []
    for table, figures in changes(before, after).items():
        if table not in before:
            continue
        limits = settings.limits_of(table)
        for change in figures:
            if change.measure == "units":
                limit, extent = limits.max_unit_change, float(change.size)
                shown = (f"{change.size:,}", f"{limit:g}" if limit is not None else "")
            else:
                rows = change.measure == "rows"
                limit = limits.max_row_change_rate if rows else limits.max_total_change_rate
                extent = change.rate or 0.0
                shown = (f"{extent:.1%}", f"{limit:.1%}" if limit is not None else "")
            if limit is not None and extent > limit:
                faults.append(
                    f"{_in_words(change)}: changed by {shown[0]}, the limit is {shown[1]}"
                )
    return faults


def _in_words(change: Change) -> str:
    return f"{change.table}, {change.measure}: {_shown(change.before)} before, {_shown(change.after)} now"


def _shown(amount: Decimal | None) -> str:
    return "none" if amount is None else f"{amount:,}"
