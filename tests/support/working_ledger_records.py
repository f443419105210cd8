"""Lists of issues, meetings and reviews as plain records, and the periods they are counted in."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Generic, TypeVar


@dataclass(frozen=True)
class IssueRow:
    """``responsible`` is what stands under 责任单位; blank where it is None."""

    number: str
    project: str
    raised: date
    responsible: str | None = None
    due: date | None = None
    status: str | None = None
    resolved: date | None = None

    @property
    def is_resolved(self) -> bool:
        return self.resolved is not None or self.status == "销号"


@dataclass(frozen=True)
class MeetingRow:
    held: date
    kind: str | None
    item: str
    project: str | None = None
    responsible: str | None = None
    due: date | None = None
    done: date | None = None

    @property
    def key(self) -> tuple[date, str | None, str, str | None]:
        return self.held, self.kind, self.item, self.project


@dataclass(frozen=True)
class ReviewRow:
    """``month`` is the row's own, where the sheet has such a column."""

    subject: str
    responsible: str | None = None
    daily: Fraction | None = None
    site: Fraction | None = None
    month: str | None = None

    @property
    def total(self) -> Fraction | None:
        given = [score for score in (self.daily, self.site) if score is not None]
        return sum(given, Fraction(0)) if given else None


_Row = TypeVar("_Row", IssueRow, MeetingRow, ReviewRow)


@dataclass(frozen=True)
class Sent(Generic[_Row]):
    """One accepted return; no two of them arrived at the same second."""

    unit: str
    period: str
    arrived: datetime
    rows: tuple[_Row, ...]


@dataclass(frozen=True)
class WeeklyMinimum:
    version: str
    valid_from: date
    measure: str
    scope: str
    minimum: int


@dataclass(frozen=True)
class Period:
    name: str
    kind: str
    first: date
    last: date


def in_force(sent: Iterable[Sent[_Row]]) -> list[Sent[_Row]]:
    """The last of each unit and period, the one whose word counts most at the end."""
    latest = {(one.unit, one.period): one for one in sorted(sent, key=lambda one: one.arrived)}
    return sorted(latest.values(), key=lambda one: spoken_on(one.period, one.arrived))


def spoken_on(period: str, arrived: datetime) -> tuple[date, datetime]:
    """The day for which a list speaks, and when it came: the greater of two is believed."""
    last = next(p.last for p in periods_of(int(period[:4])) if p.name == period)
    return min(last, arrived.date()), arrived


def periods_of(year: int) -> Iterator[Period]:
    """Weeks (of the year their Thursday lies in), half-months, months, quarters, half-years and the year."""

    def months(first: int, last: int) -> tuple[date, date]:
        return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])

    yield Period(f"{year}", "year", *months(1, 12))
    for half in (1, 2):
        yield Period(f"{year}-H{half}", "half_year", *months(half * 6 - 5, half * 6))
    for quarter in range(1, 5):
        yield Period(f"{year}-Q{quarter}", "quarter", *months(quarter * 3 - 2, quarter * 3))
    for month in range(1, 13):
        first, last = months(month, month)
        name = f"{year}-{month:02}"
        yield Period(name, "month", first, last)
        yield Period(f"{name}-H1", "half_month", first, first.replace(day=15))
        yield Period(f"{name}-H2", "half_month", first.replace(day=16), last)
    yield from weeks_of(year)


def weeks_of(year: int) -> Iterator[Period]:
    for number in range(1, 54):
        monday = date.fromisocalendar(year, min(number, 52), 1) + timedelta(7 * (number > 52))
        if monday.isocalendar()[0] == year:
            yield Period(f"{year}-W{number:02}", "week", monday, monday + timedelta(6))


def week_of(day: date) -> str:
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02}"
