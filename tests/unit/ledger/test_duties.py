"""The due dates in the work database: those of the plan as it stands now, for dbt and for reminders."""

from datetime import date, datetime

import pytest

from pipelines.database import open_in_memory
from pipelines.declarations.district import DistrictTables, Duty
from pipelines.ledger.duties import store_due_dates
from pipelines.ledger.registry import REFERENCE_FOLDER
from pipelines.ledger.work_database import upgrade

CALENDAR = REFERENCE_FOLDER / "working_calendar.csv"


@pytest.fixture
def ledger():
    with open_in_memory() as connection:
        upgrade(connection, ())
        yield connection


def a_duty(first, last=None, rule="+5wd"):
    return Duty("progress_report", "jia", "monthly", rule, first, last, None)


def a_district(*plan):
    return DistrictTables((), plan, ())


def test_the_due_dates_are_replaced_by_those_of_the_plan(ledger):
    store_due_dates(ledger, a_district(a_duty("2018-12")), 2019, CALENDAR)
    assert ledger.execute("select count(*) from config.due_dates").fetchall() == [(13,)]
    assert store_due_dates(ledger, a_district(a_duty("2019-03", "2019-03")), 2019, CALENDAR) == []
    assert ledger.execute("from config.due_dates").fetchall() == [
        (
            "progress_report",
            "jia",
            "2019-03",
            date(2019, 3, 31),
            datetime(2019, 4, 8, 23, 59, 59),
            False,
        )
    ]


def test_an_empty_plan_leaves_no_due_dates(ledger):
    store_due_dates(ledger, a_district(a_duty("2019-01")), 2019, CALENDAR)
    assert store_due_dates(ledger, a_district(), 2019, CALENDAR) == []
    assert ledger.execute("from config.due_dates").fetchall() == []


def test_the_operator_hears_of_a_calendar_that_does_not_reach_far_enough(ledger):
    (warning,) = store_due_dates(ledger, a_district(a_duty("2026-12")), 2026, CALENDAR)
    assert "2027" in warning and "provisional" in warning
