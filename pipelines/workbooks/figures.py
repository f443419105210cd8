"""A cell of a cross-table → an amount in 万元, a count or a percentage, each as exact decimals.

Counts and percentages stay as written; a cell that names a unit of another kind has no value.
"""

import math
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from pipelines.declarations.forms import Kind
from pipelines.text import compact, is_placeholder
from pipelines.workbooks.cells import CellValue, shortest_decimal
from pipelines.workbooks.values import UNIT_FACTORS, cell_unit, read_money

_COUNT_UNITS = ("个", "项", "家", "户", "件", "处", "宗")
_OWN_UNITS: dict[Kind, str] = {"money": "万元", "count": "个", "percent": "%"}
_FOUR_PLACES = Decimal("0.0001")
_LARGEST = Decimal(10) ** 14
_NUMBER = re.compile(
    r"^(?P<sign>[-+−]?)(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    rf"(?P<unit>{'|'.join(_COUNT_UNITS)}|%)?$"
)


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
    number = Decimal(found["number"].replace(",", ""))
    steps = ("文本→数字",) if unit is None else ("文本→数字", f"单元格单位 {unit}")
    return _stored(-number if found["sign"] in {"-", "−"} else number, steps)


def _written_unit(value: CellValue) -> str | None:
    """The unit of counts or percentages a text cell names."""
    found = _NUMBER.match(compact(value)) if isinstance(value, str) else None
    return found["unit"] if found is not None else None


def _stored(exact: Decimal, steps: tuple[str, ...]) -> Figure:
    if abs(exact) >= _LARGEST:
        return _NO_NUMBER
    amount = exact.quantize(_FOUR_PLACES, ROUND_HALF_UP)
    return Figure(amount, steps if amount == exact else (*steps, "四舍五入到4位小数"))
