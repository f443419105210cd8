"""Which values a list of threshold rules covers, tried in order: the gaps, the open ends, the idle rules. Pure.

A rule holds for all values beyond its threshold; the first that holds decides. Between neighbouring thresholds
nothing changes, so a line cut at all thresholds falls into pieces of which one value each tells all.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Literal

from pipelines.wording import plain_number

Operator = Literal[">=", ">", "<=", "<"]


@dataclass(frozen=True)
class Threshold:
    """All values on one side of ``value``."""

    operator: Operator
    value: Decimal

    def holds(self, measured: Decimal | Fraction) -> bool:
        difference = Fraction(measured) - Fraction(self.value)
        match self.operator:
            case ">=":
                return difference >= 0
            case ">":
                return difference > 0
            case "<=":
                return difference <= 0
            case "<":
                return difference < 0


@dataclass(frozen=True)
class Scale:
    """The values a measure can take: all numbers, or whole ones only, these from ``least`` on where that is given."""

    is_whole: bool = False
    least: int | None = None


@dataclass(frozen=True)
class Stretch:
    """Values from ``lower`` to ``upper``; an end that is None reaches for ever, the others belong to it or not."""

    lower: Decimal | None
    has_lower: bool
    upper: Decimal | None
    has_upper: bool

    def words(self) -> str:
        """Such as “above -10 and below 0”, to stand after the name of a measure."""
        if self.lower is not None and self.lower == self.upper:
            return f"= {plain_number(self.lower)}"
        ends = []
        if self.lower is not None:
            ends.append(f"{'from' if self.has_lower else 'above'} {plain_number(self.lower)}")
        if self.upper is not None:
            ends.append(f"{'up to' if self.has_upper else 'below'} {plain_number(self.upper)}")
        return " and ".join(ends)


@dataclass(frozen=True)
class Gap:
    """Values no rule covers, and the places of the rules that decide just below and above them.

    A place is None where the values reach to the end of the scale.
    """

    stretch: Stretch
    below: int | None
    above: int | None

    @property
    def is_open_end(self) -> bool:
        return self.below is None or self.above is None


@dataclass(frozen=True)
class Coverage:
    """The gaps from the lowest up, and the places of the rules that never decide."""

    gaps: tuple[Gap, ...]
    idle: tuple[int, ...]


def coverage(rules: Sequence[Threshold], scale: Scale) -> Coverage:
    """What the rules, tried in order, leave open, and which of them earlier ones make idle."""
    decided = [(piece, _first(rules, sample)) for piece, sample in _pieces(rules, scale)]
    runs = [
        (place, [piece for piece, _ in group])
        for place, group in groupby(decided, key=lambda entry: entry[1])
    ]
    gaps = tuple(
        Gap(
            Stretch(pieces[0].lower, pieces[0].has_lower, pieces[-1].upper, pieces[-1].has_upper),
            runs[number - 1][0] if number else None,
            runs[number + 1][0] if number + 1 < len(runs) else None,
        )
        for number, (place, pieces) in enumerate(runs)
        if place is None
    )
    deciding = {place for place, _ in runs}
    return Coverage(gaps, tuple(place for place in range(len(rules)) if place not in deciding))


def _first(rules: Sequence[Threshold], sample: Fraction) -> int | None:
    return next((place for place, rule in enumerate(rules) if rule.holds(sample)), None)


def _pieces(rules: Sequence[Threshold], scale: Scale) -> Iterator[tuple[Stretch, Fraction]]:
    """The scale cut at every threshold, each piece with a value inside it."""
    cuts = sorted({rule.value for rule in rules})
    if scale.is_whole:
        yield from _whole_pieces(cuts, scale.least)
        return
    if cuts:
        yield Stretch(None, False, cuts[0], False), Fraction(cuts[0]) - 1
    for cut, following in zip(cuts, [*cuts[1:], None], strict=True):
        yield Stretch(cut, True, cut, True), Fraction(cut)
        between = (
            Fraction(cut) + 1 if following is None else (Fraction(cut) + Fraction(following)) / 2
        )
        yield Stretch(cut, False, following, False), between


def _whole_pieces(cuts: Sequence[Decimal], least: int | None) -> Iterator[tuple[Stretch, Fraction]]:
    """The same for whole numbers: both ends of a piece are whole and belong to it."""
    starts = sorted(
        {start for cut in cuts for start in (math.ceil(cut), math.floor(cut) + 1)}
        | ({least} if least is not None else set())
    )
    if least is not None:
        starts = [start for start in starts if start >= least]
    elif starts:
        end = starts[0] - 1
        yield Stretch(None, False, Decimal(end), True), Fraction(end)
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        upper = None if following is None else Decimal(following - 1)
        yield Stretch(Decimal(start), True, upper, upper is not None), Fraction(start)
