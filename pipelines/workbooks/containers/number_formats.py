"""Numbers that are shown as dates or times: which format codes do so, and what a serial number means.

Shared by the containers of Excel. How a cell names its format is the business of each container.
"""

import math
import re
from datetime import datetime, time, timedelta
from typing import Final, Literal, TypeAlias

from pipelines.workbooks.cells import CellValue

TemporalKind: TypeAlias = Literal["date", "duration"]

# Formats known by number alone; 27–36 and 50–58 are those of Chinese, Japanese and Korean Excel
# (ECMA-376-1 §18.8.30).
BUILTIN_FORMATS: Final[dict[int, TemporalKind]] = {
    **dict.fromkeys([*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)], "date"),
    46: "duration",
}

_LITERAL = re.compile(r'"[^"]*"?|[\\_*].?', re.DOTALL)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]?")
_CONDITION = re.compile(r"\[[<>=]")
# Years, months, days, hours and seconds; “aaa” is a day of the week in Chinese, “A/P” half a day.
_TEMPORAL = re.compile(r"[dmyhs]|a/p|aaa", re.IGNORECASE)

_SECONDS_A_DAY = 86_400
_MILLISECONDS_A_DAY = _SECONDS_A_DAY * 1000
_DAYS_FROM_1900_TO_1904 = 1462
# Day 60 is 29 February 1900, which only Lotus 1-2-3 and Excel know; days before it count from the 31st.
_DAY_THAT_NEVER_WAS = 60
_BEFORE_1900 = datetime(1899, 12, 30)
_DAYS_IN_CALENDAR = 2_958_466


def is_temporal(code: str) -> TemporalKind | None:
    """What a format code makes of a positive number: a date (or time of day), a duration, or neither."""
    section = _section_for_positives(_LITERAL.sub("", code))
    elapsed = _ELAPSED.search(section)
    before = section[: elapsed.start()] if elapsed else section
    if _TEMPORAL.search(_BRACKETS.sub("", before)):
        return "date"
    return "duration" if elapsed else None


def _section_for_positives(code: str) -> str:
    """The first section; the next one where the first only writes a fixed text under a condition."""
    sections = code.split(";")
    for section in sections:
        if not (_CONDITION.search(section) and not _BRACKETS.sub("", section).strip()):
            return section
    return sections[0]


def from_serial(number: float, kind: TemporalKind | None, is_1904: bool) -> CellValue:
    """A serial number as its format shows it, to the millisecond.

    Below one day a time of day, without a fraction a date, a datetime otherwise. What the calendar does not
    know (negative, not finite, beyond 9999, and the 29 February 1900) stays a number.
    """
    if kind is None or not math.isfinite(number):
        return number
    if kind == "duration":
        if abs(number) > _DAYS_IN_CALENDAR:
            return number
        return timedelta(milliseconds=round(number * _MILLISECONDS_A_DAY))
    if number < 0:
        return number
    if number < 1:
        return _time_of_day(number)
    return _point_in_time(number, is_1904)


def _time_of_day(fraction: float) -> time:
    milliseconds = round(fraction * _MILLISECONDS_A_DAY) % _MILLISECONDS_A_DAY
    return (_BEFORE_1900 + timedelta(milliseconds=milliseconds)).time()


def _point_in_time(number: float, is_1904: bool) -> CellValue:
    if is_1904:
        days = number + _DAYS_FROM_1900_TO_1904
    elif number < _DAY_THAT_NEVER_WAS:
        days = number + 1
    elif number < _DAY_THAT_NEVER_WAS + 1:
        return number
    else:
        days = number
    if days >= _DAYS_IN_CALENDAR:
        return number
    milliseconds = round(days * _MILLISECONDS_A_DAY)
    if milliseconds >= _DAYS_IN_CALENDAR * _MILLISECONDS_A_DAY:
        return number
    moment = _BEFORE_1900 + timedelta(milliseconds=milliseconds)
    return moment.date() if number.is_integer() else moment
