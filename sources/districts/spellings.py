"""How clerks spell one date or amount: many ways, each one told by a reader without guessing.

A date is an ISO text of day (``2019-03-15``) or month precision (``2019-03``); a month is its first
day, so every spelling of a date reads back as the same date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from workbook_writer import Cell

_FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
WANYUAN_PER_YI = Decimal(10_000)


def full_width(text: str) -> str:
    """Digits, points and commas as a Chinese input method leaves them."""
    return text.translate(_FULL_WIDTH)


def plain(amount: Decimal) -> str:
    """An amount without exponent and trailing zeros."""
    return format(amount.normalize(), "f") if amount else "0"


def number(amount: Decimal) -> Cell:
    """A numeric cell in 万元."""
    return Cell(amount, "number")


def yi_number(amount: Decimal) -> Cell:
    """A numeric cell in 亿元."""
    return Cell(amount / WANYUAN_PER_YI, "number")


def thousands_text(amount: Decimal) -> Cell:
    """A text cell such as ``1,250.5``."""
    return Cell(f"{Decimal(plain(amount)):,}", "number")


def full_width_text(amount: Decimal) -> Cell:
    """A text cell such as ``１，２５０．５``."""
    return Cell(full_width(f"{Decimal(plain(amount)):,}"), "number")


def text_with_unit(amount: Decimal) -> Cell:
    """A text cell that says its own unit: ``3200万元``, from one 亿元 on ``1.25亿元``."""
    if amount >= WANYUAN_PER_YI:
        return Cell(f"{plain(amount / WANYUAN_PER_YI)}亿元", "number")
    return Cell(f"{plain(amount)}万元", "number")


MONEY: dict[str, Callable[[Decimal], Cell]] = {
    "number": number,
    "yi_number": yi_number,
    "thousands_text": thousands_text,
    "full_width_text": full_width_text,
    "text_with_unit": text_with_unit,
}

# Patterns by precision: y, m, d as they are, mm and dd with a leading zero.
_DAY_TEXTS = {
    "iso": "{y}-{mm}-{dd}",
    "slash": "{y}/{m}/{d}",
    "dot": "{y}.{m}.{d}",
    "chinese": "{y}年{m}月{d}日",
    "chinese_padded": "{y}年{mm}月{dd}日",
}
_MONTH_TEXTS = {
    "iso": "{y}-{mm}",
    "slash": "{y}/{m}",
    "dot": "{y}.{mm}",
    "chinese": "{y}年{m}月",
    "chinese_padded": "{y}年{mm}月",
    "chinese_spaced": "{y} 年 {m} 月",
}
_DATE_FORMATS = {"cell": "yyyy-mm-dd", "chinese_cell": 'yyyy"年"m"月"d"日"'}
_MONTH_FORMAT = 'yyyy"年"m"月"'


def date(text: str, spelling: str) -> Cell:
    """Spell an ISO date; raises KeyError for a spelling that the date's precision does not have."""
    year, month, *rest = (int(part) for part in text.split("-"))
    day = rest[0] if rest else 1
    if spelling in _DATE_FORMATS:
        shown = _DATE_FORMATS[spelling] if rest else _MONTH_FORMAT
        return Cell(dt.date(year, month, day), "text", shown)
    patterns = _DAY_TEXTS if rest else _MONTH_TEXTS
    pattern = patterns[spelling.removesuffix("_full_width")]
    spelled = pattern.format(y=year, m=month, d=day, mm=f"{month:02d}", dd=f"{day:02d}")
    return Cell(full_width(spelled) if spelling.endswith("_full_width") else spelled)
