"""Every declared rule has a return that fails it and one, as alike as can be, that passes it.

A case is a grid and the cells that spoil it. The rules that look at one return alone are judged
in one pass over all cases; those that look at earlier returns each in a ledger of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from grids import a_sheet, a_workbook, placeholders
from small_district import (
    Arrival,
    a_desk,
    batch_of,
    declared_forms,
    declared_rules,
    judge,
    reading_context,
    rule_ids,
)

from pipelines.validation.returns import Batch
from pipelines.workbooks.own_sheets import MARK_SHEET, MARK_WORD
from pipelines.workbooks.readings import ReadReturn
from pipelines.workbooks.returns import read_return

LEDGER = """
2019年重点项目台账
填报单位：甲镇 | | 单位：万元
序号 | 项目代码 | 项目名称 | 建设性质 | 总投资 | 截至上年底累计完成投资 | 年度计划投资 | 计划开工时间 | 计划竣工时间 | 责任单位 | 统一社会信用代码 | 备注
1 | 2019-130871-48-03-000001 | 滨河路 | 新开工 | 5000 | 0 | 2000 | 2019-03 | 2020-10 | 甲镇 | 91110000600037341L
2 | | 三纬路 | 续建 | 3000 | 1000 | 1000 | 2018-03 | 2019-10 | |
3 | | 图书馆 | 新开工 | 8000 | 0 | 4000 | 2019-04 | 2019-12 | |
"""
PROGRESS = """
2019年3月重点项目进展情况表
填报单位：甲镇 | | 单位：万元
序号 | 项目名称 | 本月完成投资 | 本年累计完成投资 | 自开工累计完成投资 | 实际开工时间 | 实际竣工时间 | 投产时间 | 备注
1 | 滨河路 | 10 | 30 | 30 | 2019-01-05 | | |
2 | 三纬路 | 20.5 | 40.5 | 1040.5 | 2018-03-01 | | |
3 | 图书馆 | 0 | 100 | 100 | 2019-02-01 | | |
合计 | | 30.5 | 170.5 | 1170.5
"""
APRIL = {"A1": "2019年4月重点项目进展情况表"}
FEBRUARY = {"A1": "2019年2月重点项目进展情况表"}
# April as it should follow March: this month's amount on top of the year to date.
NEXT_MONTH = APRIL | {
    "C4": "5", "D4": "35", "E4": "35", "C5": "10", "D5": "50.5", "E5": "1050.5", "C6": "1",
    "D6": "101", "E6": "101", "C7": "16", "D7": "186.5", "E7": "1186.5",
}  # fmt: skip
REGISTER = """
2019年3月项目开竣工认定表
项目名称 | 认定开工时间 | 认定竣工时间 | 认定依据
滨河路 | 2019-03-05 | | 施工许可证
图书馆 | 2019-02-05 | 2019-03-20 | 竣工报告
"""
STATISTICS = """
2019年1-3月固定资产投资项目统计明细
单位：万元
统计库项目编码 | 项目名称 | 计划总投资 | 自年初累计完成投资 | 建筑工程 | 安装工程 | 设备工器具购置 | 其他费用 | 自开始建设累计完成投资 | 开工时间 | 入库时间 | 备注
13087120190001 | 滨河路 | 5000 | 30 | 20 | 5 | 3 | 2 | 30 | 2019-01 | 2019-02
13087120180002 | 三纬路 | 3000 | 40 | 30 | 5 | 3 | 2 | 1040 | 2018-03 | 2018-05
13087120190003 | 图书馆 | 8000 | 100 | 80 | 10 | 5 | 5 | 100 | 2019-02 | 2019-03
"""
STATISTICS_APRIL = {
    "A1": "2019年1-4月固定资产投资项目统计明细", "D4": "35", "E4": "25", "I4": "35", "D5": "50",
    "E5": "40", "I5": "1050", "D6": "110", "E6": "90", "I6": "110",
}  # fmt: skip
TARGETS = """
2019年目标任务分解表
填报单位：发改局
序号 | 单位 | 固定资产投资任务（亿元） | 新开工项目（个） | | 协税护税（万元） | 群众满意度（%） | 备注
 | | | 总数 | 其中：亿元以上 | | |
