"""Amounts and dates, as typed by hand or stored by Excel, come out exactly or not at all."""

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.workbooks.values import (
    UNIT_FACTORS,
    cell_unit,
    read_date,
    read_deadline,
    read_money,
    shown_decimals,
)

FULL_WIDTH = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
amounts = st.decimals(
    min_value=Decimal("-99999999.9999"), max_value=Decimal("99999999.9999"), places=4
)
days = st.dates(min_value=date(1950, 1, 1), max_value=date(2099, 12, 31))


def plain(amount):
    return format(amount, "f")


@given(amounts)
def test_any_amount_written_as_text_reads_back_exactly(amount):
    assert read_money(plain(amount), "万元").amount == amount


@given(amounts)
def test_any_amount_with_separators_reads_back_exactly(amount):
    assert read_money(f"{amount:,f}", "万元").amount == amount


@given(amounts)
def test_any_amount_in_full_width_reads_back_exactly(amount):
    assert read_money(f"{amount:,f}".translate(FULL_WIDTH), "万元").amount == amount


@given(amounts, st.sampled_from(["亿元", "亿", "万元", "万", "千元", "元"]))
def test_an_amount_with_its_own_unit_is_that_unit_whatever_the_column_says(amount, unit):
    factor = UNIT_FACTORS[unit if unit.endswith("元") else unit + "元"]
    exact = (amount * factor).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    for column_unit in UNIT_FACTORS:
        assert read_money(f"{plain(amount)}{unit}", column_unit).amount == exact


@given(amounts)
def test_any_number_excel_stores_reads_back_as_its_shortest_text(amount):
    assert read_money(float(amount), "万元").amount == Decimal(repr(float(amount))).quantize(
        Decimal("0.0001"), ROUND_HALF_UP
    )
    assert read_money(float(amount), "万元").amount == amount


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers() | amounts.map(plain))
def test_an_amount_is_never_a_float_and_has_at_most_four_places(value):
    amount = read_money(value, "元").amount
    assert amount is None or (isinstance(amount, Decimal) and amount.as_tuple().exponent >= -4)


@pytest.mark.parametrize(
    ("value", "unit", "amount"),
    [
        (0.69, "亿元", "6900"),
        ("120.5亿元", "万元", "1205000"),
        ("5.275 亿元", "万元", "52750"),
        ("637万元", "亿元", "637"),
        ("1，234.5", "万元", "1234.5"),
        ("¥1,234", "万元", "1234"),
        ("+12", "万元", "12"),
        ("−12", "万元", "-12"),
        (" 12.50\n", "万元", "12.5"),
        (".5", "万元", "0.5"),
        (0.00005, "万元", "0.0001"),
        (0.00004, "万元", "0"),
        ("0.00005", "万元", "0.0001"),
        (-0.00005, "万元", "-0.0001"),
        (1e-7, "万元", "0"),
        (123456789012.5, "元", "12345678.9013"),
        (0, "万元", "0"),
    ],
)
def test_an_amount_is_brought_to_wanyuan_and_rounded_half_up(value, unit, amount):
    assert read_money(value, unit).amount == Decimal(amount)


@pytest.mark.parametrize(
    "value",
    ["约5000", "5000余", "100-200", "1,23", "12.3.4", "百万", "5000 台", "50%", "3亿吨", "一百"],
)
def test_what_is_not_one_certain_number_is_not_guessed(value):
    read = read_money(value, "万元")
    assert (read.amount, read.problem) == (None, "not_a_number")


@pytest.mark.parametrize("value", [True, datetime(2019, 3, 1), time(8), 10**15, "1" * 20])
def test_a_truth_a_date_or_an_amount_beyond_all_measure_is_no_amount(value):
    read = read_money(value, "万元")
    assert (read.amount, read.problem) == (None, "not_a_number")


@pytest.mark.parametrize("value", ["", "  ", "-", "—", "/", "无"])
def test_a_blank_or_a_stroke_is_nothing_and_not_zero(value):
    read = read_money(value, "万元")
    assert (read.amount, read.problem) == (None, None)


def test_every_change_on_the_way_is_told():
    assert read_money(12.5, "万元").steps == ()
    assert len(read_money("12.5", "万元").steps) == 1
    told = "".join(read_money("1.23456789亿", "万元").steps)
    assert "亿" in told and "10000" in told
    assert any("四舍五入" in step for step in read_money(1.23456, "万元").steps)


@pytest.mark.parametrize(
    ("value", "decimals"),
    [(12, 0), (12.5, 1), ("12.50", 2), ("1.20亿元", 2), ("1,234", 0), (1e-5, 5), (100.0, 0)],
)
def test_how_many_decimals_a_number_shows(value, decimals):
    assert shown_decimals(value) == decimals


@pytest.mark.parametrize(
    ("value", "unit"),
    [("1.2亿元", "亿元"), ("3万", "万元"), ("12", None), (12, None), ("约", None)],
)
def test_a_cell_names_its_own_unit_or_none(value, unit):
    assert cell_unit(value) == unit


DAY_SPELLINGS = (
    "{y}-{m:02}-{d:02}", "{y}-{m}-{d}", "{y}/{m}/{d}", "{y}.{m}.{d}", "{y}.{m:02}.{d:02}",
    "{y}年{m}月{d}日", "{y}年{m:02}月{d:02}日", "{y} 年 {m} 月 {d} 日", "{y}年{m}月{d}",
    "{y}{m:02}{d:02}", "{y}-{m:02}-{d:02} 00:00:00", "{y}-{m:02}-{d:02}T00:00:00",
    "{y}/{m}/{d} 0:00", "{y}-{m}-{d} 10:30",
)  # fmt: skip


