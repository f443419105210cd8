"""The returns on the fourteen projects: their ledger, three bureaus' progress, the verified dates.

Each function turns the story into the sheet of one return; the bureaus' habits are ``LAYOUTS``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import spellings
from story import YEAR, Project, Return, Span, Story
from story_tables import ZERO
from workbook_writer import Cell, Sheet

Column = tuple[str, str]  # heading, field

LEDGER: tuple[Column, ...] = (
    ("序号", "no"),
    ("项目代码", "project_code"),
    ("项目类别", "category"),
    ("项目名称", "project_name"),
    ("建设性质", "nature"),
    ("建设内容及规模", "construction_content"),
    ("建设地点", "township"),
    ("总投资（万元）", "total_investment_wanyuan"),
    ("截至2019年底累计完成投资（万元）", "cumulative_prior_wanyuan"),
    ("2020年度计划投资（万元）", "plan_year_wanyuan"),
    ("建设年限", "build_years"),
    ("计划开工时间", "planned_start"),
    ("计划竣工时间", "planned_completion"),
    ("责任单位", "unit_code"),
    ("包联领导", "lead_official"),
    ("包抓局办", "bureau"),
)
CATEGORY = [field for _, field in LEDGER].index("category")
REGISTER = ("序号", "项目代码", "项目名称", "认定开工时间", "认定竣工时间", "认定依据")
NATURES = (("一", "续建"), ("二", "新建"), ("三", "扩建"))
MONEY = ("month", "ytd", "cumulative", "funds")
DATES = ("reported_start", "reported_completion", "production_date")
SLIP = Decimal(900)


@dataclass(frozen=True)
class Layout:
    """One bureau's habits: title, what stands above the table, columns, dates, where the total is."""

    title: str
    above: tuple[str, ...]
    columns: tuple[Column, ...]
    date: str
    money: str = "number"
    total_on_top: bool = False
    column_numbers: bool = False


LAYOUTS = {
    "jingfa": Layout(
        title="经济发展局{y}年1-{m}月重点项目进展情况表",
        above=("填报单位：经济发展局", "单位：万元"),
        columns=(
            ("序号", "no"), ("项目代码", "project_code"), ("项目名称", "project_name"),
            ("本月完成投资", "month"), ("本年累计完成投资", "ytd"),
            ("自开工累计完成投资", "cumulative"), ("到位资金", "funds"), ("形象进度", "progress_text"),
            ("开工时间", "reported_start"), ("竣工时间", "reported_completion"),
            ("投产时间", "production_date"), ("存在问题", "problem"), ("下步措施", "next_step"),
        ),
        date="cell",
    ),
    "guijian": Layout(
        title="规划建设局{y}年{m}月重点项目进展情况表",
        above=("填报单位：规划建设局",),
        columns=(
            ("序号", "no"), ("工程名称", "project_name"), ("本月完成\n投资（万元）", "month"),
            ("自年初累计\n完成投资（万元）", "ytd"), ("开工以来累计\n完成投资（万元）", "cumulative"),
            ("累计到位资金\n（万元）", "funds"), ("工程形象进度", "progress_text"),
            ("实际\n开工时间", "reported_start"), ("实际\n竣工时间", "reported_completion"),
            ("存在问题", "problem"),
        ),
        date="dot",
        money="thousands_text",
        total_on_top=True,
    ),
    "qiye": Layout(
        title="企业服务局包抓项目进展表（{y}年{m}月）",
        above=("填报单位：企业服务局",),
        columns=(
            ("序号", "no"), ("项目名称", "project_name"), ("备案证号", "project_code"),
            ("{m}月完成投资（万元）", "month"), ("2020年1-{m}月累计完成投资（万元）", "ytd"),
            ("累计到位资金（亿元）", "funds"), ("形象进度", "progress_text"),
            ("实际开工时间", "reported_start"), ("存在问题", "problem"), ("下一步打算", "next_step"),
        ),
        date="chinese",
        column_numbers=True,
    ),
}  # fmt: skip


def ledger(story: Story) -> list[Sheet]:
    """The ledger of the fourteen: continued, new, extended."""
    sheet = Sheet("台账")
    sheet.append_across(f"旬阳高新区{YEAR}年重点项目台账", len(LEDGER), "title")
    sheet.append([Cell("填报单位：项目建设专班", "line")])
    sheet.append([Cell(heading, "heading") for heading, _ in LEDGER])
    for ordinal, nature in NATURES:
        members = [project for project in story.projects if project.nature == nature]
        label = f"{ordinal}、{nature}项目（{len(members)}个）"
        sheet.append_across(label, len(LEDGER), "text")
        first_row = sheet.next_row
        for project in members:
            sheet.append([_ledger_cell(story, project, field) for _, field in LEDGER])
        sheet.merge(first_row, CATEGORY, sheet.next_row - 1, CATEGORY)
    amounts = [
        spellings.number(sum((p.money(field) for p in story.projects), ZERO))
        if field.endswith("_wanyuan")
        else Cell(None)
        for _, field in LEDGER[4:]
    ]
    row = sheet.append([Cell("合计", "heading"), *[Cell(None)] * 3, *amounts])
    sheet.merge(row, 0, row, 3)
    return [sheet]