1 | 甲镇 | 1.5 | 5 | 2 | 800 | 85 |
2 | 乙镇 | 2 | 3 | 1 | 700 | 90% |
3 | 统计局 | 0.5 | 1 | 0 | 300 | 88 |
合计 | | 4 | 9 | 3 | 1800
"""
RESULTS = """
2019年1-5月指标完成情况表
填报单位：发改局
单位 | 新开工项目（个） | | 协税护税（万元） | | | 群众满意度（%） | 备注
 | 总数 | 其中：亿元以上 | 目标 | 完成 | 完成率 | |
甲镇 | 2 | 1 | 800 | 400 | 50% | 85 |
乙镇 | 1 | 1 | 700 | 300 | 42.9% | 84 |
统计局 | 1 | 0 | 300 | 150 | 50% | 83 |
合计 | 4 | 2 | 1800 | 850
"""
JUNE = {"A1": "2019年1-6月指标完成情况表"}
# June as it should follow May; a satisfaction may fall.
NEXT_RESULTS = JUNE | {"E5": "480", "E8": "930", "G5": "80"}
RESERVE = """
2019年谋划储备项目表
填报单位：甲镇 | | 单位：万元
序号 | 项目名称 | 总投资 | 年度计划投资 | 拟申报级别 | 责任单位
1 | 体育馆 | 12000 | 3000 | 市级 | 甲镇
2 | 物流园 | 20000 | 0 | 省 |
"""
LAUNCH = """
2019年集中开工活动项目表
填报单位：发改局 | | 单位：万元
期次 | 活动时间 | 项目名称 | 总投资 | 年度计划投资
第一次 | 2019-03-16 | 滨河路 | 5000 | 2000
第一次 | 2019-03-16 | 图书馆 | 8000 | 4000
第二次 | 2019-09-10 | 滨河路 | 5000 | 2000
"""
SHEETS = {"jia": PROGRESS, "LED": LEDGER, "REG": REGISTER, "FAI": STATISTICS}

IN_WAN = {"D4": "30", "D5": "40.5", "D6": "100"}


def a_ledger(**changes: str) -> Arrival:
    return Arrival("jia", LEDGER, changes, "台账.xlsx")


def a_month(changes: Mapping[str, str] = {}, unit: str = "jia") -> Arrival:
    return Arrival(unit, PROGRESS, changes, "进展.xlsx")


def statistics(changes: Mapping[str, str] = {}) -> Arrival:
    return Arrival("tongji", STATISTICS, changes, "统计.xlsx")


def targets(changes: Mapping[str, str] = {}, unit: str = "fagai") -> Arrival:
    return Arrival(unit, TARGETS, changes, "任务.xlsx")


def results(changes: Mapping[str, str] = {}, unit: str = "fagai") -> Arrival:
    return Arrival(unit, RESULTS, changes, "完成.xlsx")


def times(factor: float, cells: Mapping[str, str]) -> dict[str, str]:
    return {cell: str(float(value) * factor) for cell, value in cells.items()}


@dataclass(frozen=True)
class Case:
    """``fails`` breaks the rule at ``cell``; ``passes`` does not; ``before`` was accepted earlier."""

    fails: Arrival
    passes: Arrival
    cell: str | None
    before: tuple[Arrival, ...] = ()
    field: str | None = None
    waived_by: Arrival | None = None


def changed(grid: str, unit: str = "jia"):
    def case(cell: str | None, fails: Mapping[str, str], passes: Mapping[str, str] = {}) -> Case:
        return Case(Arrival(unit, grid, fails), Arrival(unit, grid, passes), cell)

    return case


progress, ledger = changed(PROGRESS), changed(LEDGER)
register, fai = changed(REGISTER, "fagai"), changed(STATISTICS, "tongji")
target, result = changed(TARGETS, "fagai"), changed(RESULTS, "fagai")
reserve, launch = changed(RESERVE), changed(LAUNCH, "fagai")
WITHOUT_TOTALS = dict.fromkeys(("A7", "C7", "D7", "E7"), "")
EMPTY = {f"{c}{r}": "" for r in (3, 4) for c in "ABCD"}

OF_ONE_RETURN = {
    "GEN-001": Case(Arrival("jia", data="不是表格".encode()), a_month(), None),
    "GEN-002": Case(Arrival("jia", "通讯录\n姓名 | 电话\n张某 | 1"), a_month(), None),
    "GEN-003": Case(
        Arrival("jia", PROGRESS, more=(LEDGER,)), Arrival("jia", PROGRESS, more=("选项\n是",)), None
    ),
    "GEN-004": progress("A1", {"A1": "重点项目进展情况表"}),
    "GEN-005": progress("D2", {"D2": "报告期：2019年4月"}, {"D2": "报告期：2019年3月"}),
    "GEN-006": progress("A2", {"A2": "填报单位：乙镇"}, {"A2": "填报单位：甲镇人民政府"}),
    "GEN-007": Case(a_month({"A2": ""}, unit="bing"), a_month({"A2": ""}), None),
    "GEN-008": register(None, EMPTY, EMPTY | {"A3": "零报告"}),
    "GEN-009": Case(Arrival("jia", REGISTER), Arrival("fagai", REGISTER), None),
    "GEN-010": Case(Arrival("jia", STATISTICS), Arrival("tongji", STATISTICS), None),
    "GEN-011": Case(
        Arrival("jia", PROGRESS, more=("本年累计完成投资 | 形象进度 | 甲 | 乙 | 丙\n5 | 路基 | 一 | 二 | 三",)),
        Arrival("jia", PROGRESS, more=("是否入统 | 形象进度\n是 | 主体\n否 | 竣工",)),
        None,
    ),
    "GEN-012": Case(
        Arrival("jia", PROGRESS, more=("天数 | 晴 | 雨\n三月 | 20 | 11",)),
        Arrival("jia", PROGRESS, more=("选项\n是",)),
        None,
    ),
    "GEN-101": progress(None, {"D3": ""} | {f"D{r}": "" for r in range(4, 8)}),
    "GEN-102": progress("E3", {"E3": "自年初累计完成投资"}),
    "GEN-103": progress("J3", {"J3": "税收", "J4": "5"}, {"J3": "税收", "J4": "—"}),
    "GEN-104": progress("J3", {"J3": "工程形像进度", "J4": "路基"}, {"J3": "形象进度", "J4": "路基"}),
    "GEN-105": progress("J3", {"J3": "气候", "J4": "晴"}, {"J3": "存在问题", "J4": "征地"}),
    "GEN-106": progress("C3", {"C3": "2月完成投资"}, {"C3": "3月完成投资"}),
    "GEN-107": progress("C3", {"C2": ""}, {"C2": "", "C3": "本月完成投资（万元）",
        "D3": "本年累计完成投资（万元）", "E3": "自开工累计完成投资（万元）"}),
    "GEN-108": progress("D7", {"D7": "171.1"}, {"D7": "170.55"}),
    "GEN-109": ledger("A7", {"A7": "一、市级（2个）", "B8": "2019-130871-48-03-000009", "A8": "4",
        "C8": "学校", "E8": "10"},
        {"A7": "一、市级（1个）", "B8": "2019-130871-48-03-000009", "A8": "4", "C8": "学校", "E8": "10"}),
    "GEN-110": progress("D7", {"D7": "#REF!"}),
    "GEN-111": progress("D7", {"D7": "=SUM(D4:D6)"}, {"D7": "=SUM(D4:D6) -> 170.5"}),
    "GEN-201": progress("D4", {"D4": ""} | WITHOUT_TOTALS, {"D4": "0"} | WITHOUT_TOTALS),
    "GEN-202": progress("F4", {"F4": "#N/A"}, {"F4": "—"}),
    "GEN-203": progress("E4", {"E4": "=D4"}, {"E4": "=D4 -> 30"}),
    "GEN-204": progress("E4", {"E4": "约30"}, {"E4": "30万元"}),
    "GEN-205": progress("F4", {"F4": "年初"}, {"F4": "2019年初"}),
    "GEN-206": ledger("D4", {"D4": "在建"}, {"D4": "续建类"}),
    "GEN-207": ledger("B4", {"B4": "2019-130871-48-03-0001"}, {"B4": "2019 130871 48 03 000001"}),
    "GEN-208": ledger("K4", {"K4": "91110000600037341X"}, {"K4": "91110000600037341l"}),
    "GEN-209": progress("B6", {"B6": "滨 河路★"}, {"B6": "滨河路二期"}),
    "GEN-113": target("D4", {"D3": "新开工项目（亿元）"}, {"D3": "新开工项目（项）"}),
    "GEN-210": target("B6", {"B6": "甲阵"}, {"B6": "甲镇人民政府"}),
    "GEN-211": target("B7", {"B7": "甲镇人民政府"}, {"B7": "发改局"}),
    "GEN-212": target("E6", {"E6": "4", "E8": "6"}, {"E6": "3", "E8": "5"}),
    "GEN-213": result("E5", {"E5": "-1", "E8": "449"}, {"E5": "0", "E8": "450"}),
    "GEN-214": target("D6", {"D6": "5万元"}, {"D6": "5个"}),
    "GEN-215": target("G6", {"G6": "0.85"}, {"G6": "'0.85%"}),
    "RSV-201": reserve("D4", {"D4": "12000.5"}, {"D4": "12000"}),
    "RSV-202": reserve("F4", {"F4": "丙镇"}, {"F4": "甲镇人民政府"}),
    "LCH-201": launch("E4", {"E4": "5001"}, {"E4": "5000"}),
    "PRG-201": progress("C4", {"C4": "-1", "C7": "19.5"}, {"C4": "0", "C7": "20.5"}),
    "PRG-202": progress("C4", {"C4": "31", "C7": "51.5"}, {"C4": "30", "C7": "50.5"}),
    "PRG-203": progress("D4", {"E4": "29", "E7": "1169.5"}, {"E4": "30"}),
    "PRG-204": progress("G4", {"G4": "2019-01-04"}, {"G4": "2019年1月"}),
    "PRG-205": progress("H4", {"H4": "2018-12"}, {"H4": "2019"}),
    "PRG-206": progress("D4", {"D4": "-1"} | WITHOUT_TOTALS, {"D4": "0"} | WITHOUT_TOTALS),
    "LED-201": ledger("I4", {"I4": "2019-02"}, {"I4": "2019-03-01"}),
    "LED-202": ledger("G4", {"G4": "5000.01"}, {"G4": "5000"}),
    "LED-203": ledger("F4", {"F4": "5001"}, {"F4": "5000"}),
    "LED-204": ledger("E4", {"E4": "-5000"}, {"E4": "0", "G4": "0"}),
    "LED-205": ledger("G4", {"G4": "-1"}, {"G4": "0"}),
    "LED-206": ledger("J4", {"J4": "丙镇"}, {"J4": "甲镇人民政府"}),
    "REG-201": register("C4", {"C4": "2019-02-04"}, {"C4": "2019年2月"}),
    "REG-202": register("B3", {"B3": ""}, {"B3": "", "C3": "2019-03-05"}),
    "FAI-201": fai("D4", {"E4": "23"}, {"E4": "22.5"}),
    "FAI-202": fai("I4", {"I4": "5001"}, {"I4": "5000"}),
    "FAI-203": fai("D4", {"I4": "29"}, {"I4": "30"}),
    "FAI-204": fai("K4", {"K4": "2018-12"}, {"K4": "2019-01-01"}),
    "FAI-205": fai("D4", {"D4": "-1"}, {"D4": "0", "E4": "-10"}),
}  # fmt: skip

CONTINUED = """
2019年3月重点项目进展情况表（单位：万元）
序号 | 项目名称 | 本年累计完成投资 | 形象进度
1 | 滨河路 | 30 | 路基
 | | {amount} | {words}
