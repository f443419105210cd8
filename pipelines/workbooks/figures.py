"""A cell of a cross-table → an amount in 万元, a count or a percentage, each as exact decimals.

Counts and percentages stay as written; a cell that names a unit of another kind has no value.
"""

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pipelines.declarations.forms import Kind
from pipelines.text import compact, is_placeholder
from pipelines.workbooks.cells import CellValue, shortest_decimal
from pipelines.workbooks.values import (
    NUMBER,
    SIGN,
    UNIT_FACTORS,
    cell_unit,
    read_money,
    stored_number,
    written_number,
)

_COUNT_UNITS = ("个", "项", "家", "户", "件", "处", "宗")
_SCORE_UNIT = "分"
_OWN_UNITS: dict[Kind, str] = {"money": "万元", "count": "个", "percent": "%", "score": _SCORE_UNIT}
_NUMBER = re.compile(rf"^{SIGN}{NUMBER}(?P<unit>{'|'.join(_COUNT_UNITS)}|%|{_SCORE_UNIT})?$")


@dataclass(frozen=True)
class Figure:
    """A number as it is stored, or the reason why there is none."""

    amount: Decimal | None
    steps: tuple[str, ...] = ()
    problem: Literal["not_a_number", "unit_clash"] | None = None


_NOTHING = Figure(None)
_NO_NUMBER = Figure(None, problem="not_a_number")
_CLASH = Figure(None, problem="unit_clash")


def fits(kind: Kind, unit: str) -> bool:
    """Whether a kind of figure may be given in a unit."""
    match kind:
        case "money":
            return unit in UNIT_FACTORS
        case "count":
            return unit in _COUNT_UNITS
        case "percent":
            return unit == "%"
        case "score":
            return unit == _SCORE_UNIT
        case _:
            return True


def column_unit(kind: Kind, heading: str | None, line: str | None) -> str:
    """The unit in which a column of figures is given: its heading's, the unit line's, else its kind's own."""
    for unit in (heading, line):
        if unit is not None and fits(kind, unit):
            return unit
    return _OWN_UNITS[kind]


def unit_factor(unit: str) -> Decimal:
    """What one of a unit is in the stored unit: 万元 for money, 1 for counts and percentages."""
    return UNIT_FACTORS.get(unit, Decimal(1))


def read_figure(kind: Kind, value: CellValue, unit: str) -> Figure:
    """Read a figure of a kind; ``unit`` is the column's and holds unless the cell names its own."""
    if kind == "money":
        money = read_money(value, unit)
        if money.problem is None:
            return Figure(money.amount, money.steps)
        return _CLASH if _written_unit(value) is not None else _NO_NUMBER
    if isinstance(value, bool) or not isinstance(value, str | float | int):
        return _NO_NUMBER
    if isinstance(value, float | int):
        return _stored(Decimal(shortest_decimal(value)), ()) if math.isfinite(value) else _NO_NUMBER
    return _read_text(kind, value)


def _read_text(kind: Kind, text: str) -> Figure:
    if is_placeholder(text):
        return Figure(None, ("占位符→空",))
    plain = compact(text)
    if not plain:
        return _NOTHING
    if cell_unit(text) is not None:
        return _CLASH
    found = _NUMBER.match(plain)
    if found is None:
        return _NO_NUMBER
    unit = found["unit"]
    if unit is not None and not fits(kind, unit):
        return _CLASH
    steps = ("文本→数字",) if unit is None else ("文本→数字", f"单元格单位 {unit}")
    return _stored(written_number(found), steps)


def _written_unit(value: CellValue) -> str | None:
    """The unit of counts or percentages a text cell names."""
    found = _NUMBER.match(compact(value)) if isinstance(value, str) else None
    return found["unit"] if found is not None else None


def _stored(exact: Decimal, steps: tuple[str, ...]) -> Figure:
    stored = stored_number(exact, steps)
    return _NO_NUMBER if stored is None else Figure(*stored)
