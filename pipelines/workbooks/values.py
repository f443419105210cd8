"""A cell's value → the type its column declares, with every step that changed it.

Pure functions. What a wrong value means for a return is decided in ``validation``.
"""

import math
import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, ROUND_HALF_UP, Context, Decimal
from typing import Literal, TypeAlias

from pipelines.text import compact, is_placeholder
from pipelines.wording import plain_number
from pipelines.workbooks.cells import CellValue, shortest_decimal

Problem: TypeAlias = Literal["not_a_number", "not_a_date", "not_in_list"]
Precision: TypeAlias = Literal["day", "month", "year"]

# 万元 per unit (domain.md §1.4); 亿 and 万 alone stand for 亿元 and 万元 in a money cell.
UNIT_FACTORS = {
    "亿元": Decimal(10000),
    "千万元": Decimal(1000),
    "百万元": Decimal(100),
    "万元": Decimal(1),
    "千元": Decimal("0.1"),
    "元": Decimal("0.0001"),
}
_SHORT_UNITS = {"亿": "亿元", "万": "万元", "人民币": "元"}
_FOUR_PLACES = Decimal("0.0001")
# Python's usual 28 digits would round a long number before it is rounded to four places.
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
_LARGEST = Decimal(10) ** 14

# A number as people write it, in two parts that a sign of money may stand between; for ``written_number``.
SIGN = r"(?P<sign>[-+−]?)"
NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_AMOUNT = re.compile(
    rf"^{SIGN}[¥￥]?{NUMBER}"
    r"(?P<unit>亿元|千万元|百万元|万元|千元|元|亿|万)?$"
)
_DATE = re.compile(
    r"^(?P<year>\d{4}|\d{2}(?=年|[-/.]\d{1,2}[-/.]\d{1,2}$))[-/.年](?P<month>\d{1,2})"
    r"(?:[-/.月](?P<day>\d{1,2})日?|月?(?P<part>底|末|初|上旬|中旬|下旬|份)?)"
    r"$"
)
_TIME_OF_DAY = re.compile(r"(?:(?<!\s)\s+|T)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*$")
_PACKED_DATE = re.compile(r"^(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)?$")
_YEAR = re.compile(r"^(?P<year>(?:19|20)\d\d)(?:年度?(?:底|末|初)?)?$")
_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_CHINESE_DATE = re.compile(
    r"^(?P<year>[〇○零一二三四五六七八九]{4})年(?:(?P<month>[一二三四五六七八九十]{1,3})月"
    r"(?:(?P<day>[一二三四五六七八九十]{1,3})日)?)?$"
)
# Words for “has not happened” where a date is asked for.
_NOT_YET = frozenset({"未开工", "尚未开工", "未竣工", "未完工", "未投产", "尚未竣工", "未复工"})
# Of a deadline: 9月30日前 and 9月30日前完成 are that day, 9月底 and 年底 the last one.
_BEFORE = re.compile(r"(?<=.)(?:之前|以前|前)(?:完成|办结|完工|解决|销号|落实|整改到位|全部完成)?$")
_MONTH_END = re.compile(r"^(?P<year>20\d\d)年?(?:(?P<month>\d{1,2})月)?(?:份|月)?[底末]$")
_SERIAL_DAYS = (20_000, 80_000)
# The day that a stored number counts from: of Excel (29 February 1900 counted in), of old Macintosh files.
DAYS_FROM_1900 = date(1899, 12, 30)
DAYS_FROM_1904 = date(1904, 1, 1)


@dataclass(frozen=True)
class Money:
    """An amount in 万元, exact to four places, or the reason why there is none."""

    amount: Decimal | None
    steps: tuple[str, ...] = ()
    problem: Problem | None = None


@dataclass(frozen=True)
class CalendarDate:
    """A day, with how exactly it was told: a month is its first day, a year its first day."""

    day: date | None
    precision: Precision | None = None
    steps: tuple[str, ...] = ()
    problem: Problem | None = None


_NO_MONEY = Money(None)
_NO_DATE = CalendarDate(None)


def read_money(value: CellValue, column_unit: str) -> Money:
    """Read an amount; ``column_unit`` (a key of UNIT_FACTORS) holds unless the cell names its own."""
    if value == "":
        return _NO_MONEY
    if isinstance(value, bool):
        return Money(None, problem="not_a_number")
    if isinstance(value, float | int):
        if not math.isfinite(value):
            return Money(None, problem="not_a_number")
        return _to_wanyuan(Decimal(shortest_decimal(value)), column_unit, ())
    if not isinstance(value, str):
        return Money(None, problem="not_a_number")
    if is_placeholder(value):
        return Money(None, ("占位符→空",))
    plain = compact(value)
    if not plain:
        return _NO_MONEY
    found = _AMOUNT.match(plain)
    if found is None:
        return Money(None, problem="not_a_number")
    unit = found["unit"] or column_unit
    steps = ["文本→数字"]
    if found["unit"]:
        steps.append(f"单元格单位 {found['unit']}")
    return _to_wanyuan(written_number(found), _SHORT_UNITS.get(unit, unit), tuple(steps))


def written_number(found: re.Match[str]) -> Decimal:
    """The number of a match of SIGN and NUMBER."""
    number = Decimal(found["number"].replace(",", ""))
    return number.copy_negate() if found["sign"] in {"-", "−"} else number


