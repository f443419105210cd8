"""How far a release may lie from the one in place: limits are settings, off by default."""

from decimal import Decimal
from math import inf

import pytest
from releases import change_marts, publish_marts

from pipelines.problems import OperatorError
from pipelines.release.comparison import beyond_limits, changes
from pipelines.release.editions import EDITIONS
from pipelines.release.manifest import TableFacts, read_manifest
from pipelines.release.publishing import current_release
from pipelines.release.record import events
from pipelines.settings import ReleaseSettings


def facts(rows, total=None, units=None, content=None):
    totals = {} if total is None else {"plan_year_wanyuan": Decimal(total)}
    return TableFacts(
        rows=rows, content=content or f"{rows}{total}{units}", totals=totals, units=units
    )


CASES = {
    "grown_within": ({"max_row_change_rate": 0.1}, facts(100), facts(110), 0),
    "grown_beyond": ({"max_row_change_rate": 0.1}, facts(100), facts(111), 1),
    "shrunk_beyond": ({"max_row_change_rate": 0.1}, facts(100), facts(89), 1),
    "emptied": ({"max_row_change_rate": 0.5}, facts(100), facts(0), 1),
    "was_empty": ({"max_row_change_rate": 0.1, "max_total_change_rate": 0.1}, facts(0), facts(9, "5"), 0),
    "total_beyond": ({"max_total_change_rate": 0.2}, facts(3, "-50"), facts(3, "-61"), 1),
    "total_of_zero": ({"max_total_change_rate": 0.2}, facts(3, "0"), facts(3, "61"), 0),
    "total_vanished": ({"max_total_change_rate": 0.2}, facts(3, "61"), facts(3), 1),
    "unit_lost": ({"max_unit_change": 1}, facts(3, units=5), facts(3, units=3), 1),
    "unit_within": ({"max_unit_change": 2}, facts(3, units=5), facts(3, units=3), 0),
    "units_of_an_empty_table": ({"max_unit_change": 2}, facts(0, units=0), facts(9, units=3), 1),
    "no_limits": ({}, facts(100, "5", 9), facts(0, "900", 0), 0),
    "not_at_all": ({"max_row_change_rate": 0}, facts(100), facts(101), 1),
    "the_table_has_its_own": (
        {"max_row_change_rate": 0.1, "tables": {"t": {"max_row_change_rate": inf}}}, facts(1), facts(9), 0
    ),
    "the_rest_holds_for_it_too": (
        {"max_unit_change": 0, "tables": {"t": {"max_row_change_rate": inf}}},
        facts(1, units=1), facts(9, units=2), 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_change_beyond_its_limit_is_told(case):
    settings, before, after, count = CASES[case]
    found = beyond_limits({"t": before}, {"t": after}, ReleaseSettings.model_validate(settings))
    assert len(found) == count, found
    assert all(fault.startswith("t, ") and "limit" in fault for fault in found)


def test_a_table_that_is_new_has_nothing_to_be_compared_with_and_one_that_is_gone_has():
    limits = ReleaseSettings(max_row_change_rate=0.5)
    assert beyond_limits({}, {"t": facts(9)}, limits) == []
    assert beyond_limits({"t": facts(9)}, {}, limits) == [
        "t, rows: 9 before, 0 now: changed by 100.0%, the limit is 50.0%"
    ]


def test_equal_figures_over_other_rows_are_a_change_too():
    same = facts(3, "5", content="a"), facts(3, "5", content="b")
    assert list(changes({"t": same[0]}, {"t": same[1]})) == ["t"]
    assert changes({"t": same[0]}, {"t": same[0]}) == {}


def test_a_release_that_changed_too_much_is_held_back_until_somebody_says_why(home):
    first = publish_marts(home)
    change_marts(home, "delete from marts.fct_investment where row_number = 3")
    with pytest.raises(OperatorError) as held:
        publish_marts(home, max_row_change_rate=0.2)
    words = str(held.value)
    assert "fct_investment, rows: 2 before, 1 now: changed by 50.0%, the limit is 20.0%" in words
    assert '--accept-change "REASON"' in words
    assert current_release(home) == first.folder
    assert [p.name for p in first.folder.parent.iterdir()] == ["1"]
    with pytest.raises(OperatorError, match="held back"):
        publish_marts(home, accepted_change=" ", max_row_change_rate=0.2)
    folder = publish_marts(home, accepted_change=" 甲镇撤回一项", max_row_change_rate=0.2).folder
    manifests = [read_manifest(folder, edition) for edition in EDITIONS]
    assert [m.accepted_change for m in manifests] == [None, "甲镇撤回一项"]
    assert [m.is_change_accepted for m in manifests] == [True, True]
    assert events(home)[-1].reason == "甲镇撤回一项"


def test_a_reason_nobody_needed_is_not_noted(home):
    publish_marts(home, accepted_change="第一次")
    change_marts(home, "delete from marts.fct_investment where row_number = 3")
    folder = publish_marts(home, accepted_change="以防万一", max_row_change_rate=0.9).folder
    manifests = [read_manifest(folder, edition) for edition in EDITIONS]
    assert {(m.accepted_change, m.is_change_accepted) for m in manifests} == {(None, False)}
    assert [event.reason for event in events(home)] == [None, None]


def test_why_a_change_was_accepted_stands_in_no_open_file(home):
    publish_marts(home)
    change_marts(home, "delete from marts.fct_investment")
    folder = publish_marts(home, accepted_change="联系人13911110001", max_row_change_rate=0).folder
    telling = [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and b"13911110001" in path.read_bytes()
    ]
    assert telling == ["statistics.manifest.json"]


def test_restricted_tables_are_compared_too(home):
    publish_marts(home)
    change_marts(home, "delete from marts_restricted.fct_fai_reconciliation")
    with pytest.raises(OperatorError, match="fct_fai_reconciliation"):
        publish_marts(home, max_total_change_rate=0.2)


def test_without_limits_nothing_is_held_back(home):
    publish_marts(home)
    change_marts(home, "delete from marts.fct_investment")
    assert publish_marts(home).release_id == 2