def _ledger_cell(story: Story, project: Project, field: str) -> Cell:
    value = getattr(project, field)
    if field.endswith("_wanyuan"):
        return spellings.number(Decimal(value)) if value else Cell(None)
    if field in ("planned_start", "planned_completion"):
        return spellings.date(value, "chinese")
    if field in ("unit_code", "bureau"):
        return Cell(story.unit_name[value])
    return Cell(int(value) if field == "no" else value, "wrapped")


def progress(story: Story, item: Return) -> list[Sheet]:
    """One bureau's report of one month on the projects it takes care of; January is in February's."""
    layout = LAYOUTS[item.unit_code]
    sheet = Sheet(f"{item.month}月")
    words = {"y": YEAR, "m": item.month}
    sheet.append_across(layout.title.format(**words), len(layout.columns), "title")
    row = sheet.next_row
    for place, line in zip((0, len(layout.columns) - 2), layout.above, strict=False):
        sheet.put(row, place, Cell(line, "line"))
    sheet.append([Cell(heading.format(**words), "heading") for heading, _ in layout.columns])
    if layout.column_numbers:
        sheet.append([Cell(n, "heading") for n in range(1, len(layout.columns) + 1)])
    own = [project for project in story.projects if project.bureau == item.unit_code]
    if layout.total_on_top:
        _write_total(sheet, story, item, own)
    for number, project in enumerate(own, 1):
        cells = [_progress_cell(story, item, project, column) for column in layout.columns[1:]]
        sheet.append([Cell(number), *cells])
    if not layout.total_on_top:
        _write_total(sheet, story, item, own)
    if item.month == 2:
        sheet.append_across("注：1月与2月合并报送。", len(layout.columns), "note")
    return [sheet]


def _progress_cell(story: Story, item: Return, project: Project, column: Column) -> Cell:
    heading, field = column
    if field in MONEY:
        return _money(item, heading, _amount(story, project, field, item.span))
    if field in DATES:
        told = story.date_by(project, field, item.span)
        return spellings.date(told, LAYOUTS[item.unit_code].date) if told else Cell(None)
    if field == "progress_text":
        return Cell(story.progress_text(project, item.span), "wrapped")
    if field in ("problem", "next_step"):
        return Cell(story.problem(project, item.month, field) or None, "wrapped")
    return Cell(getattr(project, field), "wrapped")


def _amount(story: Story, project: Project, field: str, span: Span) -> Decimal:
    if field == "funds":
        return story.funds_in_place(project, span.month)
    amounts = {"month": story.month_amount, "ytd": story.ytd, "cumulative": story.cumulative}
    return amounts[field](project, span)


def _money(item: Return, heading: str, amount: Decimal) -> Cell:
    if "亿元" in heading:
        return spellings.yi_number(amount)
    return spellings.MONEY[LAYOUTS[item.unit_code].money](amount)


def _write_total(sheet: Sheet, story: Story, item: Return, own: Sequence[Project]) -> None:
    columns = LAYOUTS[item.unit_code].columns
    first = next(place for place, (_, field) in enumerate(columns) if field in MONEY)
    cells = [Cell("合计", "heading"), *[Cell(None)] * (first - 1)]
    for heading, field in columns[first:]:
        if field in MONEY:
            total = sum((_amount(story, project, field, item.span) for project in own), ZERO)
            slip = SLIP if item.slip == "total" and field == "ytd" else ZERO
            cells.append(_money(item, heading, total + slip))
        else:
            cells.append(Cell(None))
    row = sheet.append(cells)
    sheet.merge(row, 0, row, first - 1)


def register(story: Story, item: Return) -> list[Sheet]:
    """The starts and completions verified by the assessment group; March's has the earlier ones."""
    sheet = Sheet("认定表")
    title = f"旬阳高新区{YEAR}年{item.month}月项目开竣工认定表"
    sheet.append_across(title, len(REGISTER), "title")
    sheet.append([Cell("填报单位：综合考核专班", "line")])
    sheet.append([Cell(heading, "heading") for heading in REGISTER])
    number = 0
    for column, evidence in (
        ("verified_start", "施工许可证、现场照片"),
        ("verified_completion", "竣工验收报告"),
    ):
        for project in story.verified_in(column, item.month):
            number += 1
            verified = spellings.date(story.dates[project.project_name][column], "iso")
            dates = [verified, Cell(None)]
            sheet.append(
                [
                    Cell(number),
                    Cell(project.project_code),
                    Cell(project.project_name, "wrapped"),
                    *(dates if column == "verified_start" else dates[::-1]),
                    Cell(evidence),
                ]
            )
    return [sheet]
