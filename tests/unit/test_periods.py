"""Reporting periods: the one grammar, the days, the words and the order (contract §4)."""

from itertools import pairwise

import pytest

from pipelines.periods import (
    period_name,
    period_order,
    period_words,
    periods_of_year,
    read_period,
    return_period,
)


@pytest.mark.parametrize(
    ("text", "kind", "starts", "ends"),
    [
        ("2019", "year", "2019-01-01", "2019-12-31"),
        ("2019-12", "month", "2019-12-01", "2019-12-31"),
        ("2020-02", "month", "2020-02-01", "2020-02-29"),
        ("2019-02-H1", "half_month", "2019-02-01", "2019-02-15"),
        ("2019-02-H2", "half_month", "2019-02-16", "2019-02-28"),
        ("2019-03-H2", "half_month", "2019-03-16", "2019-03-31"),
        ("2019-W01", "week", "2018-12-31", "2019-01-06"),
        ("2020-W53", "week", "2020-12-28", "2021-01-03"),
    ],
)
def test_a_period_has_a_first_and_a_last_day(text, kind, starts, ends):
    period = read_period(text)
    assert (period.name, period.kind) == (text, kind)
    assert (period.starts.isoformat(), period.ends.isoformat()) == (starts, ends)
    assert return_period(text) == period


@pytest.mark.parametrize(
    "text",
    [
        "", "19", "2019-", "2019-0", "2019-13", "2019-00", "2019-3", "2019-03-H3", "2019-03-h1",
        "2019-H1", "2019-W00", "2019-W53", "2019-W1", "2019-W10-H1", "201903", "2019年3月", "2019-03-05",
        " 2019", "2019\n", "２０１９", "Jun-19", "0000",
    ],
)  # fmt: skip
def test_anything_else_is_no_period(text):
    assert return_period(text) is None
    with pytest.raises(ValueError, match="is no period"):
        read_period(text)


@pytest.mark.parametrize("text", ["1999", "1999-12", "2100", "0219-03"])
def test_no_return_is_of_a_year_that_no_title_tells(text):
    assert read_period(text).name == text
    assert return_period(text) is None


def test_the_last_year_python_knows_has_a_last_day():
    assert read_period("9999-11").ends.isoformat() == "9999-11-30"
    with pytest.raises(ValueError, match="is no period"):
        read_period("9999-12")


@pytest.mark.parametrize(
    ("kind", "year", "count", "first", "last"),
    [
        ("year", 2019, 1, "2019", "2019"),
        ("month", 2019, 12, "2019-01", "2019-12"),
        ("half_month", 2019, 24, "2019-01-H1", "2019-12-H2"),
        ("week", 2019, 52, "2019-W01", "2019-W52"),
        ("week", 2020, 53, "2020-W01", "2020-W53"),
    ],
)
def test_the_periods_of_a_year_follow_each_other(kind, year, count, first, last):
    periods = list(periods_of_year(kind, year))
    assert (len(periods), periods[0].name, periods[-1].name) == (count, first, last)
    assert {period.kind for period in periods} == {kind}
    assert all((b.starts - a.ends).days == 1 for a, b in pairwise(periods))


@pytest.mark.parametrize(
    ("parts", "name"), [((2019,), "2019"), ((2019, 3), "2019-03"), ((2019, 3, 2), "2019-03-H2")]
)
def test_a_period_is_written_in_one_way(parts, name):
    assert period_name(*parts) == name


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("2019", "2019年"),
        ("2019-03", "2019年3月"),
        ("2019-03-H1", "2019年3月上半月"),
        ("2019-12-H2", "2019年12月下半月"),
        ("2019-W05", "2019年第5周"),
        ("2019-W01", "2019年第1周"),
    ],
)
def test_a_period_is_said_as_people_write_it(period, words):
    assert period_words(period) == words


def test_a_months_report_comes_after_its_halves():
    mixed = ["2019-04-H1", "2019-03", "2019-03-H2", "2019-03-H1", "2019-02", "2018"]
    assert sorted(mixed, key=period_order) == [
        "2018", "2019-02", "2019-03-H1", "2019-03-H2", "2019-03", "2019-04-H1",
    ]  # fmt: skip
