"""Until when a return is due: the statistician's cases, counted by hand on the official calendar."""

from datetime import date, datetime

import pytest

from pipelines.declarations.deadlines import (
    due_dates,
    is_late,
    load_calendar,
    reporting_years,
    unannounced_years,
)
from pipelines.declarations.district import Duty
from pipelines.ledger.registry import REFERENCE_FOLDER
from pipelines.problems import DeclarationError


@pytest.fixture(scope="module")
def calendar():
    return load_calendar(REFERENCE_FOLDER / "working_calendar.csv")


def duty(cadence="monthly", rule="+5wd", first=None, last=None, skip=None):
    return Duty("progress_report", "jia", cadence, rule, first, last, skip)


def due_day(calendar, cadence, rule, period):
    """The day until whose end one period is due."""
    found = {
        due.period: due.due_at
        for due in due_dates([duty(cadence, rule)], calendar, [int(period[:4])])
    }
    assert found[period].time().isoformat() == "23:59:59"
    return found[period].date().isoformat()


@pytest.mark.parametrize(
    ("cadence", "rule", "period", "day"),
    [
        # an ordinary month: 31 March 2019 is a Sunday, 5 April 清明节 a Friday off
        ("monthly", "+5wd", "2019-03", "2019-04-08"),
        # 国庆节: 1 to 7 October off, Saturday 12 October made up
        ("monthly", "+5wd", "2019-09", "2019-10-12"),
        # 春节 2019: 4 to 10 February off, Saturday 2 and Sunday 3 made up
        ("monthly", "+5wd", "2019-01", "2019-02-12"),
        # 春节 2020, prolonged to 2 February: Saturday 1 February was not worked after all
        ("monthly", "+5wd", "2020-01", "2020-02-07"),
        # 元旦 in another year than the period
        ("monthly", "+1wd", "2019-12", "2020-01-02"),
        # calendar days take no heed of holidays
        ("monthly", "+3d", "2019-09", "2019-10-03"),
        ("monthly", "+0d", "2019-04", "2019-04-30"),
        # a leap year's February
        ("monthly", "+1d", "2020-02", "2020-03-01"),
        ("monthly", "+1d", "2019-02", "2019-03-01"),
        ("half_monthly", "+2d", "2020-02-H1", "2020-02-17"),
        ("half_monthly", "+2d", "2020-02-H2", "2020-03-02"),
        ("half_monthly", "start+5d", "2020-02-H2", "2020-02-21"),
        # the first half of October 2019 ends on a Tuesday; the second on a Thursday
        ("half_monthly", "+3wd", "2019-10-H1", "2019-10-18"),
        ("half_monthly", "+3wd", "2019-10-H2", "2019-11-05"),
        # a return of the running period: 20 days after its first
        ("annual", "start+20d", "2025", "2025-01-21"),
        ("annual", "+5wd", "2018", "2019-01-08"),
        # 2020 has 53 ISO weeks; the last one ends in 元旦 2021
        ("weekly", "+1wd", "2020-W53", "2021-01-04"),
        ("weekly", "+1d", "2021-W01", "2021-01-11"),
        ("weekly", "+1wd", "2019-W40", "2019-10-08"),
    ],
)
def test_a_return_is_due_at_the_end_of_the_counted_day(calendar, cadence, rule, period, day):
    assert due_day(calendar, cadence, rule, period) == day


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2019, 4, 8, 23, 59, 59), False),
        # the last second is not over when it begins
        (datetime(2019, 4, 8, 23, 59, 59, 999_999), False),
        (datetime(2019, 4, 9), True),
        (date(2019, 4, 8), False),
        (date(2019, 4, 9), True),
    ],
)
def test_a_return_is_late_from_the_day_after(moment, expected):
    assert is_late(moment, datetime(2019, 4, 8, 23, 59, 59)) is expected


def periods(calendar, *duties, years=(2019,)):
    return [due.period for due in due_dates(duties, calendar, years)]


def test_january_reported_with_february_is_not_due_by_itself(calendar):
    found = due_dates([duty(skip="01")], calendar, [2019])
    assert [due.period for due in found][:2] == ["2019-02", "2019-03"]
    assert len(found) == 11
    assert found[0].due_at == datetime(2019, 3, 7, 23, 59, 59)


def test_skipped_months_leave_out_half_months_and_weeks_that_end_in_them(calendar):
    halves = periods(calendar, duty("half_monthly", skip="1;12"))
    assert (halves[0], halves[-1], len(halves)) == ("2019-02-H1", "2019-11-H2", 20)
    weeks = periods(calendar, duty("weekly", skip="01"))
    assert weeks[0] == "2019-W05"  # ends on 3 February


def test_a_duty_begins_and_ends_with_its_periods(calendar):
    assert periods(calendar, duty(first="2019-11")) == ["2019-11", "2019-12"]
    assert periods(calendar, duty(last="2019-02")) == ["2019-01", "2019-02"]
    assert periods(calendar, duty(first="2020")) == []
    assert periods(calendar, duty("half_monthly", first="2019-12", last="2019")) == [
        "2019-12-H1",
        "2019-12-H2",
    ]
    assert periods(calendar, duty("annual", first="2018", skip="12"), years=(2018, 2019)) == [
        "2018",
        "2019",
    ]


def test_a_return_sent_once_has_one_period(calendar):
    (due,) = due_dates([duty("once", "+3d", "2019-06")], calendar, [2019])
    assert (due.period, due.period_ends, due.due_at.date()) == (
        "2019-06",
        date(2019, 6, 30),
        date(2019, 7, 3),
    )
    assert periods(calendar, duty("once", "+3d", "2018-06")) == []


def test_a_year_not_announced_yet_counts_weekdays_and_is_named(calendar):
    plan = [duty(first="2026-12")]
    (due,) = due_dates(plan, calendar, [2026])
    assert due.due_at.date() == date(2027, 1, 7)  # 1 January 2027, a Friday, counted
    assert due.is_provisional
    assert unannounced_years([due], calendar) == [2027]


@pytest.mark.parametrize("announced", [duty(last="2026-11"), duty(rule="+5d"), duty(rule="+0wd")])
def test_a_due_date_is_certain_where_no_unknown_working_day_was_counted(calendar, announced):
    dues = due_dates([announced], calendar, [2026])
    assert not any(due.is_provisional for due in dues)
    assert unannounced_years(dues, calendar) == []


def test_earlier_years_keep_their_due_dates():
    assert list(reporting_years([duty(first="2017-03"), duty()], 2019)) == [2017, 2018, 2019]
    assert list(reporting_years([duty()], 2019)) == [2019]


def test_every_fault_of_the_plan_is_named_at_once(calendar):
    plan = [
        duty(first="2019-13"),
        duty(skip="13"),
        duty("once"),
        duty("weekly", first="2019-W53"),
        duty(),
        duty(rule="+3d"),
    ]
    with pytest.raises(DeclarationError) as fault:
        due_dates(plan, calendar, [2019])
    for named in ("2019-13", "“13”", "first_period", "2019-W53", "two rows make 2019-01 due"):
        assert named in fault.value.cause, named


def test_a_calendar_with_faults_names_them_all(tmp_path):
    path = tmp_path / "working_calendar.csv"
    path.write_text("calendar_date,is_working_day\n2019-02-30,true\n2019-10-01,closed\n", "utf-8")
    with pytest.raises(DeclarationError) as fault:
        load_calendar(path)
    assert "2019-02-30" in fault.value.cause
    assert "2019-10-01" in fault.value.cause