def stored_number(exact: Decimal, steps: tuple[str, ...]) -> tuple[Decimal, tuple[str, ...]] | None:
    """A number with the four decimals it is stored with, and the steps to it; None for one too large to store."""
    if abs(exact) >= _LARGEST:
        return None
    amount = exact.quantize(_FOUR_PLACES, ROUND_HALF_UP)
    return amount, steps if amount == exact else (*steps, "四舍五入到4位小数")


def shown_decimals(value: CellValue) -> int:
    """How many decimals a number shows (for rounding tolerances)."""
    text = shortest_decimal(value) if isinstance(value, float | int) else compact(str(value))
    _, _, fraction = re.sub(r"[^\d.]", "", text).partition(".")
    return len(fraction)


def cell_unit(value: CellValue) -> str | None:
    """The unit a text cell names itself, for example 亿元 in “1.2亿元”."""
    if not isinstance(value, str):
        return None
    found = _AMOUNT.match(compact(value))
    if found is None or not found["unit"]:
        return None
    return _SHORT_UNITS.get(found["unit"], found["unit"])


def read_date(value: CellValue, days_from: date = DAYS_FROM_1900) -> CalendarDate:
    """Read a date as written by hand or stored by Excel; never guesses a missing year."""
    if value == "":
        return _NO_DATE
    if isinstance(value, datetime):
        return CalendarDate(value.date(), "day")
    if isinstance(value, date):
        return CalendarDate(value, "day")
    if isinstance(value, bool) or not isinstance(value, str | float | int):
        return CalendarDate(None, problem="not_a_date")
    if isinstance(value, float | int):
        return _numeric_date(value, days_from)
    if is_placeholder(value) or compact(value) in _NOT_YET:
        return CalendarDate(None, steps=("占位符→空",))
    # The time of day goes first: without its space it would run into the day.
    plain = compact(_TIME_OF_DAY.sub("", value)).replace("元月", "1月")
    return _written_date(plain) if plain else _NO_DATE


def read_deadline(value: CellValue, days_from: date = DAYS_FROM_1900) -> CalendarDate:
    """Read the day until which something is due: “…前” is that day, 6月底 the last of June."""
    if not isinstance(value, str):
        return read_date(value, days_from)
    written = compact(value)
    until = _BEFORE.sub("", written)
    if found := _MONTH_END.match(until):
        return _month_end(int(found["year"]), int(found["month"] or 12), written)
    if until == written:
        return read_date(value)
    moment = read_date(until)
    return replace(moment, steps=(*moment.steps, "“前”→截止当天"))


def _month_end(year: int, month: int, written: str) -> CalendarDate:
    try:
        last = date(year, month, monthrange(year, month)[1])
    except ValueError:
        return CalendarDate(None, problem="not_a_date")
    return CalendarDate(last, "day", (f"按最后一天：{written}",))


def _to_wanyuan(number: Decimal, unit: str, steps: tuple[str, ...]) -> Money:
    factor = UNIT_FACTORS[unit]
    if unit != "万元":
        steps += (f"{unit}→万元 ×{plain_number(factor)}",)
    stored = stored_number(_EXACT.multiply(number, factor), steps)
    return Money(None, problem="not_a_number") if stored is None else Money(*stored)


def _numeric_date(value: float | int, days_from: date) -> CalendarDate:
    if not math.isfinite(value):
        return CalendarDate(None, problem="not_a_date")
    text = shortest_decimal(value)
    if _SERIAL_DAYS[0] <= value <= _SERIAL_DAYS[1]:
        day = days_from + timedelta(days=int(value))
        since = "（从1904年算起）" if days_from == DAYS_FROM_1904 else ""
        return CalendarDate(day, "day", (f"Excel 日期序号 {text}{since}",))
    if re.fullmatch(r"(?:19|20)\d\d\.1", text):
        # 2019.10 loses its zero when Excel stores a number: October or January cannot be told.
        return CalendarDate(None, problem="not_a_date")
    return _written_date(text)


def _written_date(plain: str) -> CalendarDate:
    for pattern in (_DATE, _PACKED_DATE, _YEAR):
        found = pattern.match(plain)
        if found is not None:
            return _from_parts(found.groupdict(), plain)
    found = _CHINESE_DATE.match(plain)
    if found is None:
        return CalendarDate(None, problem="not_a_date")
    parts = {
        "year": found["year"].translate(_CHINESE_DIGITS),
        "month": _chinese_number(found["month"]),
        "day": _chinese_number(found["day"]),
    }
    return _from_parts(parts, plain)


def _from_parts(parts: dict[str, str | None], plain: str) -> CalendarDate:
    precision: Precision = "day" if parts.get("day") else "month" if parts.get("month") else "year"
    try:
        year = int(parts["year"] or 0)
        year += 2000 if year < 100 else 0
        month, day = int(parts.get("month") or 1), int(parts.get("day") or 1)
        resolved = date(year, month, day)
    except ValueError:
        return CalendarDate(None, problem="not_a_date")
    if not 1950 <= year <= 2100:
        return CalendarDate(None, problem="not_a_date")
    note = {"day": "文本→日期", "month": "按当月1日", "year": "按当年1月1日"}[precision]
    return CalendarDate(resolved, precision, (f"{note}：{plain}",))


def _chinese_number(text: str | None) -> str | None:
    if not text:
        return None
    if "十" not in text:
        return text.translate(_CHINESE_DIGITS)
    tens, _, ones = text.partition("十")
    tens_digit = tens.translate(_CHINESE_DIGITS) or "1"
    return tens_digit + (ones.translate(_CHINESE_DIGITS) or "0")
