"""Due dates against a slow counter that shares nothing with the product but the calendar file.

It names the period of every single day, and counts working days one day after the other.
"""

import csv
from collections import defaultdict
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.declarations.deadlines import due_dates, load_calendar
from pipelines.declarations.district import Duty, Unit
from pipelines.ledger.registry import CALENDAR_FILE

YEARS = range(2015, 2027)
CALENDAR = load_calendar(CALENDAR_FILE)
NAMED = {
    "annual": lambda day: f"{day:%Y}",
    "monthly": lambda day: f"{day:%Y-%m}",
    "half_monthly": lambda day: f"{day:%Y-%m}-H{1 if day.day < 16 else 2}",
    "weekly": lambda day: f"{day:%G-W%V}",
}
CADENCES = st.sampled_from(sorted(NAMED))
RULES = st.one_of(
    st.integers(0, 30).map("+{}wd".format),
    st.integers(0, 60).map("+{}d".format),
    st.integers(0, 200).map("start+{}d".format),
)


@cache
def special_days():
    with CALENDAR_FILE.open(encoding="utf-8", newline="") as handle:
        return {
            row["calendar_date"]: row["is_working_day"] == "true" for row in csv.DictReader(handle)
        }


@cache
def days_of_periods(cadence):
    """Period → its days, over all years and a bit around them."""
    days = defaultdict(list)
    day = date(YEARS[0] - 1, 12, 1)
    while day < date(YEARS[-1] + 1, 2, 1):
        days[NAMED[cadence](day)].append(day)
        day += timedelta(days=1)
    return {name: found for name, found in days.items() if int(name[:4]) in YEARS}


def is_worked(day):
    return special_days().get(f"{day:%Y-%m-%d}", day.isoweekday() <= 5)


def slow_due_day(rule, days):
    number = int("".join(filter(str.isdigit, rule)))
    if rule.startswith("start"):
        return days[0] + timedelta(days=number)
    if rule.endswith("wd"):
        later = (days[-1] + timedelta(days=n) for n in range(1, 400))
        worked = [day for day in later if is_worked(day)]
        return worked[number - 1] if number else days[-1]
    return days[-1] + timedelta(days=number)


def month_of(period, days):
    """The month in which a period ends; what runs into the next year ends with its own."""
    return 12 if days[-1].year > int(period[:4]) else days[-1].month


@settings(max_examples=150, deadline=None)
@given(cadence=CADENCES, rule=RULES, year=st.sampled_from(YEARS))
@example("weekly", "+1wd", 2020)
@example("weekly", "+3wd", 2015)
@example("monthly", "+5wd", 2023)
@example("half_monthly", "+2wd", 2024)
def test_every_due_day_is_the_one_counted_slowly(cadence, rule, year):
    duty = Duty("f", "jia", cadence, rule, None, None, None)
    found = {due.period: due.due_at.date() for due in due_dates([duty], CALENDAR, [year])}
    wanted = {
        period: slow_due_day(rule, days)
        for period, days in days_of_periods(cadence).items()
        if int(period[:4]) == year
    }
    assert found == wanted


@settings(max_examples=100, deadline=None)
@given(
    cadence=st.sampled_from(["monthly", "half_monthly", "weekly"]),
    year=st.sampled_from(YEARS),
    skipped=st.sets(st.integers(1, 12)),
)
def test_skipped_months_take_with_them_what_ends_in_them(cadence, year, skipped):
    skip = ";".join(f"{month:02d}" for month in sorted(skipped)) or None
    duty = Duty("f", "jia", cadence, "+1d", None, None, skip)
    found = {due.period for due in due_dates([duty], CALENDAR, [year])}
    assert found == {
        period
        for period, days in days_of_periods(cadence).items()
        if int(period[:4]) == year and month_of(period, days) not in skipped
    }


@settings(max_examples=100, deadline=None)
@given(
    cadence=CADENCES,
    kinds=st.tuples(CADENCES, CADENCES),
    span=st.tuples(st.dates(date(2018, 1, 1), date(2022, 12, 31)), st.integers(0, 700)),
)
def test_bounds_of_any_kind_hold_for_any_cadence(cadence, kinds, span):
    """A period is asked for where the day that it ends on, within its year, lies between the bounds."""
    day, length = span
    first = NAMED[kinds[0]](day)
    last = NAMED[kinds[1]](day + timedelta(days=length))
    duty = Duty("f", "jia", cadence, "+1d", first, last, None)
    found = {due.period for due in due_dates([duty], CALENDAR, YEARS)}
    opens = days_of_periods(kinds[0])[first][0]
    closes = days_of_periods(kinds[1])[last][-1]
    assert found == {
        period
        for period, days in days_of_periods(cadence).items()
        if opens <= min(days[-1], date(int(period[:4]), 12, 31)) <= closes
    }


def periods_asked_of(cadence, rule, valid_from, valid_to, **bounds):
    unit = Unit("jia", "甲镇", "township", (), True, None, None, valid_from, valid_to)
    duty = Duty("f", "jia", cadence, rule, bounds.get("first"), bounds.get("last"), None)
    return [due.period for due in due_dates([duty], CALENDAR, [2020], [unit])]


@pytest.mark.parametrize(
    ("cadence", "valid_from", "valid_to", "first", "last"),
    [
        ("monthly", None, "2020-06-30", "2020-01", "2020-06"),
        ("monthly", None, "2020-06-29", "2020-01", "2020-05"),
        ("monthly", "2020-06-30", None, "2020-06", "2020-12"),
        ("monthly", "2020-07-01", None, "2020-07", "2020-12"),
        ("half_monthly", "2020-02-16", "2020-06-15", "2020-02-H2", "2020-06-H1"),
        # 2020-W26 ends on Sunday 28 June
        ("weekly", None, "2020-06-28", "2020-W01", "2020-W26"),
        ("weekly", "2020-06-29", None, "2020-W27", "2020-W53"),
    ],
)
def test_a_unit_owes_the_periods_on_whose_last_day_it_is_there(
    cadence, valid_from, valid_to, first, last
):
    asked = periods_asked_of(cadence, "+5wd", valid_from, valid_to)
    assert (asked[0], asked[-1]) == (first, last)


@pytest.mark.parametrize(
    ("rule", "valid_from", "valid_to", "asked"),
    [
        # due on 21 January, within the period: a unit that ends later owes it, one that begins later does not
        ("start+20d", None, "2020-06-30", ["2020"]),
        ("start+20d", None, "2020-01-20", []),
        ("start+20d", "2020-07-01", None, []),
        ("+5wd", None, "2020-06-30", []),
        ("+5wd", "2020-07-01", None, ["2020"]),
    ],
)
def test_what_is_due_within_its_period_is_owed_by_who_is_there_on_the_due_day(
    rule, valid_from, valid_to, asked
):
    assert periods_asked_of("annual", rule, valid_from, valid_to) == asked


def test_the_last_week_of_a_year_belongs_to_it():
    """2020-W53 ends on 3 January 2021."""
    assert periods_asked_of("weekly", "+1d", None, None, last="2020")[-1] == "2020-W53"
    assert periods_asked_of("weekly", "+1d", None, None, first="2020-12")[-1] == "2020-W53"
    assert periods_asked_of("weekly", "+1d", None, None, first="2021") == []