@pytest.mark.parametrize("spelling", DAY_SPELLINGS)
@given(day=days)
def test_any_day_in_any_spelling_reads_back(spelling, day):
    written = spelling.format(y=day.year, m=day.month, d=day.day)
    for text in (written, written.translate(FULL_WIDTH)):
        read = read_date(text)
        assert (read.day, read.precision, read.problem) == (day, "day", None), text


@pytest.mark.parametrize(
    "spelling",
    [
        "{y}-{m:02}",
        "{y}/{m}",
        "{y}.{m}",
        "{y}年{m}月",
        "{y} 年 {m:02} 月",
        "{y}{m:02}",
        "{y}年{m}月份",
        "{y}年{m}月底",
        "{y}年{m}月上旬",
    ],
)
@given(day=days)
def test_a_month_is_its_first_day_with_a_note(spelling, day):
    read = read_date(spelling.format(y=day.year, m=day.month))
    assert (read.day, read.precision) == (day.replace(day=1), "month")
    assert read.steps


@pytest.mark.parametrize("spelling", ["{y}", "{y}年", "{y}年底", "{y}年度"])
@given(day=days)
def test_a_year_is_its_first_day_with_a_note(spelling, day):
    read = read_date(spelling.format(y=day.year))
    assert (read.day, read.precision) == (date(day.year, 1, 1), "year")
    assert read.steps


@given(days)
def test_days_stored_by_excel_read_back(day):
    assert read_date(datetime(day.year, day.month, day.day)).day == day
    assert read_date(day).day == day


@given(st.dates(min_value=date(1955, 1, 1), max_value=date(2099, 12, 31)))
def test_excel_serials_read_back_with_a_note(day):
    read = read_date(float((day - date(1899, 12, 30)).days))
    assert read.day == day and read.steps


def test_a_published_serial_is_its_day():
    assert read_date(45597).day == date(2024, 11, 1)


@pytest.mark.parametrize(
    ("written", "day", "precision"),
    [
        ("二〇一九年三月十五日", date(2019, 3, 15), "day"),
        ("二○一九年十二月二十五日", date(2019, 12, 25), "day"),
        ("二零一九年十月三十一日", date(2019, 10, 31), "day"),
        ("二〇一九年十一月", date(2019, 11, 1), "month"),
        ("二〇一九年", date(2019, 1, 1), "year"),
        ("19年3月5日", date(2019, 3, 5), "day"),
        (201903.0, date(2019, 3, 1), "month"),
        (20190315, date(2019, 3, 15), "day"),
        (2019, date(2019, 1, 1), "year"),
        (2019.3, date(2019, 3, 1), "month"),
        (2019.12, date(2019, 12, 1), "month"),
    ],
)
def test_dates_people_write_otherwise(written, day, precision):
    read = read_date(written)
    assert (read.day, read.precision) == (day, precision)


@pytest.mark.parametrize(
    "written",
    [
        "3月15日", "3月", "上半年", "2019-02-30", "2019-13-01", "2019年13月", "2019-2020",
        "2019.3-2020.10", "近期", "1899-01-01", "2019年3月15日至20日", "9999999", True, time(8), 12.5,
    ],
)  # fmt: skip
def test_a_date_that_is_unclear_is_not_guessed(written):
    read = read_date(written)
    assert (read.day, read.problem) == (None, "not_a_date")


def test_october_and_january_cannot_be_told_apart_in_a_number():
    assert read_date(2019.1).problem == "not_a_date"
    assert read_date("2019.10").day == date(2019, 10, 1)


@pytest.mark.parametrize(
    ("written", "day", "precision"),
    [
        ("2022年9月30日前", "2022-09-30", "day"),
        ("2022-09-30之前", "2022-09-30", "day"),
        ("2022.9.30 前完成", "2022-09-30", "day"),
        ("2022年2月底", "2022-02-28", "day"),
        ("2024年2月底前", "2024-02-29", "day"),
        ("2022年9月末", "2022-09-30", "day"),
        ("2022年底前办结", "2022-12-31", "day"),
        ("2022年9月", "2022-09-01", "month"),
        ("2022年9月前", "2022-09-01", "month"),
        ("2022-09-30 00:00:00", "2022-09-30", "day"),
        (datetime(2022, 9, 30), "2022-09-30", "day"),
    ],
)
def test_the_day_until_which_something_is_due(written, day, precision):
    due = read_deadline(written)
    assert (str(due.day), due.precision, due.problem) == (day, precision, None)


@pytest.mark.parametrize("written", ["9月底前", "前", "以前", "春节前", "2022年13月底", "立行立改"])
def test_a_deadline_nobody_can_tell_is_not_guessed(written):
    assert read_deadline(written).problem == "not_a_date"


@pytest.mark.parametrize("written", ["", "—", "无", 44834.0])
def test_a_deadline_without_more_words_is_read_like_any_date(written):
    assert read_deadline(written) == read_date(written)


@pytest.mark.parametrize("written", ["", " ", "—", "/", "未开工", "尚未开工", "未竣工"])
def test_not_yet_is_no_date_and_no_problem(written):
    read = read_date(written)
    assert (read.day, read.problem) == (None, None)


@given(st.text(max_size=12) | st.floats() | st.integers())
def test_nothing_typed_into_a_cell_can_break_the_reading(value):
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return
    assert read_date(value).problem in (None, "not_a_date")
    assert read_money(value, "万元").problem in (None, "not_a_number")
