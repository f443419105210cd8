"""What a district sent and what it decided: plain records, as a clerk would count them by hand."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True)
class Unit:
    code: str
    name: str
    group: str | None
    assessed: bool = True
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class LedgerRow:
    """A project as one ledger has it; ``unit`` is its responsible unit, ``package`` the name of its package."""

    name: str
    code: str | None
    unit: str
    nature: str
    total: Decimal
    plan: Decimal | None = None
    prior: Decimal | None = None
    planned_start: date | None = None
    planned_completion: date | None = None
    tier: str | None = None
    category: str | None = None
    township: str | None = None
    package: str | None = None
    leader: str | None = None


@dataclass(frozen=True)
class Ledger:
    unit: str
    year: int
    arrived: datetime
    rows: tuple[LedgerRow, ...]


@dataclass(frozen=True)
class ReportRow:
    name: str
    ytd: Decimal
    start: date | None = None
    completion: date | None = None


@dataclass(frozen=True)
class Report:
    """A progress report; ``period`` is a month or one of its halves."""

    unit: str
    period: str
    arrived: datetime
    rows: tuple[ReportRow, ...]


@dataclass(frozen=True)
class Verification:
    unit: str
    month: str
    arrived: datetime
    rows: tuple[tuple[str, date | None, date | None], ...]  # name, verified start and completion


@dataclass(frozen=True)
class CrossTable:
    """A target table (period is the year) or an indicator report (a month); ``columns`` are the indicators it
    shows, ``values`` has no entry for a blank or a dash."""

    submitter: str
    period: str
    arrived: datetime
    columns: tuple[str, ...]
    values: Mapping[tuple[str, str], Decimal]


@dataclass(frozen=True)
class ReserveEntry:
    name: str
    total: Decimal
    unit: str


@dataclass(frozen=True)
class ReserveList:
    unit: str
    year: int
    arrived: datetime
    rows: tuple[ReserveEntry, ...]


@dataclass(frozen=True)
class Statistics:
    """A month's statistics return: the ledger projects that are in it."""

    month: str
    arrived: datetime
    names: frozenset[str]


@dataclass(frozen=True)
class Indicator:
    indicator_id: str
    name: str
    measure_unit: str
    source: str
    measure: str | None = None
    min_total: Decimal | None = None
    basis: str | None = None
    provider: str | None = None
    parent: str | None = None


@dataclass(frozen=True)
class ScoreRule:
    version: str
    valid_from: date
    group: str
    indicator_id: str
    shape: str
    weight: Fraction | None
    points_above: Fraction = Fraction(0)
    points_below: Fraction = Fraction(0)
    bands: tuple[tuple[Fraction, Fraction], ...] = ()
    points: tuple[Fraction, ...] = ()
    cap: Fraction | None = None
    floor: Fraction | None = None
    exempt: frozenset[str] = frozenset()
    exemption: str = "drop"


@dataclass(frozen=True)
class SizeWeight:
    version: str
    valid_from: date
    lower_bound: Decimal
    weight: Fraction


@dataclass(frozen=True)
class LightRule:
    version: str
    valid_from: date
    component: str
    light: str
    measure: str
    operator: str
    threshold: Fraction


@dataclass(frozen=True)
class Award:
    award_id: str
    name: str
    scope: str
    group: str | None
    winners: int
    prize: Decimal


@dataclass(frozen=True)
class Waiver:
    """An approved waiver of a light component; ``project`` (its name or code) and ``period`` None: for all.

    One for a month or a year holds for every period in it.
    """

    component: str
    unit: str
    project: str | None
    period: str | None
    expires: date


@dataclass(frozen=True)
class District:
    units: tuple[Unit, ...]
    time_progress: str  # linear_month, linear_day, phased
    lights: str  # monthly, half_monthly
    ledgers: tuple[Ledger, ...] = ()
    reports: tuple[Report, ...] = ()
    verifications: tuple[Verification, ...] = ()
    targets: tuple[CrossTable, ...] = ()
    indicator_reports: tuple[CrossTable, ...] = ()
    reserves: tuple[ReserveList, ...] = ()
    statistics: tuple[Statistics, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    score_rules: tuple[ScoreRule, ...] = ()
    size_weights: tuple[SizeWeight, ...] = ()
    light_rules: tuple[LightRule, ...] = ()
    awards: tuple[Award, ...] = ()
    vetoes: Mapping[tuple[str, int], str] | None = None
    waivers: tuple[Waiver, ...] = ()
    phased: Mapping[tuple[str, str], Decimal] | None = (
        None  # (project, month) → planned year-to-date
    )


def year_of(period: str) -> int:
    return int(period[:4])


def month_of(period: str) -> int:
    return int(period[5:7])


def last_day(period: str) -> date:
    """Of a month, or of a half of it (``2025-03-H1`` ends on the 15th)."""
    year, month = year_of(period), month_of(period)
    if period.endswith("-H1"):
        return date(year, month, 15)
    return date(year, month, calendar.monthrange(year, month)[1])


def months_between(first: date, period: str) -> int:
    """Difference of calendar months."""
    return (year_of(period) - first.year) * 12 + month_of(period) - first.month


def compared(value: Fraction) -> Fraction:
    """A derived value as it is compared with thresholds and other values: to nine decimals."""
    return Fraction(round(value * 10**9), 10**9)
