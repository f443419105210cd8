"""Eight units, eight habits of making one and the same monthly or half-monthly table.

Data only: what a layout means for the cells is decided in ``progress_sheets``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import spellings
from story import Project


@dataclass(frozen=True)
class Column:
    """A column: heading ({m} = month), field, the heading above it, how its money is spelled."""

    heading: str
    field: str
    group: str = ""
    money: str = "number"
    january: str = ""

    def heading_in(self, month: int) -> str:
        """The heading of the month; January has no “1-1月”."""
        chosen = self.january if month == 1 and self.january else self.heading
        return chosen.format(m=month)


@dataclass(frozen=True)
class Layout:
    """One unit's habits."""

    columns: tuple[Column, ...]
    title: str
    sheet_name: str
    above: tuple[str, ...] = ()
    attachment: str = ""
    dates: tuple[str, ...] = ("iso",)
    no_date: str = ""
    name: Callable[[Project], str] = lambda project: project.project_name
    totals: Literal["top", "bottom", "none"] = "bottom"
    total_label: str = "合计"
    categories: bool = False
    column_numbers: bool = False
    closing: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


def _money(
    heading: str, kind: str, group: str = "", money: str = "number", january: str = ""
) -> Column:
    return Column(heading, f"investment_{kind}_wanyuan", group, money, january)


def _starred(project: Project) -> str:
    return ("★" if project.tier == "省级" else "") + project.project_name


