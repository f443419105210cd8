"""Cases of the rules that look at one return alone; how its cells look is in ``looks``."""

from __future__ import annotations

from collections.abc import Mapping

from small_district import Arrival

from rule_cases.returns import (
    BATCHES,
    DISPATCH,
    ISSUES,
    LAUNCH,
    LEDGER,
    NODES,
    PROGRESS,
    REGISTER,
    RESERVE,
    RESULTS,
    REVIEWS,
    STATISTICS,
    TARGETS,
    Case,
    a_month,
)


def changed(grid: str, unit: str = "jia"):
    def case(cell: str | None, fails: Mapping[str, str], passes: Mapping[str, str] = {}) -> Case:
        return Case(Arrival(unit, grid, fails), Arrival(unit, grid, passes), cell)

    return case


progress, ledger = changed(PROGRESS), changed(LEDGER)
register, fai = changed(REGISTER, "fagai"), changed(STATISTICS, "tongji")
target, result = changed(TARGETS, "fagai"), changed(RESULTS, "fagai")
reserve, launch = changed(RESERVE), changed(LAUNCH, "fagai")
node, issue, batch = changed(NODES), changed(ISSUES), changed(BATCHES, "fagai")
dispatch, review = changed(DISPATCH, "fagai"), changed(REVIEWS, "fagai")
WITHOUT_TOTALS = dict.fromkeys(("A7", "C7", "D7", "E7"), "")
EMPTY = {f"{c}{r}": "" for r in (3, 4) for c in "ABCD"}

OF_ONE_RETURN = {
    "GEN-001": Case(Arrival("jia", data=b"%PDF-1.7\n"), a_month(), None),
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
    "GEN-216": review("B4", {"B4": "上半年"}, {"B4": "6月份"}),
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
    "NOD-201": node("E4", {"E4": "2019年6月"}, {"E4": "2019年6月30日前"}),
    "ISS-201": issue("H4", {"H4": "2019-03-06"}, {"H4": "2019年3月"}),
    "ISS-202": issue("F5", {"F5": "2019-06-02"}, {"F5": "2019-06-03"}),
    "ISS-203": issue("E4", {"E4": "丙镇"}, {"E4": "甲镇人民政府"}),
    "ISS-204": issue("G4", {"H4": ""}, {"H4": "", "G4": "推进"}),
    "ISS-205": issue("H4", {"G4": "推进"}, {"G4": ""}),
    "ISS-206": issue("F4", {"F4": "2019年4月"}, {"F4": "长期坚持"}),
    "BAT-201": batch("E4", {"E4": "2018-06-04"}, {"E4": "2018年6月"}),
    "BAT-202": batch("F5", {"F5": "2018-07-31"}, {"F5": "2018-08-01"}),
    "BAT-203": batch("G5", {"G5": "2018-10-07"}, {"G5": "2018-10-08"}),
    "BAT-204": batch("H5", {"H5": "2019-04"}, {"H5": "2019-05"}),
    "BAT-205": batch("C4", {"C4": "-5000"}, {"C4": "0"}),
    "DSP-201": dispatch("F4", {"F4": "2019-06-02"}, {"F4": "2019-06-03"}),
    "DSP-202": dispatch("G4", {"G4": "2019-06-02"}, {"G4": "2019-06-03"}),
    "DSP-203": dispatch("E4", {"E4": "丙镇"}, {"E4": "甲镇人民政府"}),
    "DSP-204": dispatch("F4", {"F4": "2019年6月"}, {"F4": "立行立改"}),
    "REV-201": review("C5", {"E5": "", "F5": "", "G5": ""}, {"E5": "", "G5": "44.25"}),
    "REV-202": review("E4", {"E4": "100.5", "G4": "143.5"}, {"E4": "100", "G4": "143"}),
    "REV-203": review("D4", {"D4": "丙镇"}, {"D4": "甲镇人民政府"}),
    "REV-205": review("F5", {"F5": "-0.25", "G5": "44.75"}, {"F5": "0", "G5": "45"}),
    "REV-204": review("G4", {"G4": "89.6"}, {"G4": "89.51"}),
    "FAI-205": fai("D4", {"D4": "-1"}, {"D4": "0", "E4": "-10"}),
}  # fmt: skip
