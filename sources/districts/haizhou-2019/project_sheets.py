"""The returns with a row per project: ledger, reserve list, register of verified dates, progress."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import spellings
from cross_tables import write_headings
from story import YEAR, Project, Return, Story
from story_tables import ZERO, period_of
from workbook_writer import Cell, Sheet

_ORDINALS = "一二"
_SENDER = "填报单位：发展和改革局"

_LEDGER = (  # heading, column of the story
    ("序号", "no"),
    ("项目代码", "project_code"),
    ("项目名称", "project_name"),
    ("建设性质", "nature"),
    ("项目类别", "category"),
    ("所在镇街", "township"),
    ("总投资（亿元）", "total_investment_wanyuan"),
    ("至2018年底累计完成投资（万元）", "cumulative_prior_wanyuan"),
    ("2019年度计划投资（万元）", "plan_year_wanyuan"),
    ("计划开工时间", "planned_start"),
    ("计划竣工时间", "planned_completion"),
    ("责任单位", "unit_code"),
)
_RESERVE = (
    ("序号", "no"),
    ("项目名称", "project_name"),
    ("总投资（万元）", "total_investment_wanyuan"),
    ("拟申报级别", "proposed_tier"),
    ("前期进展", "maturity"),
    ("责任单位", "unit_code"),
)
_REGISTER = ("序号", "项目代码", "项目名称", "认定开工时间", "认定竣工时间", "认定依据")
_PROGRESS = (
    "序号", "项目代码", "项目名称", "本年累计完成投资", "自开工累计完成投资", "形象进度", "实际开工时间", "实际竣工时间",
)  # fmt: skip


def ledger(story: Story) -> list[Sheet]:
    """The year's ledger: works first, then the projects in reserve, total below."""
    sheet = Sheet("2019年项目台账")
    sheet.append_across(f"海州区{YEAR}年重点项目台账", len(_LEDGER), "title")
    sheet.append([Cell(_SENDER, "line")])
    write_headings(sheet, [(heading,) for heading, _ in _LEDGER])
    parts = (
        ("建设项目", [project for project in story.projects if not project.is_reserve]),
        ("储备项目", [project for project in story.projects if project.is_reserve]),
    )
    for ordinal, (label, members) in zip(_ORDINALS, parts, strict=True):
        sheet.append_across(f"{ordinal}、{label}（{len(members)}个）", len(_LEDGER), "text")
        for project in members:
            sheet.append([_ledger_cell(story, project, field) for _, field in _LEDGER])
    cells = [Cell("合计", "heading")]
    for heading, field in _LEDGER[1:]:
        total = (
            sum((project.money(field) for project in story.projects), ZERO)
            if _is_money(field)
            else None
        )
        cells.append(Cell(None) if total is None else _money(heading, total))
    row = sheet.append(cells)
    sheet.merge(row, 0, row, 5)
    return [sheet]


def _ledger_cell(story: Story, project: Project, field: str) -> Cell:
    value = getattr(project, field)
    if _is_money(field):
        heading = next(heading for heading, name in _LEDGER if name == field)
        return _money(heading, Decimal(value)) if value else Cell(None)
    if field.startswith("planned_"):
        return spellings.date(value, "chinese") if value else Cell(None)
    if field == "unit_code":
        return Cell(story.unit_name[value])
    return Cell(int(value) if field == "no" else value or None, "wrapped")


def _is_money(field: str) -> bool:
    return field.endswith("_wanyuan")


def _money(heading: str, amount: Decimal) -> Cell:
    return spellings.yi_number(amount) if "亿元" in heading else spellings.number(amount)


