"""Which version is in force: ledgers first, then period by period; a refused return replaces nothing."""

import pytest
from small_district import Arrival, a_desk

LEDGER = Arrival("fagai", "2019年重点项目台账（单位：万元）\n项目名称 | 总投资\n滨河路 | 5000")
REFUSED_LEDGER = Arrival(
    "fagai", "2019年重点项目台账（单位：万元）\n项目名称 | 总投资\n滨河路 | 约5000"
)


def month(number, ytd=10, unit="jia", project="滨河路"):
    return Arrival(
        unit,
        f"2019年{number}月进展情况表（单位：万元）\n项目名称 | 本年累计完成投资\n{project} | {ytd}",
        file_name=f"{number}月.xlsx",
    )


@pytest.fixture
def desk():
    with a_desk(are_rows_judged=False) as desk:
        yield desk


@pytest.fixture
def judging_desk():
    with a_desk() as desk:
        yield desk


def test_ledgers_take_effect_before_the_reports_of_the_same_load(desk):
    desk.load({"report": month(3), "ledger": LEDGER})
    assert desk.outcome("report").status == "accepted"
    assert (desk.outcome("report").form_id, desk.outcome("report").period) == (
        "progress_report",
        "2019-03",
    )


def test_the_months_of_one_load_are_judged_in_their_order_whatever_order_they_came_in(desk):
    desk.load(
        {"ledger": LEDGER, "march": month(3, 30), "january": month(1, 40), "february": month(2, 35)}
    )
    assert [desk.outcome(name).status for name in ("january", "february", "march")] == [
        "accepted",
        "refused",
        "refused",
    ]


def test_a_later_version_supersedes_the_earlier_and_is_counted(desk):
    desk.load({"ledger": LEDGER, "first": month(1, 10)})
    desk.load({"second": month(1, 20)})
    first, second = desk.outcome("first"), desk.outcome("second")
    assert (first.status, first.version_no, first.superseded_by) == ("accepted", 1, "second")
    assert (second.version_no, second.superseded_by) == (2, None)
    assert desk.in_force() == {"ledger", "second"}


def test_of_two_versions_in_one_load_the_later_file_is_the_later_version(desk):
    desk.load({"ledger": LEDGER, "first": month(1, 10), "second": month(1, 20)})
    assert desk.outcome("first").superseded_by == "second"
    assert desk.outcome("second").version_no == 2


def test_a_refused_return_replaces_nothing(desk):
    desk.load({"ledger": LEDGER, "first": month(1, 10)})
    desk.load({"bad": month(1, 20, project="无名路")})
    assert desk.outcome("bad").status == "refused"
    assert "PRG-301" in desk.outcome("bad").refused_because
    assert desk.outcome("bad").version_no is None
    assert desk.in_force() == {"ledger", "first"}


def test_a_refused_version_between_two_accepted_ones_is_not_counted(desk):
    unknown = month(1, 11, project="无名路")
    desk.load({"ledger": LEDGER, "1": month(1, 10), "2": unknown, "3": month(1, 12)})
    assert desk.outcome("3").version_no == 2
    assert desk.outcome("1").superseded_by == "3"


def test_the_same_bytes_as_the_version_in_force_are_a_duplicate(desk):
    desk.load({"ledger": LEDGER, "first": month(1, 10)})
    desk.load({"again": month(1, 10)})
    again = desk.outcome("again")
    assert (again.status, again.duplicate_of, again.version_no) == ("duplicate", "first", None)
    assert desk.in_force() == {"ledger", "first"}


def test_the_same_bytes_twice_in_one_load_are_one_return_and_one_duplicate(desk):
    desk.load({"ledger": LEDGER, "a": month(1, 10), "b": month(1, 10)})
    assert (desk.outcome("a").status, desk.outcome("b").status) == ("accepted", "duplicate")


def test_bytes_that_were_superseded_are_checked_afresh(desk):
    desk.load({"ledger": LEDGER, "first": month(1, 10)})
    desk.load({"second": month(1, 20)})
    desk.load({"first again": month(1, 10)})
    assert desk.outcome("first again").status == "accepted"
    assert desk.outcome("first again").version_no == 3


def test_bytes_that_were_refused_are_checked_afresh(desk):
    desk.load({"early": month(1)})
    assert desk.outcome("early").status == "refused"
    desk.load({"ledger": LEDGER, "now": month(1)})
    assert desk.outcome("now").status == "accepted"


def test_the_same_bytes_of_another_unit_are_no_duplicate(desk):
    desk.load({"ledger": LEDGER, "jia": month(1, 10), "yi": month(1, 10, unit="yi")})
    assert desk.outcome("yi").status == "accepted"


def test_a_warning_is_accepted_as_such(desk):
    desk.load({"ledger": LEDGER, "over": month(1, 5001)})
    assert desk.outcome("over").status == "accepted_with_warnings"


def test_a_return_whose_period_cannot_be_told_is_refused_and_keeps_its_form(desk):
    grid = "进展情况表（单位：万元）\n项目名称 | 本年累计完成投资\n滨河路 | 1"
    desk.load({"when": Arrival("jia", grid), "what": Arrival("jia", data=b"PK?")})
    when, what = desk.outcome("when"), desk.outcome("what")
    assert (when.status, when.form_id, when.period) == ("refused", "progress_report", None)
    assert (what.status, what.form_id) == ("refused", None)
    assert when.refused_because and what.refused_because


def test_what_the_statistics_unit_sends_is_restricted_even_where_it_cannot_be_read(desk):
    desk.load({"broken": Arrival("tongji", data=b"PK?"), "open": Arrival("jia", data=b"PK?")})
    restricted = dict(
        desk.connection.execute("select receipt_id, is_restricted from raw.receipts").fetchall()
    )
    assert restricted == {"broken": True, "open": False}


def test_half_months_and_months_are_slots_of_their_own(desk):
    half = Arrival("jia", month(1).grid.replace("1月", "1月上半月"))
    desk.load({"ledger": LEDGER, "half": half, "whole": month(1, 10)})
    assert desk.in_force() == {"ledger", "half", "whole"}


def test_every_refused_return_says_why(judging_desk):
    judging_desk.load({"a": month(3), "b": REFUSED_LEDGER, "c": Arrival("jia", "甲 | 乙\n1 | 2")})
    rows = judging_desk.connection.execute(
        "select status, refused_because from raw.receipts"
    ).fetchall()
    assert {status for status, _ in rows} == {"refused"}
    assert all(because and "〔" in because for _, because in rows)