LAYOUTS: dict[str, Layout] = {
    "jingxin": Layout(
        title="承德高新区重点项目进展情况表（{y}年{range}）",
        sheet_name="进展情况",
        above=("填报单位：科技和工业信息化局", "单位：万元"),
        columns=(
            Column("序号", "sequence_no"),
            Column("项目代码", "project_code"),
            Column("项目名称", "project_name"),
            _money("本月完成投资", "month", "投资完成情况"),
            _money("本年累计完成投资", "ytd", "投资完成情况"),
            _money("自开工累计完成投资", "cumulative", "投资完成情况"),
            Column("形象进度", "physical_progress", "工程进展"),
            Column("开工时间", "actual_start", "工程进展"),
            Column("竣工时间", "actual_completion", "工程进展"),
            Column("投产时间", "production_date", "工程进展"),
            Column("是否入统", "is_in_statistics"),
            Column("备注", "remarks"),
        ),
        dates=("cell",),
        categories=True,
        closing=(
            "注：1.本年累计完成投资为自年初累计数；2.投资额以形象进度为依据。",
            "填表人：张某某    审核人：李某某",
        ),
    ),
    "guihua": Layout(
        title="重点项目进展情况表",
        sheet_name="Sheet1",
        above=("填报单位：住房和城乡建设局", "报告期：{y}年{period}"),
        columns=(
            Column("序号", "sequence_no"),
            Column("项目名称", "project_name"),
            _money("本月完成\n投资（万元）", "month", money="thousands_text"),
            _money("本年累计\n完成投资（万元）", "ytd", money="thousands_text"),
            _money("自开工累计\n完成投资（万元）", "cumulative", money="thousands_text"),
            Column("形象\n进度", "physical_progress"),
            Column("实际\n开工时间", "actual_start"),
            Column("实际\n竣工时间", "actual_completion"),
            Column("存在问题", "problems"),
            Column("下步措施", "next_steps"),
        ),
        dates=("dot", "dot_full_width"),
        name=lambda project: project.project_name.replace("(", "（").replace(")", "）"),
        totals="top",
        total_label="合  计",
        closing=("说明：投资额按监理确认的形象进度填列。",),
    ),
    "jiaotong": Layout(
        title="交通重点项目{y}年{spoken}进展情况",
        sheet_name="交通",
        above=("填报单位：交通运输局",),
        columns=(
            Column("序号", "sequence_no"),
            Column("投资项目代码", "project_code"),
            Column("工程名称", "project_name"),
            _money("{m}月完成投资（万元）", "month"),
            _money("2019年1-{m}月累计完成投资(万元)", "ytd", january="本年累计完成投资(万元)"),
            Column("形象进度", "physical_progress"),
            Column("实际开工时间", "actual_start"),
            Column("实际竣工时间", "actual_completion"),
            Column("备 注", "remarks"),
        ),
        dates=("chinese",),
        column_numbers=True,
        closing=("填表人：王某某",),
    ),
    "shefa": Layout(
        title="{y}年重点项目进展情况表",
        sheet_name="社会事业",
        above=("填报单位（盖章）：社会发展局", "金额单位：万元"),
        columns=(
            Column("序号", "sequence_no"),
            Column("项目名称", "project_name"),
            _money("当月完成投资", "month", money="full_width_text"),
            _money("自年初累计完成投资", "ytd", money="full_width_text"),
            _money("开工以来累计完成投资", "cumulative", money="full_width_text"),
            Column("开工时间", "actual_start"),
            Column("竣工时间", "actual_completion"),
            Column("是否入库", "is_in_statistics"),
            Column("存在问题", "problems"),
            Column("下一步打算", "next_steps"),
        ),
        dates=("chinese_full_width", "chinese", "chinese_spaced"),
        name=lambda project: spellings.full_width(project.project_name),
        closing=("注：自年初累计完成投资含当月。",),
    ),
    "chengguan": Layout(
        title="城市管理重点项目进展情况表（{y}年{period}）",
        sheet_name="进展情况表",
        above=("填报单位：城市管理综合执法局", "填报日期：{sent}", "单位：万元"),
        columns=(
            Column("序号", "sequence_no"),
            Column("项目名称", "project_name"),
            _money("本月完成投资", "month", "完成投资"),
            _money("本年累计完成投资", "ytd", "完成投资"),
            _money("自开工累计完成投资", "cumulative", "完成投资"),
            Column("形象进度", "physical_progress"),
            Column("实际开工时间", "actual_start"),
            Column("实际竣工时间", "actual_completion"),
            Column("是否入统", "is_in_statistics"),
        ),
        dates=("slash",),
        name=lambda project: project.project_name.replace("周边综合整治提升", "\n周边综合整治提升"),
        choices=("是", "否"),
    ),
    "shangbancheng": Layout(
        title="上板城镇重点项目进展情况表（{y}年{period}）",
        sheet_name="上板城镇",
        attachment="附件1",
        above=("填报单位：上板城镇人民政府",),
        columns=(
            Column("序号", "sequence_no"),
            Column("项目代码", "project_code"),
            Column("项 目 名 称", "project_name"),
            _money("本月完成投资\n（万元）", "month"),
            _money("本年累计完成投资\n（万元）", "ytd"),
            Column("形 象 进 度", "physical_progress"),
            Column("开工时间", "actual_start"),
            Column("竣工时间", "actual_completion"),
            Column("存 在 问 题", "problems"),
            Column("下步措施", "next_steps"),
        ),
        dates=("iso",),
        no_date="—",
        name=_starred,
        categories=True,
        closing=("备注：标“★”的为省重点项目。",),
    ),
    "fengyingzi": Layout(
        title="冯营子镇重点项目进展情况表",
        sheet_name="冯营子",
        above=("填报单位：冯营子镇人民政府",),
        columns=(
            Column("序号", "sequence_no"),
            Column("项目名称", "project_name"),
            Column("备案证号", "project_code"),
            _money("本月完成投资（万元）", "month"),
            _money("本年累计完成投资（亿元）", "ytd", money="yi_number"),
            _money("自开工累计完成投资（亿元）", "cumulative", money="yi_number"),
            Column("形象进度", "physical_progress"),
            Column("实际开工时间", "actual_start"),
            Column("存在问题", "problems"),
            Column("备注", "remarks"),
        ),
        dates=("chinese_cell",),
        total_label="总计",
        closing=("填表人：刘某某    审核人：陈某某",),
    ),
    "dashuju": Layout(
        title="大数据产业园重点项目进展情况表（{y}年{period}）",
        sheet_name="{period}",
        columns=(
            Column("序号", "sequence_no"),
            Column("项目名称", "project_name"),
            _money("本月完成投资(万元)", "month"),
            _money("本年累计完成投资(万元)", "ytd"),
            _money("自开工累计完成投资", "cumulative", money="text_with_unit"),
            Column("累计到位资金", "funds_in_place_wanyuan", money="text_with_unit"),
            Column("形象进度", "physical_progress"),
            Column("复工时间", "resumed_on"),
            Column("实际开工时间", "actual_start"),
            Column("存在问题", "problems"),
            Column("下步措施", "next_steps"),
        ),
        dates=("chinese_padded",),
        totals="none",
    ),
}
