"""Returns of the small district without a fault, one of each form, and what makes a case of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from small_district import Arrival

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
    waived_by: Arrival | None = None