def reserve(story: Story) -> list[Sheet]:
    """The projects that are planned and packaged but in no ledger's works yet."""
    sheet = Sheet("储备项目")
    sheet.append_across(f"海州区{YEAR}年谋划储备项目表", len(_RESERVE), "title")
    sheet.append([Cell(_SENDER, "line")])
    write_headings(sheet, [(heading,) for heading, _ in _RESERVE])
    for row in story.reserve:
        cells = []
        for _, field in _RESERVE:
            if _is_money(field):
                cells.append(spellings.thousands_text(Decimal(row[field])))
            elif field == "unit_code":
                cells.append(Cell(story.unit_name[row[field]]))
            else:
                cells.append(Cell(int(row[field]) if field == "no" else row[field] or None))
        sheet.append(cells)
    return [sheet]


def register(story: Story, item: Return, months: Sequence[int]) -> list[Sheet]:
    """The starts and completions verified since the register before (``months``: all registers')."""
    sheet = Sheet("认定表")
    title = f"海州区{YEAR}年{item.month}月项目开竣工认定表"
    sheet.append_across(title, len(_REGISTER), "title")
    sheet.append([Cell(_SENDER, "line")])
    write_headings(sheet, [(heading,) for heading in _REGISTER])
    before = max((month for month in months if month < item.month), default=0)
    parts = (
        ("认定开工项目", "verified_start", "施工许可证、现场照片"),
        ("认定竣工项目", "verified_completion", "竣工验收报告、现场照片"),
    )
    members = {
        label: [
            project
            for project in story.projects
            if period_of(YEAR, before) < getattr(project, column)[:7] <= period_of(YEAR, item.month)
        ]
        for label, column, _ in parts
    }
    filled = [part for part in parts if members[part[0]]]
    for ordinal, (label, column, evidence) in zip(_ORDINALS, filled, strict=False):
        heading = f"{ordinal}、{label}（{len(members[label])}个）"
        sheet.append_across(heading, len(_REGISTER), "text")
        for number, project in enumerate(members[label], 1):
            date = spellings.date(getattr(project, column), "cell")
            dates = [date, Cell(None)] if column == "verified_start" else [Cell(None), date]
            code, name = Cell(project.project_code), Cell(project.project_name)
            sheet.append([Cell(number), code, name, *dates, Cell(evidence)])
    return [sheet]


def progress(story: Story, item: Return) -> list[Sheet]:
    """How all works of the district stand at the month's end, with the total on top."""
    sheet = Sheet(f"{item.month}月")
    title = f"海州区重点项目进展情况表（{YEAR}年{item.month}月）"
    sheet.append_across(title, len(_PROGRESS), "title")
    row = sheet.append([Cell(_SENDER, "line")])
    sheet.put(row, len(_PROGRESS) - 2, Cell("单位：万元", "line"))
    write_headings(sheet, [(heading,) for heading in _PROGRESS])
    works = [project for project in story.projects if not project.is_reserve]
    amounts = [_amounts(project, item.month) for project in works]
    totals = [sum(column, ZERO) for column in zip(*amounts, strict=True)]
    row = sheet.append(
        [Cell("合计", "heading"), Cell(None), Cell(None), *map(spellings.number, totals)]
        + [Cell(None)] * 3
    )
    sheet.merge(row, 0, row, 2)
    for number, (project, money) in enumerate(zip(works, amounts, strict=True), 1):
        started, completed = (
            item.span.told(date) for date in (project.reported_start, project.reported_completion)
        )
        sheet.append(
            [
                Cell(number),
                Cell(project.project_code),
                Cell(project.project_name, "wrapped"),
                *map(spellings.number, money),
                Cell(_physical_progress(project, money, started, completed)),
                spellings.date(started, "dot") if started else Cell(None),
                spellings.date(completed, "dot") if completed else Cell(None),
            ]
        )
    return [sheet]


def _amounts(project: Project, month: int) -> list[Decimal]:
    ytd = project.money(f"m{month:02d}")
    return [ytd, project.money("cumulative_prior_wanyuan") + ytd]


def _physical_progress(
    project: Project, money: Sequence[Decimal], started: str, completed: str
) -> str:
    if completed:
        return "已竣工"
    if not started and project.nature == "新开工":
        return "前期手续办理"
    return f"在建（约{int(money[1] / project.money('total_investment_wanyuan') * 100)}%）"
