"""What each week at least asks for: read as written, contradictions named with their row."""

from datetime import date

import pytest
from declared_policies import added, changed, only, only_fault, read_policies_of

from pipelines.declarations.weekly_minimums import WeeklyMinimum


def test_minimums_are_read_as_written(tmp_path):
    assert read_policies_of(tmp_path).policies.weekly_minimums == (
        WeeklyMinimum("2019-1", date(2019, 3, 1), "site_visits", "project", 2, "每周实地检查", 2),
        WeeklyMinimum("2019-1", date(2019, 3, 1), "problems_solved_on_site", "project", 1, None, 3),
        WeeklyMinimum("2019-2", date(2019, 7, 1), "site_visits", "unit", 3, None, 4),
    )


def test_a_district_may_have_none(tmp_path):
    assert read_policies_of(tmp_path, weekly_minimums=None).policies.weekly_minimums == ()


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("2019-2,2019-07-01,site_visits,project,1,", "row 5: version 2019-2 already has a minimum of site_visits in row 4; a week asks for one, of one scope"),
        (",2019-07-01,problems_solved_on_site,unit,1,", "row 5: rule_version is blank"),
        ("2019-2,7月,problems_solved_on_site,unit,1,", "row 5: valid_from is a date like 2019-01-01, not “7月”"),
        ("2019-2,2019-07-01,meetings,unit,1,", "row 5: measure is one of site_visits, problems_solved_on_site, not “meetings”"),
        ("2019-2,2019-07-01,problems_solved_on_site,township,1,", "row 5: scope is one of project, unit, district, not “township”"),
        ("2019-2,2019-07-01,problems_solved_on_site,unit,0,", "row 5: minimum is a whole number from 1 on, like 2, not “0”"),
        ("2019-2,2019-07-01,problems_solved_on_site,unit,1.5,", "row 5: minimum is a whole number"),
        ("2019-2,2019-07-01,problems_solved_on_site,unit,,", "row 5: minimum is blank"),
        ("2019-2,2019-08-01,problems_solved_on_site,unit,1,", "row 5: version 2019-2 starts on 2019-08-01 here and on 2019-07-01 in row 4"),
        ("2019-3,2019-07-01,problems_solved_on_site,unit,1,", "row 5: version 2019-3 starts on 2019-07-01 like version 2019-2 (row 4)"),
    ],
)  # fmt: skip
def test_a_minimum_that_cannot_be_asked_is_named(tmp_path, row, expected):
    told = only_fault(tmp_path, **added("weekly_minimums", row))
    assert f"weekly_minimums.csv: {expected}" in told


def test_a_column_that_is_missing_is_named(tmp_path):
    told = only_fault(tmp_path, **changed("weekly_minimums", "scope,", "who,"))
    assert "weekly_minimums.csv: column(s) missing: scope" in told


def test_weeks_before_the_first_version_ask_for_nothing(tmp_path):
    late = only("weekly_minimums", "2019-1,2019-11-04,site_visits,district,5,")
    assert len(read_policies_of(tmp_path, **late).policies.weekly_minimums) == 1
