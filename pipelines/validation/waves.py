"""What is judged together against earlier returns: one form's returns of one period and version (contract §7)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelines.declarations.forms import Form
from pipelines.periods import period_order


@dataclass(frozen=True)
class Wave:
    """Returns of different units: the unit of each receipt, and whether it has errors already."""

    form: Form
    period: str
    units: Mapping[str, str]
    has_errors: Mapping[str, bool]

    @property
    def year(self) -> str:
        return self.period[:4]

    @property
    def order(self) -> str:
        return period_order(self.period)

    @property
    def extent(self) -> "Extent":
        return Extent.of((i, self.period, unit) for i, unit in self.units.items())

    @property
    def month_before(self) -> str | None:
        """The month before, in the same year; of a year or a week there is none."""
        month = self.period[5:7]
        return f"{self.period[:5]}{int(month) - 1:02}" if month.isdecimal() else None


@dataclass(frozen=True)
class Extent:
    """Over which receipts, periods and units some waves of one form go."""

    receipts: frozenset[str]
    periods: frozenset[str]
    units: frozenset[str]

    @property
    def years(self) -> list[str]:
        return sorted({period[:4] for period in self.periods})

    @classmethod
    def of(cls, told: Iterable[tuple[str, str, str]]) -> "Extent":
        """The extent of receipts of which the period and the unit are told."""
        receipts, periods, units = map(frozenset, zip(*told, strict=True))
        return cls(receipts, periods, units)
