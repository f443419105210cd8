"""Reporting periods: how they are written, which days they have, how they are said, how they sort.

A period is YYYY, YYYY-MM, YYYY-MM-H1 or -H2, or YYYY-Www (contract §4). Pure. Finding a period in a title
or a cell is ``workbooks.periods``; until when a return of it is due, ``declarations.deadlines``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

PeriodKind = Literal["year", "month", "half_month", "week"]

_DAY = timedelta(days=1)
_HALF_ENDS = 15
# The years a title can tell: 20 and two digits.
_RETURN_YEARS = range(2000, 2100)
_WRITTEN = re.compile(
    r"(?P<year>\d{4})(?:-W(?P<week>\d\d)|-(?P<month>\d\d)(?:-H(?P<half>[12]))?)?", re.ASCII
)


@dataclass(frozen=True)
class Period:
    """A reporting period with its first and last day. ``name`` is how it is written."""

    name: str
    kind: PeriodKind
    starts: date
    ends: date


def read_period(text: str) -> Period:
    """The days of 2019, 2019-03, 2019-03-H1 or 2019-W10. Raises ValueError for anything else."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(f"“{text}” is no period")
    year, month, week = (int(found[part] or 0) for part in ("year", "month", "week"))
    try:
        if found["week"]:
            monday = date.fromisocalendar(year, week, 1)
            return Period(text, "week", monday, monday + 6 * _DAY)
        if not found["month"]:
            return Period(text, "year", date(year, 1, 1), date(year, 12, 31))
        starts, ends = date(year, month, 1), _month_end(year, month)
    except ValueError as error:
        raise ValueError(f"“{text}” is no period") from error
    if found["half"] == "1":
        return Period(text, "half_month", starts, date(year, month, _HALF_ENDS))
    if found["half"] == "2":
        return Period(text, "half_month", date(year, month, _HALF_ENDS + 1), ends)
    return Period(text, "month", starts, ends)


def return_period(text: str) -> Period | None:
    """The period a return can be of, from the year 2000 on; None where the text is none."""
    try:
        period = read_period(text)
    except ValueError:
        return None
    return period if int(text[:4]) in _RETURN_YEARS else None


def period_name(year: int, month: int | None = None, half: Literal[1, 2] | None = None) -> str:
    """How a year, a month or a half of a month is written."""
    if month is None:
        return f"{year:04d}"
    return f"{year:04d}-{month:02d}" + (f"-H{half}" if half else "")


def week_name(year: int, week: int) -> str:
    """How a week of the year (ISO 8601) is written."""
    return f"{year:04d}-W{week:02d}"


def periods_of_year(kind: PeriodKind, year: int) -> Iterator[Period]:
    """All periods of a kind in a year, in order. A week belongs to the year of its number (ISO 8601)."""
    yield from map(read_period, _names(kind, year))


def period_words(period: str) -> str:
    """A period as people write it: 2019年, 2019年3月, 2019年3月上半月, 2019年第5周."""
    told = read_period(period)
    year = f"{int(period[:4])}年"
    match told.kind:
        case "year":
            return year
        case "week":
            return f"{year}第{int(period[-2:])}周"
        case "month":
            return f"{year}{told.starts.month}月"
    half = "上半月" if told.starts.day == 1 else "下半月"
    return f"{year}{told.starts.month}月{half}"


def period_order(period: str) -> str:
    """A text that sorts periods in time: a month's report comes after its two halves."""
    return f"{period}-H3" if len(period) == len("YYYY-MM") else period


def _names(kind: PeriodKind, year: int) -> Iterator[str]:
    match kind:
        case "year":
            yield period_name(year)
        case "month":
            yield from (period_name(year, month) for month in range(1, 13))
        case "half_month":
            for month in range(1, 13):
                yield from (period_name(year, month, 1), period_name(year, month, 2))
        case "week":
            # 28 December always lies in the last week of its ISO year.
            weeks = date(year, 12, 28).isocalendar().week
            yield from (week_name(year, week) for week in range(1, weeks + 1))


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - _DAY
