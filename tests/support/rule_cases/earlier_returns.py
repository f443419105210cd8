"""Cases of the rules that compare a return with earlier ones, with the registry or with the reporting plan."""

from __future__ import annotations

from collections.abc import Mapping

from small_district import Arrival

from rule_cases.returns import (
    APRIL,
    AUGUST_NODES,
    BATCHES,
    DISPATCH,
    FEBRUARY,
    ISSUES,
    JULY_DISPATCH,
    JULY_ISSUES,
    JUNE,
    LAUNCH,
    NEXT_MONTH,
    NEXT_RESULTS,
    NODES,
    REGISTER,
    REVIEWS,
    STATISTICS_APRIL,
    Case,
    a_ledger,
    a_month,
    results,
    statistics,
    targets,
    times,
)


def nodes(changes: Mapping[str, str] = {}) -> Arrival:
    return Arrival("jia", NODES, changes)


def issues(changes: Mapping[str, str] = {}) -> Arrival:
    return Arrival("jia", ISSUES, changes)


def dispatch(changes: Mapping[str, str] = {}) -> Arrival:
    return Arrival("fagai", DISPATCH, changes)


def reviews(changes: Mapping[str, str] = {}) -> Arrival:
    return Arrival("fagai", REVIEWS, changes)


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
    "NOD-301": Case(nodes({"C6": "三纬道"}), nodes({"C6": "三 纬路★"}), "C6", (a_ledger(),)),
    "NOD-302": Case(nodes({"E5": "2021-01-31"}), nodes({"E5": "2020-12-31"}), "E5", (a_ledger(),)),
    "NOD-303": Case(
        nodes(AUGUST_NODES | {"E6": "2019-09-30"}),
        nodes(AUGUST_NODES | {"E6": "2019-08-30"}),
        "E6",
        (a_ledger(), nodes()),
        waived_by=nodes(AUGUST_NODES | {"E6": "2019-09-30", "H6": "因雨季停工"}),
    ),
    "NOD-304": Case(nodes({"F6": "2019-07-09"}), nodes({"F6": "2019-07-07"}), "F6", (a_ledger(),)),
    "ISS-301": Case(issues({"B4": "滨江路"}), issues({"B4": "滨 河路"}), "B4", (a_ledger(),)),
    "ISS-302": Case(
        issues(JULY_ISSUES | {"B5": "图书馆"}), issues(JULY_ISSUES), "A5", (a_ledger(), issues())
    ),
    "ISS-303": Case(
        issues(JULY_ISSUES | {"G4": "推进", "H4": ""}),
        issues(JULY_ISSUES | {"G4": "", "H4": "2019-04-26"}),
        "G4",
        (a_ledger(), issues()),
    ),
    "ISS-304": Case(
        issues({"F5": "2019-08-31"}),
        issues({"F5": "", "F6": "2019-08-31"}),
        "F5",
        (a_ledger(), issues()),
        waived_by=issues({"F5": "2019-08-31", "J5": "经区政府同意"}),
    ),
    "ISS-305": Case(issues({"H4": "2019-07-09"}), issues({"H4": "2019-07-07"}), "H4", (a_ledger(),)),
    "BAT-301": Case(
        Arrival("fagai", BATCHES, {"G4": "2019-12-01"}),
        Arrival("fagai", BATCHES, {"G4": "2019-07-01"}),
        "G4",
    ),
    "DSP-301": Case(dispatch({"D4": "三纬道"}), dispatch({"D4": ""}), "D4", (a_ledger(),)),
    "DSP-302": Case(
        dispatch(JULY_DISPATCH | {"F5": "2019-08-31"}),
        dispatch(JULY_DISPATCH | {"F5": "2019-07-30"}),
        "F5",
        (a_ledger(), dispatch()),
        waived_by=dispatch(JULY_DISPATCH | {"F5": "2019-08-31", "H5": "经周例会同意"}),
    ),
    "DSP-303": Case(dispatch({"G4": "2019-07-09"}), dispatch({"G4": "2019-07-07"}), "G4", (a_ledger(),)),
    "REV-301": Case(reviews({"C5": "丙镇"}), reviews({"C5": "乙镇"}), "C5", (a_ledger(),)),
    "REV-302": Case(reviews({"B4": "2018年6月"}), reviews({"B4": "5月"}), "B4", (a_ledger(),)),
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
