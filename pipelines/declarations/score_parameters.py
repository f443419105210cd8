"""The parameters of a score rule: JSON in one cell, and what each shape makes of it (contract §3, §7)."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, cast, get_args

Shape = Literal["proportional", "per_point", "banded", "rank", "relative_to_best", "size_weighted"]
Exemption = Literal["drop", "rescale"]

_KEYS: dict[str, tuple[str, ...]] = {
    "per_point": ("points_above", "points_below"),
    "banded": ("bands",),
    "rank": ("points",),
}
_FOR_ANY = "exemption"


@dataclass(frozen=True)
class ScoreParameters:
    """``bands`` are (lower rate, points), the rate a fraction; ``rank_points`` by place, the first place first.

    ``points_above`` and ``points_below`` are points per percentage point; None in shapes that have none.
    """

    bands: tuple[tuple[Decimal, Decimal], ...] = ()
    rank_points: tuple[Decimal, ...] = ()
    points_above: Decimal | None = None
    points_below: Decimal | None = None
    exemption: Exemption = "drop"


class ParameterError(Exception):
    """Parameters that do not fit their shape; the text says what is wrong and what is wanted."""


def read_parameters(text: str, shape: Shape) -> ScoreParameters:
    """What stands in the cell, blank for nothing. Raises ParameterError."""
    declared = _parse(text)
    allowed = (*_KEYS.get(shape, ()), _FOR_ANY)
    if unknown := [key for key in declared if key not in allowed]:
        raise ParameterError(
            f"parameters: {shape} knows no “{', '.join(unknown)}”; it takes {', '.join(allowed)}"
        )
    exemption = declared.get(_FOR_ANY, "drop")
    if exemption not in get_args(Exemption):
        raise ParameterError(
            f"parameters: exemption is {' or '.join(get_args(Exemption))}, not “{exemption}”"
        )
    reader = _OF_SHAPE.get(shape)
    read = reader(declared) if reader else ScoreParameters()
    return replace(read, exemption=cast(Exemption, exemption))


def _parse(text: str) -> dict[str, object]:
    if not text:
        return {}
    try:
        parsed = json.loads(
            text, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_once_each
        )
    except ValueError as error:
        raise ParameterError(
            'parameters are no JSON such as {"bands": [[0, 0], [0.8, 8]]}: '
            f"“{text}”; use straight quotation marks, and leave the quoting of the cell to Excel"
        ) from error
    if not isinstance(parsed, dict):
        raise ParameterError(
            f'parameters are JSON in braces, like {{"points": [7, 5, 3]}}, not “{text}”'
        )
    return parsed


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no number")


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    keys = [key for key, _ in pairs]
    if doubled := [key for key in keys if keys.count(key) > 1]:
        raise ParameterError(f"parameters: “{doubled[0]}” stands twice")
    return dict(pairs)


def _per_point(declared: dict[str, object]) -> ScoreParameters:
    if not declared.keys() & set(_KEYS["per_point"]):
        raise ParameterError(
            'parameters: per_point needs points_above, points_below or both, like {"points_above": 0.2,'
            ' "points_below": 0.1}: points per percentage point above and below the target'
        )
    above, below = (
        _number(declared.get(key, 0), f"parameters: {key} is a number of points")
        for key in _KEYS["per_point"]
    )
    return ScoreParameters(points_above=above, points_below=below)


def _banded(declared: dict[str, object]) -> ScoreParameters:
    wanted = "parameters: bands are pairs of a lower rate and points, like [[0.8, 8], [1, 10]]"
    bands = declared.get("bands")
    if not isinstance(bands, list) or not bands:
        raise ParameterError(wanted)
    pairs = []
    for band in bands:
        if not isinstance(band, list) or len(band) != 2:
            raise ParameterError(f"{wanted}; one of them is {_shown(band)}")
        pairs.append((_number(band[0], wanted), _number(band[1], wanted)))
    rates = [rate for rate, _ in pairs]
    if doubled := [rate for rate in rates if rates.count(rate) > 1]:
        raise ParameterError(
            f"parameters: two bands begin at the rate {doubled[0]}; which points are meant?"
        )
    return ScoreParameters(bands=tuple(pairs))


def _rank(declared: dict[str, object]) -> ScoreParameters:
    wanted = "parameters: points are numbers from the first place on, like [7, 5, 3]"
    points = declared.get("points")
    if not isinstance(points, list) or not points:
        raise ParameterError(wanted)
    return ScoreParameters(rank_points=tuple(_number(number, wanted) for number in points))


def _number(value: object, wanted: str) -> Decimal:
    # JSON's true and false are numbers to Python.
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ParameterError(f"{wanted}; not {_shown(value)}")
    return Decimal(value)


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=float)


_OF_SHAPE: dict[str, Callable[[dict[str, object]], ScoreParameters]] = {
    "per_point": _per_point,
    "banded": _banded,
    "rank": _rank,
}