"""


@pytest.fixture(scope="module")
def merged_rows() -> dict[str, bytes]:
    """A name merged over two rows, with and without an amount in the lower one."""
    from grids import a_file

    return {
        "fails": a_file(CONTINUED.format(amount="5", words=""), merges=["B3:B4"]),
        "passes": a_file(CONTINUED.format(amount="", words="路面"), merges=["B3:B4"]),
    }


OTHER_UNIT = {"A2": "填报单位：乙镇"}
AGAINST_EARLIER = {
    "PRG-301": Case(a_month({"B4": "滨江路"}), a_month({"B4": "滨 河 路★"}), "B4", (a_ledger(),)),
    "PRG-302": Case(
        a_month(NEXT_MONTH | {"D4": "29.9"}),
        a_month(NEXT_MONTH | {"D4": "30"}),
        "D4",
        (a_ledger(), a_month()),
        waived_by=a_month(NEXT_MONTH | {"D4": "29.9", "I4": "审计核减"}),
    ),
    "PRG-303": Case(
        a_month(NEXT_MONTH | {"D4": "35.03"}),
        a_month(NEXT_MONTH | {"D4": "35.02"}),
        "D4",
        (a_ledger(), a_month()),
    ),
    "PRG-304": Case(
        a_month({"E4": "5000.5"}), a_month({"E4": "5000"}), "E4", (a_ledger(),)
    ),
    "PRG-305": Case(
        a_month(APRIL), a_month(APRIL | {"D4": "30.5"}), "D3", (a_ledger(), a_month())
    ),
    "PRG-306": Case(
        a_month(FEBRUARY | {"D4": "31"}),
        a_month(FEBRUARY | {"D4": "30"}),
        "D4",
        (a_ledger(), a_month()),
    ),
    "PRG-307": Case(
        a_month(times(10_000, {"D4": "2000", "D5": "1000", "D6": "4000"})),
        a_month(times(10_000, {"D4": "2000", "D5": "0.05", "D6": "0.05"})),
        "D3",
        (a_ledger(),),
    ),
    "PRG-308": Case(
        a_month(OTHER_UNIT | {"D4": "30.5"}, "yi"),
        a_month(OTHER_UNIT, "yi"),
        "D4",
        (a_ledger(), a_month()),
    ),
    "LED-301": Case(
        a_ledger(A1="2019年重点项目台账（调整）", **times(10_000, {"E4": "5000", "E5": "3000", "E6": "8000"})),
        a_ledger(A1="2019年重点项目台账（调整）", **times(10_000, {"E4": "5000", "E5": ".3", "E6": ".8"})),
        "E3",
        (a_ledger(),),
    ),
    "REG-301": Case(
        Arrival("fagai", REGISTER, {"A3": "滨江路"}),
        Arrival("fagai", REGISTER, {"A3": "滨河路▲"}),
        "A3",
        (a_ledger(),),
    ),
    "TGT-301": Case(
        targets({"A2": "", "F6": "850", "F8": "1950"}, "tongji"),
        targets({"A2": ""}, "tongji"),
        "F6",
        (targets(),),
    ),
    "TGT-302": Case(
        targets({"B5": "", "A5": "", "C5": "", "D5": "", "E5": "", "F5": "", "G5": "", "C7": "2.5", "D7": "6", "E7": "2", "F7": "1100"}),
        targets({"C4": "1.6", "C7": "4.1"}),
        "C3",
        (targets(),),
    ),
    "IND-301": Case(
        results({"D3": "固投（万元）"}),
        results({"D3": "飞地经济（万元）"}),
        "E5",
    ),
    "IND-302": Case(
        results(NEXT_RESULTS | {"E5": "399", "E8": "849"}),
        results(NEXT_RESULTS | {"A5": "甲镇人民政府"}),
        "E5",
        (results(),),
        waived_by=results(NEXT_RESULTS | {"E5": "399", "E8": "849", "H5": "按审计意见核减"}),
    ),
    "IND-303": Case(results(JUNE), results(NEXT_RESULTS), "B4", (results(),)),
    "IND-304": Case(
        results(NEXT_RESULTS | {"E6": "", "E8": "630"}),
        results(NEXT_RESULTS),
        "E4",
        (results(),),
    ),
    "LCH-301": Case(
        Arrival("fagai", LAUNCH, {"B4": "2018-03-16"}),
        Arrival("fagai", LAUNCH, {"B4": "2019年3月"}),
        "B4",
    ),
    "FAI-302": Case(
        statistics(STATISTICS_APRIL | {"D4": "29"}),
        statistics(STATISTICS_APRIL | {"D4": "30"}),
        "D4",
        (statistics(),),
        waived_by=statistics(STATISTICS_APRIL | {"D4": "29", "L4": "按规定核减"}),
    ),
    "FAI-305": Case(
        statistics({"A1": "2019年1-4月固定资产投资项目统计明细"}),
        statistics(STATISTICS_APRIL),
        "D3",
        (statistics(),),
    ),
    "FAI-306": Case(
        statistics({"A1": "2019年1-2月固定资产投资项目统计明细", "D4": "31"}),
        statistics({"A1": "2019年1-2月固定资产投资项目统计明细", "D4": "30"}),
        "D4",
        (statistics(),),
    ),
    "FAI-307": Case(
        statistics(times(10_000, {"D4": "2000", "D5": "1000", "D6": "4000"})),
        statistics(times(10_000, {"D4": "2000", "D5": ".05", "D6": ".05"})),
        "D3",
        (a_ledger(),),
    ),
}  # fmt: skip
# Rules whose returns no grid can show, with the test that has both.
BY_OWN_TEST = {
    "GEN-013": "test_a_return_on_a_template_no_longer_accepted_is_refused",
    "GEN-112": "test_amounts_in_a_row_without_a_name_of_its_own_are_refused",
}


@pytest.fixture(scope="module")
def one_by_one():
    """The findings of all cases of single returns, by receipt “rule/fails” or “rule/passes”."""
    arrivals = {f"{rule}/fails": case.fails for rule, case in OF_ONE_RETURN.items()}
    arrivals |= {f"{rule}/passes": case.passes for rule, case in OF_ONE_RETURN.items()}
    return judge(batch_of(arrivals))


def of(judgement, receipt_id):
    return [finding for finding in judgement.findings if finding.receipt_id == receipt_id]


def test_every_declared_rule_has_a_case():
    cases = OF_ONE_RETURN.keys() | AGAINST_EARLIER.keys() | BY_OWN_TEST.keys()
    declared = set(declared_rules().by_id)
    assert not declared - cases, "rules without a passing and a failing case"
    assert not cases - declared, "cases of rules that nobody declared"
    assert all(callable(globals().get(test)) for test in BY_OWN_TEST.values())


@pytest.mark.parametrize("rule_id", OF_ONE_RETURN)
def test_a_rule_fails_the_return_that_breaks_it_at_its_cell_and_no_other(one_by_one, rule_id):
    case = OF_ONE_RETURN[rule_id]
    found = [f for f in of(one_by_one, f"{rule_id}/fails") if f.rule_id == rule_id]
    assert found, rule_ids(of(one_by_one, f"{rule_id}/fails"))
    assert case.cell is None or case.cell in {finding.place.cell for finding in found}
    assert rule_id not in rule_ids(of(one_by_one, f"{rule_id}/passes"))
    assert {f.severity for f in found} == {declared_rules().by_id[rule_id].severity}


def test_the_untouched_returns_break_no_rule():
    arrivals = {
        "ledger": a_ledger(),
        "progress": a_month(),
        "april": a_month(NEXT_MONTH),
        "register": Arrival("fagai", REGISTER),
        "statistics": statistics(),
        "targets": targets(),
        "results": results(),
        "june": results(NEXT_RESULTS),
        "reserve": Arrival("jia", RESERVE),
        "launch": Arrival("fagai", LAUNCH),
    }
    assert [f.message for f in judge(batch_of(arrivals)).findings] == []


def test_amounts_in_a_row_without_a_name_of_its_own_are_refused(merged_rows):
    arrivals = {name: Arrival("jia", data=data) for name, data in merged_rows.items()}
    judged = judge(batch_of(arrivals))
    assert [(f.rule_id, f.place.cell) for f in of(judged, "fails")] == [("GEN-112", "C4")]
    assert of(judged, "passes") == []


def filled_in_on(form_id: str, version: int) -> ReadReturn:
    mark = f"{MARK_WORD}\nform_id | {form_id}\ntemplate_version | '{version}"
    book = a_workbook(PROGRESS, a_sheet(mark, name=MARK_SHEET, is_hidden=True))
    return read_return(book, "jia", "进展.xlsx", reading_context())


def test_a_return_on_a_template_no_longer_accepted_is_refused():
    current = next(
        form.header.template_version
        for form in declared_forms()
        if form.form_id == "progress_report"
    )
    returns = {
        "fails": filled_in_on("progress_report", current + 1),
        "of another form": filled_in_on("project_ledger", current),
        "passes": filled_in_on("progress_report", current),
    }
    notices = [(name, notice) for name, read in returns.items() for notice in read.notices]
    judged = judge(Batch(list(returns.items()), notices, {}))
    for name in ("fails", "of another form"):
        found = [(f.rule_id, f.severity) for f in of(judged, name)]
        assert found == [("GEN-013", "error")], name
    assert of(judged, "passes") == []


def history_of(arrival, before):
    with a_desk(are_rows_judged=False) as desk:
        for number, earlier in enumerate(before):
            desk.load({f"before-{number}": earlier})
            assert desk.outcome(f"before-{number}").status.startswith("accepted")
        findings = desk.load({"judged": arrival})
        return [f for f in findings if f.receipt_id == "judged"]


@pytest.mark.parametrize("rule_id", AGAINST_EARLIER)
def test_a_rule_about_earlier_returns_fails_what_breaks_it_and_no_other(rule_id):
    case = AGAINST_EARLIER[rule_id]
    found = [f for f in history_of(case.fails, case.before) if f.rule_id == rule_id]
    assert [f.place.cell for f in found] == [case.cell]
    assert found[0].severity == declared_rules().by_id[rule_id].severity
    assert rule_id not in rule_ids(history_of(case.passes, case.before))


@pytest.mark.parametrize("rule_id", [r for r, c in AGAINST_EARLIER.items() if c.waived_by])
def test_a_reason_in_the_remarks_makes_an_error_a_warning(rule_id):
    case = AGAINST_EARLIER[rule_id]
    found = [f for f in history_of(case.waived_by, case.before) if f.rule_id == rule_id]
    assert [f.severity for f in found] == ["warning"]


def test_a_negative_month_with_a_reason_is_a_warning():
    changes = {"C4": "-1", "C7": "19.5", "I4": "核减上月多报"}
    judged = judge(batch_of({"r": a_month(changes)}))
    assert [f.severity for f in judged.findings if f.rule_id == "PRG-201"] == ["warning"]


def test_every_declared_rule_is_evaluated_for_every_form():
    book = declared_rules()
    arrivals = {
        "project_ledger": a_ledger(),
        "progress_report": a_month(),
        "start_completion_register": Arrival("fagai", REGISTER),
        "statistics_fai": statistics(),
        "target_breakdown": targets(),
        "indicator_report": results(),
        "reserve_projects": Arrival("jia", RESERVE),
        "launch_event": Arrival("fagai", LAUNCH),
    }
    assert set(arrivals) == {form.form_id for form in declared_forms()}
    # A frame without rows evaluates nothing, so each check frame gets something to say.
    spoiled = {"unread": OF_ONE_RETURN["GEN-001"].fails, "total": OF_ONE_RETURN["GEN-108"].fails}
    evaluated = judge(batch_of(arrivals | spoiled)).evaluated
    for frame in ("returns", "columns"):
        assert ids(evaluated[frame]) == {rule.rule_id for rule in book.of_frame(frame)}
    for form in declared_forms():
        rules = book.of_frame("rows", form.form_id)
        assert ids(evaluated[f"rows of {form.form_id}"]) == {rule.rule_id for rule in rules}


def ids(keys):
    return {key.partition(":")[0] for key in keys}


def test_a_rule_repeated_for_every_field_of_a_sort_names_them_all():
    evaluated = judge(batch_of({"r": a_ledger()})).evaluated["rows of project_ledger"]
    form = next(form for form in declared_forms() if form.form_id == "project_ledger")
    required = {f"GEN-201:{field.name}" for field in form.fields if field.is_required}
    assert required == {key for key in evaluated if key.startswith("GEN-201")}


# --- the words -------------------------------------------------------------------------------------

KNOWN_WORDS = {
    "sheet",
    "cell",
    "project",
    "row",
    "found",
    "expected",
    "label",
    "example",
    "choices",
}
RULES = [pytest.param(rule, id=rule.rule_id) for rule in declared_rules().all_rules()]


@pytest.mark.parametrize("rule", RULES)
def test_a_message_asks_for_no_unknown_word(rule):
    assert placeholders(rule.message) | placeholders(rule.remedy) <= KNOWN_WORDS


@pytest.mark.parametrize("rule", RULES)
def test_a_message_is_one_plain_chinese_sentence_and_the_remedy_says_what_to_do(rule):
    for text in (rule.title, rule.message, rule.remedy, rule.reason):
        assert re.search(r"[\u4e00-\u9fff]", text)
        bare = re.sub(
            r"{\w+}|\.xlsx|units\.csv|indicators\.csv|reporting_plan\.csv|GB/T \d+-\d+|Excel|WPS",
            "",
            text,
        )
        assert not re.search(r"[A-Za-z]{3,}", bare), "words of programmers"
    assert re.search(r"请|如果|如本期", rule.remedy)
    assert rule.remedy.endswith("。")


def test_a_found_message_has_no_gap_left(one_by_one):
    for finding in one_by_one.findings:
        assert not placeholders(finding.message) & KNOWN_WORDS, finding.message
        assert "“”" not in finding.message, finding.message
        assert finding.message.endswith(f"〔{finding.rule_id}〕")
        assert "nan" not in finding.message and "None" not in finding.message


def test_a_found_message_names_the_sheet_and_the_cell_it_is_about(one_by_one):
    for finding in one_by_one.findings:
        place = finding.place
        assert place.sheet is None or f"工作表“{place.sheet}”" in finding.message, finding.message
        assert place.cell is None or place.cell in finding.message, finding.message


def test_a_project_may_be_at_two_launches_but_once_at_each():
    twice = Arrival("fagai", LAUNCH, {"A6": "第 一次"})
    judged = judge(batch_of({"fails": twice, "passes": Arrival("fagai", LAUNCH)}))
    assert [(f.rule_id, f.place.cell) for f in of(judged, "fails")] == [("GEN-209", "C6")]
    assert of(judged, "passes") == []
