"""A dry run says what a load would say, and changes nothing."""

from datetime import datetime, timedelta

import pytest
from answered import ledger_rows, load_and_answer
from grids import a_file
from homes import a_home, drop

from pipelines.ledger import checking
from pipelines.problems import OperatorError

REPORT = """
2019年6月进展情况表（单位：万元）
填报单位：甲镇
项目名称 | 本月完成投资 | 本年累计完成投资
滨河路 | 5 | 10
"""


@pytest.fixture
def file(tmp_path):
    def write(changes=None, data=None):
        path = tmp_path / "进展.xlsx"
        path.write_bytes(a_file(REPORT, changes) if data is None else data)
        return path

    return write


def check_file(file, unit_code, form_id, home):
    return checking.check_file(file, unit_code, form_id, home, datetime(2019, 7, 5, 18))


def found(result):
    return [(finding.rule_id, finding.place.cell) for finding in result.findings]


def test_a_clean_return_has_nothing_to_say(file):
    result = check_file(file(), "甲镇", "progress_report", None)
    assert (result.form_id, result.period, result.rows) == ("progress_report", "2019-06", 1)
    assert result.exit_code in (0, 1)
    assert result.is_readable


def test_every_error_is_told_with_its_cell_errors_before_warnings(file, tmp_path):
    home = a_home(tmp_path / "home")
    result = check_file(file({"C4": "约10", "D3": "气候", "D4": "晴"}), "jia", None, home)
    assert result.exit_code == 1
    assert ("GEN-204", "C4") in found(result) and ("GEN-105", "D3") in found(result)
    severities = [finding.severity for finding in result.findings]
    assert severities == sorted(severities, key=["error", "warning"].index)


def test_a_file_that_is_no_workbook_cannot_be_read(file):
    result = check_file(file(data=b"%PDF-1.7"), "jia", None, None)
    assert result.exit_code == 2 and not result.is_readable
    assert found(result) == [("GEN-001", None)]


def test_a_form_named_by_the_sender_is_the_form_looked_for(file):
    result = check_file(file(), "jia", "statistics_fai", None)
    assert result.form_id == "statistics_fai"
    missing = {f.value_expected for f in result.findings if f.rule_id == "GEN-101"}
    assert missing == {"统计库项目编码"}


def test_an_unknown_form_is_answered_with_the_known_ones(file):
    with pytest.raises(OperatorError) as fault:
        check_file(file(), "jia", "budget", None)
    assert "progress_report" in fault.value.remedy


def test_a_dry_run_changes_nothing_in_the_home(file, tmp_path):
    home = a_home(tmp_path / "home")
    path = file({"C4": "约10"})

    def state():
        return {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in sorted(home.root.rglob("*"))}

    before = state()
    check_file(path, "jia", None, home)
    assert state() == before
    assert path.exists()


LEDGER = """
2019年重点项目台账（单位：万元）
项目名称 | 总投资 | 年度计划投资
滨河路 | 5000 | 2000
三纬路 | 3000 | 1000
"""
MAY = {"A1": "2019年5月进展情况表（单位：万元）"}
FAULTS = {
    "clean": {"A4": "滨河路", "B4": "5", "C4": "15"},
    "a fall against May": {"C4": "3"},
    "a cell that cannot be read": {"B4": "约5"},
    "an unknown project": {"A4": "滨河大道"},
    "a negative month that is waived": {"B4": "-2"},
}
WAIVER = (
    "rule_id,unit_code,form_id,period,project,requested_by,approved_by,reason,expires\n"
    "PRG-201,jia,progress_report,2019-06,滨河路,甲镇,区发改局,已书面说明,2019-12-31\n"
)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_dry_run_finds_what_a_load_finds(fault, file, tmp_path):
    home = a_home(tmp_path / "home")
    (home.config / "waivers.csv").write_text(WAIVER, "utf-8")
    now = datetime(2019, 7, 5, 18)
    drop(home, "fagai/台账.xlsx", a_file(LEDGER), now - timedelta(hours=5))
    drop(home, "jia/五月.xlsx", a_file(REPORT, MAY), now - timedelta(hours=4))
    load_and_answer(home, now)
    path = file(FAULTS[fault])
    checked = checking.check_file(path, "jia", None, home, now)
    drop(home, "jia/进展.xlsx", path.read_bytes(), now)
    load_and_answer(home, now + timedelta(hours=1))
    loaded = ledger_rows(
        home,
        "select rule_id, severity, cell, message from raw.findings inner join raw.receipts"
        " using (receipt_id) where period = '2019-06'",
    )
    told = [(f.rule_id, f.severity, f.place.cell, f.message) for f in checked.findings]
    assert sorted(told) == sorted(loaded)
    assert (told == []) is (fault == "clean")
