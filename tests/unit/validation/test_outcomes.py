"""Every rule has an outcome on every return: it holds, it fails, or it was not evaluated and why."""

import pytest
from small_district import Arrival, a_desk, declared_rules

LEDGER = """
2019年重点项目台账（单位：万元）
项目名称 | 总投资 | 年度计划投资
滨河路 | 5000 | 2000
三纬路 | 3000 | 1000
"""
REPORT = """
2019年5月进展情况表（单位：万元）
项目名称 | 本月完成投资 | 本年累计完成投资 | 自开工累计完成投资
滨河路 | 5 | 10 | 30
三纬路 | 5 | 20 | 60
合计 | 10 | 30 | 90
"""
JUNE = {"A1": "2019年6月进展情况表（单位：万元）"}


def outcomes(desk, receipt_id):
    return {
        rule_id: (outcome, because)
        for rule_id, outcome, because in desk.connection.execute(
            "select rule_id, outcome, not_evaluated_because from raw.rule_outcomes"
            " where receipt_id = ?",
            [receipt_id],
        ).fetchall()
    }


@pytest.fixture
def desk():
    with a_desk() as made:
        made.load({"ledger": Arrival("jia", LEDGER)})
        yield made


def test_every_rule_of_the_form_has_one_outcome_on_every_return(desk):
    desk.load({"may": Arrival("jia", REPORT)})
    rules = {rule.rule_id for rule in declared_rules().of_form("progress_report")}
    assert outcomes(desk, "may").keys() == rules
    assert outcomes(desk, "may")["GEN-204"] == ("1", None)


def test_a_cell_that_cannot_be_read_leaves_open_the_rules_that_need_it_and_no_others(desk):
    desk.load({"may": Arrival("jia", REPORT, {"C3": "约10"})})
    found = outcomes(desk, "may")
    assert found["GEN-204"] == ("0", None)
    for rule_id in ("PRG-202", "PRG-203", "PRG-206", "GEN-108"):
        assert found[rule_id] == ("NA", "cell_unreadable"), rule_id
    assert found["PRG-201"] == ("1", None)


def test_an_unreadable_cell_does_not_fail_the_rules_that_need_it(desk):
    findings = desk.load({"may": Arrival("jia", REPORT, {"C3": "约10"})})
    assert [finding.rule_id for finding in findings] == ["GEN-204"]


def test_nothing_to_compare_with_is_no_pass(desk):
    desk.load({"may": Arrival("jia", REPORT)})
    assert outcomes(desk, "may")["PRG-303"] == ("NA", "nothing_to_compare")
    later = {"B3": "5", "C3": "15", "D3": "35", "B4": "1", "C4": "21", "D4": "61"}
    totals = {"B5": "6", "C5": "36", "D5": "96"}
    desk.load({"june": Arrival("jia", REPORT, JUNE | later | totals)})
    assert outcomes(desk, "june")["PRG-303"] == ("1", None)


def test_a_column_that_is_not_there_leaves_nothing_to_check(desk):
    without = {"D2": "", "D3": "", "D4": "", "D5": ""}
    desk.load({"may": Arrival("jia", REPORT, without)})
    assert outcomes(desk, "may")["PRG-203"] == ("NA", "nothing_to_check")


def test_a_file_that_cannot_be_read_says_so_for_every_rule_but_the_first(desk):
    desk.load({"bad": Arrival("jia", data=b"%PDF-1.7")})
    found = outcomes(desk, "bad")
    assert found.pop("GEN-001") == ("0", None)
    assert found.pop("GEN-007") == ("1", None)
    assert set(found.values()) == {("NA", "unreadable")}


def test_an_identical_file_is_not_judged_again(desk):
    desk.load({"may": Arrival("jia", REPORT)})
    desk.load({"again": Arrival("jia", REPORT)})
    assert set(outcomes(desk, "again").values()) == {("NA", "duplicate")}


def test_an_outcome_knows_the_version_of_its_rule_and_the_load_that_gave_it(desk):
    desk.load({"may": Arrival("jia", REPORT)})
    rows = desk.connection.execute(
        "select distinct rule_version, load_id from raw.rule_outcomes where receipt_id = 'may'"
        " order by 1"
    ).fetchall()
    assert rows == [(1, "2"), (2, "2")]
