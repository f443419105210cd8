"""Whatever stands in a cell: a value as an independent reckoning gives it, or a reason, and never a stumble."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.workbooks.figures import read_figure
from pipelines.workbooks.periods import mentioned_period, period_id
from pipelines.workbooks.values import UNIT_FACTORS, cell_unit, read_date, read_deadline, read_money

# Letters that make numbers, dates and periods, in more scripts than anybody types.
PIECES = "0123456789０１٣४〇一二十廿年月日周第上下半旬前底末-—–−/.,，．:：TW hH¥￥亿千百万元%％个约 \t\n\u200b\u202eⅣ①²"
ANY_TEXT = st.text(st.characters(codec=None)) | st.text(PIECES, max_size=24)
ANY_CELL = (
    ANY_TEXT
    | st.floats()
    | st.integers()
    | st.booleans()
    | st.dates()
    | st.datetimes()
    | st.times()
)
KINDS = [("money", "万元"), ("money", "亿元"), ("count", "个"), ("percent", "%"), ("score", "分")]
WHOLE, PART = st.integers(0, 10**9), st.text("0123456789", max_size=40)


def reckoned(number: Fraction) -> Fraction:
    """Half up to four places, by fractions: away from nought where it is just between."""
    scaled = abs(number) * 10_000
    rounded = (2 * scaled + 1) // 2
    return Fraction(rounded if number >= 0 else -rounded, 10_000)


@given(ANY_CELL, st.sampled_from(sorted(UNIT_FACTORS)))
def test_any_cell_is_an_amount_a_blank_or_no_number(value, unit):
    money = read_money(value, unit)
    assert money.amount is None or (money.problem is None and money.amount.is_finite())
    assert money.amount is None or money.amount.as_tuple().exponent >= -4
    assert cell_unit(value) is None or cell_unit(value) in UNIT_FACTORS


@given(ANY_CELL, st.sampled_from(KINDS))
def test_any_cell_of_a_cross_table_is_a_figure_or_has_a_reason(value, kind_and_unit):
    figure = read_figure(kind_and_unit[0], value, kind_and_unit[1])
    assert figure.amount is None or (figure.problem is None and figure.amount.is_finite())


@pytest.mark.parametrize("read", [read_date, read_deadline])
@given(value=ANY_CELL)
@example(value="2019年十十月")
@example(value="2019年13月底")
@example(value="٢٠١٩-٠٣-١٥")
def test_any_cell_is_a_day_a_blank_or_no_date(read, value):
    told = read(value)
    assert told.day is None or told.problem is None
    assert (told.day is None) == (told.precision is None)


@given(ANY_TEXT)
def test_any_text_names_a_period_or_none(text):
    mention = mentioned_period(text)
    if mention is not None:
        assert mention.label()
        for kind in ("year", "month", "any"):
            written = period_id(mention, kind)
            assert written is None or re.fullmatch(r"\d{4}(-\d\d(-H[12])?|-W\d\d)?", written)


@given(st.sampled_from(["", "-"]), WHOLE, PART, st.sampled_from(sorted(UNIT_FACTORS)))
@example("", 1, "00004999999999999999999999999999999", "万元")
@example("-", 1, "00005", "万元")
@example("", 123_456_789, "12345", "亿元")
def test_an_amount_is_what_fractions_make_of_it(sign, whole, part, unit):
    written = f"{sign}{whole}.{part}" if part else f"{sign}{whole}"
    factor = {
        "亿元": 10**4,
        "千万元": 10**3,
        "百万元": 10**2,
        "万元": 1,
        "千元": Fraction(1, 10),
    }.get(unit, Fraction(1, 10_000))
    amount = read_money(written, unit).amount
    assert amount is not None
    assert Fraction(amount) == reckoned(Fraction(Decimal(written)) * factor)
    assert read_money(written + unit, "万元").amount == amount


@given(st.floats(-1e13, 1e13))
def test_a_stored_number_is_the_shortest_text_that_means_it(number):
    amount = read_money(number, "万元").amount
    assert amount is not None
    assert Fraction(amount) == reckoned(Fraction(Decimal(repr(number))))


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_a_day_survives_full_width_and_spaces(day):
    written = " ".join(f"{day.year}年{day.month}月{day.day}日")
    full = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in written)
    assert unicodedata.normalize("NFKC", full) == written
    assert (read_date(written).day, read_date(full).day) == (day, day)


@given(st.integers(2000, 2099), st.integers(1, 12), st.sampled_from(["", "上半月", "下半月"]))
def test_a_period_said_in_a_title_is_read_back(year, month, half):
    mention = mentioned_period(f"甲镇{year}年{month}月{half}重点项目进展情况表")
    assert mention is not None
    wanted = f"{year}-{month:02d}" + {"": "", "上半月": "-H1", "下半月": "-H2"}[half]
    assert period_id(mention, "month") == wanted
