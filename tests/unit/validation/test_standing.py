"""Which findings stand: a rule holds for its periods, a waiver until it expires, a trial never refuses."""

from dataclasses import replace
from datetime import date

import pytest
from small_district import Arrival, a_desk, batch_of, declared_rules, judge

from pipelines.declarations.decisions import Waiver
from pipelines.validation.findings import Place, compose
from pipelines.validation.standing import Slot, is_valid, standing

TODAY = date(2019, 7, 5)
SLOT = Slot("jia", "progress_report", "2019-06", {"滨河路": "2019-130871-48-03-000001"})
NEGATIVE = declared_rules().by_id["PRG-201"]
WAIVER = Waiver(
    rule_id="PRG-201",
    unit_code="jia",
    form_id="progress_report",
    period="2019-06",
    project=None,
    requested_by="甲镇",
    approved_by="区发改局",
    reason="已书面说明",
    expires=date(2019, 12, 31),
)


def a_finding(project="滨河路", rule=NEGATIVE):
    return compose(rule, "r1", None, Place("进展", "C5", 5, rule.field, project), "-3", "不小于 0")


def test_a_waived_error_is_still_told_and_says_who_waived_it():
    (waived,) = standing([a_finding()], SLOT, [WAIVER], TODAY)
    assert (waived.severity, waived.rule.severity) == ("information", "error")
    assert (waived.waived_by, waived.waiver_expires) == ("区发改局", date(2019, 12, 31))
    assert "已批准豁免：已书面说明" in waived.message


@pytest.mark.parametrize(
    "change",
    [
        {"expires": date(2019, 7, 4)},
        {"unit_code": "yi"},
        {"form_id": "project_ledger"},
        {"period": "2019-05"},
        {"rule_id": "PRG-302"},
        {"project": "三纬路"},
    ],
)
def test_a_waiver_holds_for_nothing_else_and_not_for_ever(change):
    (finding,) = standing([a_finding()], SLOT, [replace(WAIVER, **change)], TODAY)
    assert finding.is_error
    assert finding.waived_by is None


@pytest.mark.parametrize("project", ["滨河路", "滨河路★", "2019-130871-48-03-000001"])
def test_a_waiver_names_its_project_by_name_or_by_code(project):
    (finding,) = standing([a_finding()], SLOT, [replace(WAIVER, project=project)], TODAY)
    assert finding.severity == "information"


def test_a_waiver_holds_on_the_day_it_expires():
    (finding,) = standing([a_finding()], SLOT, [replace(WAIVER, expires=TODAY)], TODAY)
    assert finding.severity == "information"


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "stands"),
    [
        (date(2000, 1, 1), None, True),
        (date(2019, 6, 30), None, True),
        (date(2019, 7, 1), None, False),
        (date(2000, 1, 1), date(2019, 6, 1), True),
        (date(2000, 1, 1), date(2019, 5, 31), False),
    ],
)
def test_a_rule_is_valid_from_the_period_in_which_it_begins(valid_from, valid_to, stands):
    rule = NEGATIVE.model_copy(update={"valid_from": valid_from, "valid_to": valid_to})
    assert bool(standing([a_finding(rule=rule)], SLOT, [], TODAY)) is stands


@pytest.mark.parametrize(
    ("valid_from", "valid"), [(TODAY, True), (date(2019, 7, 6), False), (date(2019, 6, 30), True)]
)
def test_a_rule_judges_a_return_without_a_period_by_todays_date(valid_from, valid):
    rule = NEGATIVE.model_copy(update={"valid_from": valid_from, "valid_to": None})
    assert is_valid(rule, None, TODAY) is valid


def test_a_rule_on_trial_is_counted_and_never_refuses():
    book = declared_rules().with_trials(["PRG-201"])
    (finding,) = [a_finding(rule=book.by_id["PRG-201"])]
    assert (finding.severity, finding.rule.trial) == ("information", True)


LEDGER = """
2019年重点项目台账（单位：万元）
项目名称 | 总投资 | 年度计划投资
滨河路 | 5000 | 2000
"""
REPORT = """
2019年6月进展情况表（单位：万元）
项目名称 | 本月完成投资 | 本年累计完成投资
滨河路 | -3 | 10
"""


def test_a_waived_return_is_accepted_and_the_ledger_keeps_why():
    with a_desk(waivers=[WAIVER]) as desk:
        desk.load({"ledger": Arrival("jia", LEDGER)})
        desk.load({"report": Arrival("jia", REPORT)})
        assert desk.outcome("report").status == "accepted"
        kept = desk.connection.execute(
            "select rule_id, severity, declared_severity, waived_by, waiver_reason"
            " from raw.findings where receipt_id = 'report'"
        ).fetchall()
        assert kept == [("PRG-201", "information", "error", "区发改局", "已书面说明")]


def test_without_a_waiver_the_same_return_is_refused():
    with a_desk() as desk:
        desk.load({"ledger": Arrival("jia", LEDGER)})
        desk.load({"report": Arrival("jia", REPORT)})
        assert desk.outcome("report").status == "refused"


def test_a_batch_is_judged_by_every_rule_before_any_waiver():
    assert any(
        f.rule_id == "PRG-201" for f in judge(batch_of({"r": Arrival("jia", REPORT)})).findings
    )
