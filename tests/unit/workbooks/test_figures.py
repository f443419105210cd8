"""Amounts, counts and percentages of cross-tables, exactly as they are written."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.workbooks.figures import read_figure


@pytest.mark.parametrize(
    ("kind", "value", "unit", "amount"),
    [
        ("money", "5.8亿元", "万元", 58000),
        ("money", 22, "亿元", 220000),
        ("money", "36870", "万元", 36870),
        ("count", 20.0, "个", 20),
        ("count", "20个", "个", 20),
        ("count", "１２项", "个", 12),
        ("count", "1,200家", "个", 1200),
        ("percent", 85, "%", 85),
        ("percent", "85%", "%", 85),
        ("percent", "74.1％", "%", "74.1"),
        ("percent", 0.741, "%", "0.741"),
        ("percent", "-2.5%", "%", "-2.5"),
        ("count", "—", "个", None),
        ("count", " ", "个", None),
        ("count", 0, "个", 0),
    ],
)
def test_a_figure_is_read_in_its_own_unit(kind, value, unit, amount):
    figure = read_figure(kind, value, unit)
    assert figure.problem is None
    assert figure.amount == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    ("kind", "value", "problem"),
    [
        ("count", "5万元", "unit_clash"),
        ("count", "85%", "unit_clash"),
        ("money", "20个", "unit_clash"),
        ("money", "85%", "unit_clash"),
        ("percent", "3家", "unit_clash"),
        ("count", "约20个", "not_a_number"),
        ("percent", "八成", "not_a_number"),
        ("money", "约5亿元", "not_a_number"),
        ("count", True, "not_a_number"),
        ("count", float("inf"), "not_a_number"),
    ],
)
def test_a_unit_of_another_kind_is_no_figure(kind, value, problem):
    figure = read_figure(kind, value, "个" if kind == "count" else "万元")
    assert (figure.amount, figure.problem) == (None, problem)


@given(
    number=st.decimals(0, 10**8, places=2),
    kind_and_unit=st.sampled_from(
        [("count", "个"), ("count", "家"), ("percent", "%"), ("money", "万元")]
    ),
)
def test_a_number_and_the_same_number_with_its_unit_are_one_figure(number, kind_and_unit):
    kind, unit = kind_and_unit
    bare = read_figure(kind, float(number), unit)
    written = read_figure(kind, f"{number}{unit}", unit)
    assert bare.amount == written.amount == number
