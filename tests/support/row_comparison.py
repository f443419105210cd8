"""Published rows against the rows of an independent computation, both ways."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest


def agrees(expected: Any, found: Any) -> bool:
    """A rate or score is published as a double, money as a decimal."""
    if expected is None or found is None:
        return expected is found
    if isinstance(expected, Fraction):
        return math.isclose(float(expected), float(found), rel_tol=1e-9, abs_tol=1e-9)
    if isinstance(expected, Decimal):
        return expected == Decimal(str(found))
    return bool(expected == found)


def compare(
    table: str,
    expected: Mapping[tuple[Any, ...], Mapping[str, Any]],
    found: Iterable[Mapping[str, Any]],
    keys: tuple[str, ...],
    inputs: Callable[[tuple[Any, ...]], object] | None = None,
) -> None:
    """A difference names table, key, column, expected, found and what the computation went by."""
    published: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    problems = []
    for row in found:
        key = tuple(row[name] for name in keys)
        if key in published:
            problems.append(f"{table} | {key} | published twice")
        published[key] = row
    problems += [
        f"{table} | {key} | is not there | expected {dict(expected[key])}"
        for key in expected.keys() - published.keys()
    ] + [
        f"{table} | {key} | should not be there | found {dict(published[key])}"
        for key in published.keys() - expected.keys()
    ]
    for key in sorted(expected.keys() & published.keys(), key=str):
        wrong = [
            f"{column} expected {value} found {published[key][column]}"
            for column, value in expected[key].items()
            if not agrees(value, published[key][column])
        ]
        if wrong:
            problems.append(
                f"{table} | {key} | {'; '.join(wrong)} | {inputs(key) if inputs else ''}"
            )
    if problems:
        shown = "\n".join(sorted(problems)[:40])
        pytest.fail(f"{len(problems)} of {len(expected)} rows differ\n{shown}", pytrace=False)
    assert expected, f"{table}: the district has nothing to compare"
