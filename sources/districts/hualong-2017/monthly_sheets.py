"""The returns of the months: the ledger they rest on, the progress report, the verified dates.

Each function turns the story into the sheet of one return.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

import spellings
from story import YEAR, Project, Return, Story
from story_tables import ZERO, Span
from workbook_writer import Cell, Sheet

Column = tuple[str, str]  # heading, field

LEDGER: tuple[Column, ...] = (
    ("序号", "no"),
    ("项目代码", "project_code"),
    ("项目名称", "project_name"),
    ("级别", "tier"),
    ("项目类别", "category"),
    ("建设性质", "nature"),
    ("主要建设内容", "construction_content"),
    ("所在乡镇", "township"),
    ("总投资（亿元）", "total_investment_wanyuan"),
    ("至2016年底累计完成投资（万元）", "cumulative_prior_wanyuan"),
    ("2017年度计划投资（万元）", "plan_year_wanyuan"),
    ("建设年限", "build_years"),
    ("计划开工时间", "planned_start"),
    ("计划竣工时间", "planned_completion"),
    ("责任单位", "unit_code"),
    ("分包领导", "lead_official"),
)
PROGRESS: tuple[Column, ...] = (
    ("序号", "no"),
    ("项目代码", "project_code"),
    ("项目名称", "project_name"),
    ("本月完成投资", "month"),
    ("本年累计完成投资", "ytd"),
    ("自开工累计完成投资", "cumulative"),
    ("形象进度", "progress_text"),
    ("开工时间", "reported_start"),
    ("复工时间", "resumed_on"),
    ("竣工时间", "reported_completion"),
    ("存在问题", "problem"),
)
REGISTER = ("序号", "项目代码", "项目名称", "认定开工时间", "认定竣工时间", "认定依据",
            "集中开工批次")  # fmt: skip
MONEY = ("month", "ytd", "cumulative")
NATURES = (("一", "续建"), ("二", "新开工"))


def ledger(story: Story) -> list[Sheet]:
    """The ledger of 42 projects, the continued ones before the new ones."""
    sheet = Sheet("台账")
    sheet.append_across(f"华龙区{YEAR}年省、市重点项目台账", len(LEDGER), "title")
    sheet.append([Cell("填报单位：华龙区发展和改革委员会", "line")])
    sheet.append([Cell(heading, "heading") for heading, _ in LEDGER])
    for ordinal, nature in NATURES:
        members = [project for project in story.projects if project.nature == nature]
        label = f"{ordinal}、{nature}项目（{len(members)}个）"
        sheet.append_across(label, len(LEDGER), "text")
        for project in members:
            sheet.append([_ledger_cell(story, project, field) for _, field in LEDGER])
    _write_total(sheet, LEDGER, lambda field: _ledger_total(story, field))
    return [sheet]


def _ledger_cell(story: Story, project: Project, field: str) -> Cell:
    if field.endswith("_wanyuan"):
        return _ledger_money(field, project.money(field))
    if field in ("planned_start", "planned_completion"):
        return spellings.date(getattr(project, field), "chinese")
    if field == "unit_code":
        return Cell(story.unit_name[project.unit_code])
    value = getattr(project, field)
    return Cell(int(value) if field == "no" else value or None, "wrapped")


def _ledger_total(story: Story, field: str) -> Cell:
    if not field.endswith("_wanyuan"):
        return Cell(None)
    return _ledger_money(field, sum((p.money(field) for p in story.projects), ZERO))


def _ledger_money(field: str, amount: Decimal) -> Cell:
    in_yi = field == "total_investment_wanyuan"
    return spellings.yi_number(amount) if in_yi else spellings.number(amount)


def progress(story: Story, item: Return) -> list[Sheet]:
    """The office's report of one month on all projects; January is in February's."""
    sheet = Sheet(f"{item.month}月")
    title = f"华龙区{YEAR}年1-{item.month}月重点项目进展情况通报表"
    sheet.append_across(title, len(PROGRESS), "title")
    row = sheet.append([Cell("填报单位：区重点办", "line")])
    sheet.put(row, len(PROGRESS) - 2, Cell("单位：万元", "line"))
    sheet.append([Cell(heading, "heading") for heading, _ in PROGRESS])
    _write_total(sheet, PROGRESS, lambda field: _progress_total(story, field, item.span))
    for project in story.projects:
        sheet.append([_progress_cell(story, project, field, item.span) for _, field in PROGRESS])
    sheet.append_across("注：1月与2月合并报送；竣工项目保留到年底。", len(PROGRESS), "note")
    return [sheet]


def _progress_cell(story: Story, project: Project, field: str, span: Span) -> Cell:
    if field in MONEY:
        return spellings.number(_amount(story, project, field, span))
    if field in ("reported_start", "resumed_on", "reported_completion"):
        date = story.date_by(project, field, span)
        return spellings.date(date, "dot" if span.month % 2 else "cell") if date else Cell(None)
    if field == "progress_text":
        return Cell(story.progress_text(project, span), "wrapped")
    if field == "problem":
        return Cell(story.problem(project, span.month) or None, "wrapped")
    value = getattr(project, field)
    return Cell(int(value) if field == "no" else value or None, "wrapped")


def _amount(story: Story, project: Project, field: str, span: Span) -> Decimal:
    amounts = {"month": story.month_amount, "ytd": story.ytd, "cumulative": story.cumulative}
    return amounts[field](project, span)


def _progress_total(story: Story, field: str, span: Span) -> Cell:
    if field not in MONEY:
        return Cell(None)
    return spellings.number(sum((_amount(story, p, field, span) for p in story.projects), ZERO))


def _write_total(sheet: Sheet, columns: Sequence[Column], cell_of: Callable[[str], Cell]) -> None:
    cells = [cell_of(field) for _, field in columns[3:]]
    row = sheet.append([Cell("合计", "heading"), Cell(None), Cell(None), *cells])
    sheet.merge(row, 0, row, 2)


def register(story: Story, item: Return) -> list[Sheet]:
    """The starts and completions verified in one month."""
    sheet = Sheet("认定表")
    title = f"华龙区{YEAR}年{item.month}月重点项目开竣工认定表"
    sheet.append_across(title, len(REGISTER), "title")
    sheet.append([Cell("填报单位：区发改委", "line")])
    sheet.append([Cell(heading, "heading") for heading in REGISTER])
    number = 0
    for column in ("verified_start", "verified_completion"):
        for project in story.verified_in(column, item.month):
            number += 1
            sheet.append(_register_cells(story, project, column, number))
    return [sheet]


def _register_cells(story: Story, project: Project, column: str, number: int) -> list[Cell]:
    dates = story.dates[project.project_name]
    verified = spellings.date(dates[column], "cell")
    is_start = column == "verified_start"
    return [
        Cell(number),
        Cell(project.project_code or None),
        Cell(project.project_name),
        verified if is_start else Cell(None),
        Cell(None) if is_start else verified,
        Cell(dates["evidence"] if is_start else "竣工验收报告、现场照片"),
        Cell(dates["launch_event"] if is_start else None),
    ]
