"""Days and numbers in declared tables: as people and Excel write them, and never guessed."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.declarations.tables import read_day, read_number


@pytest.mark.parametrize("written", ["2019-06-05", "2019/6/5", "2019-6-05"])
def test_a_day_is_read_as_excel_leaves_it(written):
    assert read_day(written) == date(2019, 6, 5)


@pytest.mark.parametrize("written", ["", "2019-06", "2019-06-31", "5.6.2019", "2019-06-05 00:00"])
def test_what_is_no_day_is_not_guessed(written):
    assert read_day(written) is None


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("5", "5"), ("-0.5", "-0.5"), ("+.5", "0.5"), ("10.", "10"), ("1,234,567.8", "1234567.8"),
        ("−10", "-10"), ("－１０", "-10"), ("1E+05", "100000"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(written, number):
    assert read_number(written) == Decimal(number)


@pytest.mark.parametrize(
    "written",
    ["", "-", ".", "E5", "10%", "5分", "1,23", "12,3456", "nan", "inf", "1 1/2", "1e15", "0x1F"],
)
def test_what_is_no_plain_number_is_not_guessed(written):
    assert read_number(written) is None


@given(st.decimals(-(10**9), 10**9, places=4))
def test_every_amount_is_read_exactly(amount):
    assert read_number(str(amount)) == amount
