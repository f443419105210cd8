"""How the annexes and the departments' monthly tables look; data only.

What a layout means for the cells is decided in ``cross_tables``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["亿元", "万元", "个", "%"]
Figure = Literal["target", "actual", "rate"]


@dataclass(frozen=True)
class Column:
    """A column: its headings from the top, the indicator, which figure of it, in which unit.

    ``{m}`` in a heading is the return's month.
    """

    path: tuple[str, ...]
    indicator_id: str
    figure: Figure
    unit: Unit


@dataclass(frozen=True)
class Layout:
    """A table with a row per unit; ``{m}`` is the month, ``{range}`` ``1-6`` (``1`` in January)."""

    sheet_name: str
    title: str
    columns: tuple[Column, ...]
    unit_heading: str = "责任单位"
    lines: tuple[str, ...] = ()
    total: Literal["top", "bottom"] = "bottom"
    total_label: str = "合计"
    are_groups_headed: bool = False
    subtotals: bool = False
    names: Literal["name", "alias"] = "name"
    missing: str | None = None
    notes: tuple[str, ...] = ()
    # What stands in 备注 of single units; the column is there only where something does.
    remarks: tuple[tuple[str, str], ...] = ()


GROUP_NAMES = {"townships": "镇街", "departments": "区直部门"}

_PROJECTS = "项目任务指标（个）"

LAYOUTS: dict[str, Layout] = {
    "annex_1": Layout(
        sheet_name="固投",
        title="海州区2019年固定资产投资任务分解表",
        lines=("附件1", "单位：亿元"),
        columns=(Column(("固定资产投资任务指标",), "fai", "target", "亿元"),),
        are_groups_headed=True,
        subtotals=True,
    ),
    "annex_2": Layout(
        sheet_name="Sheet1",
        title="海州区2019年各责任单位项目任务分解表",
        lines=("附件2",),
        columns=(
            Column((_PROJECTS, "新开工5000万元以上项目", "总数"), "new_starts", "target", "个"),
            Column(
                (_PROJECTS, "新开工5000万元以上项目", "其中：亿元以上"),
                "new_starts_yi",
                "target",
                "个",
            ),
            Column((_PROJECTS, "储备亿元以上项目"), "reserve", "target", "个"),
            Column((_PROJECTS, "竣工5000万元以上项目"), "completions", "target", "个"),
        ),
        total="top",
        missing="—",
    ),
    "annex_3": Layout(
        sheet_name="飞地经济",
        title="海州区2019年飞地经济工作任务分解表",
        lines=("附件3",),
        unit_heading="单位",
        columns=(Column(("飞地经济项目总额（亿元）",), "enclave", "target", "亿元"),),
    ),
    "annex_4": Layout(
        sheet_name="协税护税",
        title="海州区2019年协税护税工作任务指标分解表",
        lines=("附件4", "单位：万元"),
        columns=(Column(("协税护税任务指标",), "tax", "target", "万元"),),
        are_groups_headed=True,
        subtotals=True,
    ),
    "annex_5": Layout(
        sheet_name="争取资金",
        title="海州区2019年争取资金任务指标分解表",
        lines=("附件5",),
        unit_heading="部门",
        columns=(Column(("争取资金（亿元）",), "upper_funds", "target", "亿元"),),
        remarks=(("fagai", "不参加此项考核"), ("caizheng", "不参加此项考核")),
    ),
    "capital_targets": Layout(
        sheet_name="内外资",
        title="海州区2019年引进国内资金和利用外资目标任务分解表",
        lines=("填报单位：商务局",),
        columns=(
            Column(("引进国内资金（亿元）", "目标任务"), "domestic_capital", "target", "亿元"),
            Column(("利用外资（万元）", "目标任务"), "foreign_capital", "target", "万元"),
        ),
        missing="—",
    ),
    "fai_report": Layout(
        sheet_name="固投",
        title="海州区2019年1-{m}月固定资产投资指标完成情况表",
        lines=("填报单位：统计局", "单位：万元"),
        columns=(
            Column(("固定资产投资", "目标"), "fai", "target", "万元"),
            Column(("固定资产投资", "完成"), "fai", "actual", "万元"),
            Column(("固定资产投资", "完成率（%）"), "fai", "rate", "%"),
        ),
        are_groups_headed=True,
        subtotals=True,
    ),
    "finance_report": Layout(
        sheet_name="{m}月",
        title="2019年1-{m}月协税护税和争取资金指标完成情况表",
        lines=("填报单位：财政局", "单位：万元"),
        columns=(
            Column(("指标完成情况", "协税护税", "年度目标"), "tax", "target", "万元"),
            Column(("指标完成情况", "协税护税", "累计完成"), "tax", "actual", "万元"),
            Column(("指标完成情况", "争取资金", "年度目标"), "upper_funds", "target", "万元"),
            Column(("指标完成情况", "争取资金", "累计完成"), "upper_funds", "actual", "万元"),
        ),
        names="alias",
        total="top",
        missing="—",
    ),
    "capital_report": Layout(
        sheet_name="Sheet1",
        title="引进国内资金、利用外资指标完成情况表（2019年{m}月）",
        columns=(
            Column(("引进国内资金（亿元）",), "domestic_capital", "actual", "亿元"),
            Column(("利用外资（万元）",), "foreign_capital", "actual", "万元"),
        ),
        unit_heading="单位名称",
    ),
    "enclave_report": Layout(
        sheet_name="飞地经济",
        title="海州区2019年{m}月“飞地经济”指标完成情况表",
        lines=("填报单位：发展和改革局",),
        columns=(Column(("飞地经济（万元）",), "enclave", "actual", "万元"),),
        names="alias",
    ),
    "projects_report": Layout(
        sheet_name="项目和飞地经济",
        title="海州区2019年1-{m}月项目和“飞地经济”指标完成情况表",
        lines=("填报单位：发展和改革局",),
        columns=(
            Column(("新开工5000万元以上项目（个）",), "new_starts", "actual", "个"),
            Column(("其中：亿元以上（个）",), "new_starts_yi", "actual", "个"),
            Column(("竣工5000万元以上项目（个）",), "completions", "actual", "个"),
            Column(("飞地经济（亿元）",), "enclave", "actual", "亿元"),
        ),
        names="alias",
        notes=("注：新开工、竣工项目以认定表为准。",),
    ),
}
