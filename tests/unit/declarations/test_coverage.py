"""Gaps and idle rules: what is said agrees with trying every value."""

from decimal import Decimal
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.declarations.coverage import Scale, Stretch, Threshold, coverage

THRESHOLDS = st.lists(
    st.builds(
        Threshold,
        st.sampled_from([">=", ">", "<=", "<"]),
        st.integers(-12, 12).map(lambda quarter: Decimal(quarter) / 4),
    ),
    min_size=1,
    max_size=6,
)
# Finer than the thresholds, and reaching beyond them.
GRID = [Decimal(eighth) / 8 for eighth in range(-40, 41)]
WHOLE = [Decimal(number) for number in range(-6, 7)]


def first_of(rules, value):
    return next((place for place, rule in enumerate(rules) if rule.holds(value)), None)


def lies_in(stretch, value):
    above = stretch.lower is None or value > stretch.lower
    below = stretch.upper is None or value < stretch.upper
    at_end = (stretch.has_lower and value == stretch.lower) or (
        stretch.has_upper and value == stretch.upper
    )
    return (above and below) or at_end


def assert_agrees(rules, values, scale):
    found = coverage(rules, scale)
    decided = [first_of(rules, value) for value in values]
    assert set(found.idle) == set(range(len(rules))) - set(decided)
    for value, place in zip(values, decided, strict=True):
        assert (place is None) == any(lies_in(gap.stretch, value) for gap in found.gaps), value
    runs = [place for place, _ in groupby(decided)]
    neighbours = [
        (runs[number - 1] if number else None, runs[number + 1] if number + 1 < len(runs) else None)
        for number, place in enumerate(runs)
        if place is None
    ]
    assert [(gap.below, gap.above) for gap in found.gaps] == neighbours
    assert [gap.is_open_end for gap in found.gaps] == [None in pair for pair in neighbours]


@given(THRESHOLDS)
def test_every_number_is_covered_or_lies_in_a_gap(rules):
    assert_agrees(rules, GRID, Scale())


@given(THRESHOLDS)
def test_so_is_every_whole_number(rules):
    assert_agrees(rules, WHOLE, Scale(is_whole=True))


@given(THRESHOLDS)
def test_values_below_the_least_are_nobodys_concern(rules):
    assert_agrees(rules, [value for value in WHOLE if value >= 0], Scale(is_whole=True, least=0))


def rules_of(*written):
    return [Threshold(*(word(part) for word, part in zip((str, Decimal), rule.split(), strict=True)))
            for rule in written]  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "scale", "words"),
    [
        (["< -30", "<= -10", ">= 0"], Scale(), ["above -10 and below 0"]),
        (["> 0", "< 0"], Scale(), ["= 0"]),
        (["< -0.50", "> 10"], Scale(), ["from -0.5 and up to 10"]),
        ([">= 100"], Scale(), ["below 100"]),
        (["<= 0", ">= 3"], Scale(is_whole=True), ["from 1 and up to 2"]),
        (["<= 0", "> 1"], Scale(is_whole=True), ["= 1"]),
        (["< 1", ">= 1"], Scale(is_whole=True), []),
        (["<= 0.5", ">= 0.7"], Scale(is_whole=True), []),
        ([">= 2", "<= 0"], Scale(is_whole=True, least=0), ["= 1"]),
        ([">= 1"], Scale(is_whole=True, least=0), ["= 0"]),
        ([">= 1"], Scale(is_whole=True), ["up to 0"]),
    ],
)
def test_gaps_are_said_in_words(rules, scale, words):
    assert [gap.stretch.words() for gap in coverage(rules_of(*rules), scale).gaps] == words


def test_a_rule_behind_a_wider_one_is_idle():
    assert coverage(rules_of("<= -10", "< -30", "> -10"), Scale()).idle == (1,)
    assert coverage(rules_of("< 0", ">= 0"), Scale(is_whole=True, least=0)).idle == (0,)


def test_ends_are_said_without_needless_zeros():
    assert Stretch(None, False, Decimal("1E+1"), True).words() == "up to 10"
