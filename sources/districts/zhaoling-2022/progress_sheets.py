"""The progress reports: the commission's of all projects until May, then each unit's own.

The units have four habits, told apart by ``layouts``; a change of the story (``changes.csv``) is
applied where it would have happened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatch

import spellings
from story import YEAR, Project, Return, Story
from story_tables import ZERO
from workbook_writer import Cell, Sheet

MONEY = ("month", "ytd", "cumulative")


@dataclass(frozen=True)
class Layout:
    """One habit: headings ({m} = month) with their fields, where the total stands, how things are spelled."""

    columns: tuple[tuple[str, str], ...]
    title: str
    total_first: bool = False
    group: str = ""
    money: str = "number"
    date: str = "cell"
    line: str = "填报单位：{unit}"


COMMISSION = Layout(
    title="召陵区{y}年{range}重点项目进展情况表",
    line="填报单位：区发改委    单位：万元",
    total_first=True,
    columns=(
        ("序号", "no"),
        ("项目代码", "project_code"),
        ("项目名称", "project_name"),
        ("本月完成投资", "month"),
        ("本年累计完成投资", "ytd"),
        ("自开工累计完成投资", "cumulative"),
        ("形象进度", "progress_text"),
        ("实际开工时间", "reported_start"),
        ("实际竣工时间", "reported_completion"),
        ("存在问题", "problem"),
        ("下步措施", "next_step"),
    ),
)
# How a file is named says which habit its unit has; the first pattern that fits decides.
LAYOUTS: tuple[tuple[str, Layout], ...] = (
    ("*进展情况表*", Layout(
        title="{unit}{y}年{m}月重点项目进展情况表",
        line="填报单位：{unit}    单位：万元",
        columns=COMMISSION.columns,
    )),
    ("*项目进展*", Layout(
        title="{unit}{y}年{range}重点项目进展情况表",
        money="text_with_unit",
        date="chinese",
        columns=(
            ("序号", "no"), ("工程名称", "project_name"), ("{m}月完成投资", "month"),
            ("1-{m}月累计完成投资", "ytd"), ("形象进度", "progress_text"),
            ("开工时间", "reported_start"), ("竣工时间", "reported_completion"),
            ("存在问题", "problem"),
        ),
    )),
    ("*月报*", Layout(
        title="{y}年重点项目进展情况表",
        line="填报单位：{unit}    单位：万元",
        group="完成投资情况",
        date="iso",
        columns=(
            ("序号", "no"), ("项目代码", "project_code"), ("项目名称", "project_name"),
            ("本月", "month"), ("本年累计", "ytd"), ("自开工累计", "cumulative"),
            ("形象进度", "progress_text"), ("实际开工时间", "reported_start"),
            ("实际竣工时间", "reported_completion"), ("下步打算", "next_step"),
        ),
    )),
    ("*.xls", Layout(
        title="重点项目进展情况（{y}年{m}月）",
        line="填报单位：{unit}    单位：万元",
        total_first=True,
        money="thousands_text",
        date="dot",
        columns=(
            ("序号", "no"), ("项目名称", "project_name"), ("当月完成\n投资", "month"),
            ("自年初累计\n完成投资", "ytd"), ("开工以来累计\n完成投资", "cumulative"),
            ("工程形象进度", "progress_text"), ("开工时间", "reported_start"),
            ("存在问题", "problem"), ("下步措施", "next_step"),
        ),
    )),
)  # fmt: skip


def progress(story: Story, item: Return) -> list[Sheet]:
    """One month's report."""
    own = [project for project in story.projects if project.unit_code == item.unit_code]
    if item.unit_code == "fagai":
        return [_written(story, item, COMMISSION, story.projects)]
    return [_written(story, item, _layout_of(item.path), own)]


def _layout_of(path: str) -> Layout:
    return next(layout for pattern, layout in LAYOUTS if fnmatch(path, pattern))


def _written(story: Story, item: Return, layout: Layout, projects: Sequence[Project]) -> Sheet:
    changes = story.changes_of(item)
    sheet = Sheet(f"{item.month}月")
    words = {
        "y": YEAR,
        "m": item.month,
        "range": f"1-{item.month}月",
        "unit": story.unit_name[item.unit_code],
    }
    sheet.append_across(layout.title.format(**words), len(layout.columns), "title")
    sheet.append([Cell(layout.line.format(**words), "line")])
    _write_headings(sheet, layout, item.month)

    def amount(project: Project, field: str) -> Decimal:
        amounts: dict[str, Callable[..., Decimal]] = {
            "month": story.month_amount,
            "ytd": story.ytd,
            "cumulative": story.cumulative,
        }
        less = changes.get("less")
        is_less = less is not None and less.project_name == project.project_name
        return amounts[field](project, item.span) - (Decimal(less.value) if is_less else ZERO)

    def total(field: str) -> Cell:
        if field not in MONEY:
            return Cell(None)
        off = changes.get("total")
        told = sum((amount(project, field) for project in projects), ZERO)
        is_off = off is not None and off.field == field
        return spellings.MONEY[layout.money](told + (Decimal(off.value) if is_off else ZERO))

    def cell(project: Project, number: int, field: str) -> Cell:
        if field in MONEY:
            return spellings.MONEY[layout.money](amount(project, field))
        if field in ("reported_start", "reported_completion"):
            day = story.date_by(project, field, item.span)
            return spellings.date(day, layout.date) if day else Cell(None)
        return Cell(number) if field == "no" else _text(story, project, item, field)

    totals = [total(field) for _, field in layout.columns[1:]]
    if layout.total_first:
        sheet.append([Cell("合计", "heading"), *totals])
    for number, project in enumerate(projects, 1):
        sheet.append([cell(project, number, field) for _, field in layout.columns])
    if not layout.total_first:
        sheet.append([Cell("合计", "heading"), *totals])
    return sheet


def _text(story: Story, project: Project, item: Return, field: str) -> Cell:
    if field == "progress_text":
        return Cell(story.progress_text(project, item.span), "wrapped")
    if field in ("problem", "next_step"):
        return Cell(story.problem(project, item.month, field) or None, "wrapped")
    return Cell(getattr(project, field) or None, "wrapped")


def _write_headings(sheet: Sheet, layout: Layout, month: int) -> None:
    headings = [heading.format(m=month) for heading, _ in layout.columns]
    if not layout.group:
        sheet.append([Cell(heading, "heading") for heading in headings])
        return
    places = [place for place, (_, field) in enumerate(layout.columns) if field in MONEY]
    upper = sheet.append(
        [
            Cell(layout.group if place in places else heading, "heading")
            for place, heading in enumerate(headings)
        ]
    )
    lower = sheet.append(
        [
            Cell(heading if place in places else None, "heading")
            for place, heading in enumerate(headings)
        ]
    )
    sheet.merge(upper, places[0], upper, places[-1])
    for place in range(len(headings)):
        if place not in places:
            sheet.merge(upper, place, lower, place)
