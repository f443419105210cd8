"""The lists of projects: the ledger of key projects, and the four cohorts of 三个一批.

Each function turns the story into the sheet of one return.
"""

from __future__ import annotations

from decimal import Decimal

import spellings
from story import YEAR, Project, Return, Story
from story_tables import ZERO, Row
from workbook_writer import Cell, Sheet

LEDGER = (
    ("序号", "no"),
    ("投资项目代码", "project_code"),
    ("项目名称", "project_name"),
    ("项目级别", "tier"),
    ("领域", "category"),
    ("建设性质", "nature"),
    ("建设内容及规模", "construction_content"),
    ("建设地点", "township"),
    ("总投资（亿元）", "total_investment_wanyuan"),
    ("至2021年底累计完成投资（亿元）", "cumulative_prior_wanyuan"),
    ("2022年度计划投资（亿元）", "plan_year_wanyuan"),
    ("建设年限", "build_years"),
    ("计划开工时间", "planned_start"),
    ("计划竣工时间", "planned_completion"),
    ("责任单位", "unit_code"),
    ("分包领导", "lead_official"),
)
TIERS = (("一", "省级"), ("二", "市级"), ("三", "区级"))
BATCHES = ("序号", "期次", "项目代码", "项目名称", "签约金额", "签约时间", "履约时间", "开工时间",
           "投产时间", "达效时间")  # fmt: skip
STEPS = ("signed_on", "fulfilled_on", "started_on", "produced_on", "capacity_on")


def ledger(story: Story) -> list[Sheet]:
    """The 34 key projects by level, amounts in 亿元."""
    sheet = Sheet("重点项目台账")
    sheet.append_across(f"召陵区{YEAR}年重点项目台账", len(LEDGER), "title")
    sheet.append([Cell("填报单位：区发改委", "line")])
    sheet.append([Cell(heading, "heading") for heading, _ in LEDGER])
    for ordinal, tier in TIERS:
        members = [project for project in story.projects if project.tier == tier]
        label = f"{ordinal}、{tier}重点项目（{len(members)}个）"
        sheet.append_across(label, len(LEDGER), "text")
        for project in members:
            sheet.append([_ledger_cell(story, project, field) for _, field in LEDGER])
    totals = [_ledger_total(story, field) for _, field in LEDGER[3:]]
    row = sheet.append([Cell("合计", "heading"), Cell(None), Cell(None), *totals])
    sheet.merge(row, 0, row, 2)
    return [sheet]


def _ledger_cell(story: Story, project: Project, field: str) -> Cell:
    if field.endswith("_wanyuan"):
        return spellings.yi_number(project.money(field))
    if field in ("planned_start", "planned_completion"):
        return spellings.date(getattr(project, field), "chinese")
    if field == "unit_code":
        return Cell(story.unit_name[project.unit_code])
    value = getattr(project, field)
    return Cell(int(value) if field == "no" else value or None, "wrapped")


def _ledger_total(story: Story, field: str) -> Cell:
    if not field.endswith("_wanyuan"):
        return Cell(None)
    return spellings.yi_number(sum((p.money(field) for p in story.projects), ZERO))


def batches(story: Story, item: Return) -> list[Sheet]:
    """The cohorts as they stand at the month's end; a day that has not come is left open."""
    in_yi = item.path.endswith(".xls")
    sheet = Sheet("三个一批")
    title = f"召陵区“三个一批”项目表（{YEAR}年{item.month}月）"
    sheet.append_across(title, len(BATCHES), "title")
    row = sheet.append([Cell("填报单位：发展和改革委员会", "line")])
    sheet.put(row, len(BATCHES) - 2, Cell(f"单位：{'亿元' if in_yi else '万元'}", "line"))
    sheet.append([Cell(heading, "heading") for heading in BATCHES])
    listed = [row for row in story.batches if row["signed_on"] <= item.span.last_day]
    for number, told in enumerate(listed, 1):
        sheet.append(_batch_cells(told, number, item, in_yi))
    sheet.append_across(
        "注：履约以公司注册并缴纳土地或厂房款项为准；达效以达到设计产能为准。", len(BATCHES), "note"
    )
    return [sheet]


def _batch_cells(told: Row, number: int, item: Return, in_yi: bool) -> list[Cell]:
    amount = Decimal(told["contract_wanyuan"])
    days = [item.span.told(told[step]) for step in STEPS]
    return [
        Cell(number),
        Cell(told["cohort"]),
        Cell(told["project_code"] or None),
        Cell(told["project_name"], "wrapped"),
        spellings.yi_number(amount) if in_yi else spellings.number(amount),
        *(spellings.date(day, "dot" if in_yi else "cell") if day else Cell(None) for day in days),
    ]
