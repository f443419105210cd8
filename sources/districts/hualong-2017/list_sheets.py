"""The lists of the year: the three concentrated launches, and what is to be built next year.

Each function turns the story into the sheet of one return.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import spellings
from story import YEAR, Listed, Return, Story
from story_tables import ZERO
from workbook_writer import Cell, Sheet

LAUNCHES = ("序号", "期次", "活动时间", "项目名称", "概算投资（亿元）", "年度计划投资（亿元）")
RESERVE = ("序号", "项目名称", "概算投资（亿元）", "年度计划投资（亿元）", "拟申报级别", "前期进展",
           "责任单位", "备注")  # fmt: skip
DRAFT = ("序号", "项目名称", "项目总投资", "年度计划投资", "责任单位", "前期工作进展")
PARTS = (
    ("一、拟申报省控重点项目", "省级"),
    ("二、拟申报市级重点项目", "市级"),
    ("三、其他计划实施项目", ""),
)


def launches(story: Story) -> list[Sheet]:
    """The projects of the year's three launches, a subtotal after each, the total below."""
    sheet = Sheet("集中开工")
    sheet.append_across(f"华龙区{YEAR}年集中开工活动项目表", len(LAUNCHES), "title")
    sheet.append([Cell("填报单位：区重点办", "line")])
    sheet.append([Cell(heading, "heading") for heading in LAUNCHES])
    number = 0
    for _, found in groupby(story.launches, key=lambda one: one.told["event_no"]):
        members = list(found)
        for one in members:
            number += 1
            sheet.append(
                [
                    Cell(number),
                    Cell(one.told["event_no"]),
                    spellings.date(one.told["held_on"], "chinese"),
                    Cell(one.project_name, "wrapped"),
                    *_in_yi([one]),
                ]
            )
        sheet.append([Cell("小计", "heading"), *[Cell(None)] * 3, *_in_yi(members)])
    sheet.append([Cell("合计", "heading"), *[Cell(None)] * 3, *_in_yi(story.launches)])
    return [sheet]


def reserve(story: Story, item: Return) -> list[Sheet]:
    """Next year's projects: October's first draft as a plain list, December's by level."""
    drafts = [other.arrived_at for other in story.returns if other.form_id == item.form_id]
    return _draft(story) if item.arrived_at == min(drafts) else _final(story)


def _draft(story: Story) -> list[Sheet]:
    members = [one for one in story.reserve if one.told["in_first_draft"] == "true"]
    sheet = Sheet("初稿")
    title = f"华龙区{YEAR + 1}年计划实施项目谋划储备表（初稿）"
    sheet.append_across(title, len(DRAFT), "title")
    row = sheet.append([Cell("填报单位：区发改委", "line")])
    sheet.put(row, len(DRAFT) - 2, Cell("单位：万元", "line"))
    sheet.append([Cell(heading, "heading") for heading in DRAFT])
    for number, one in enumerate(members, 1):
        sheet.append(
            [
                Cell(number),
                Cell(one.project_name, "wrapped"),
                spellings.number(one.total),
                spellings.number(one.plan),
                Cell(story.unit_name[one.told["unit_code"]]),
                Cell(one.told["maturity"]),
            ]
        )
    return [sheet]


def _final(story: Story) -> list[Sheet]:
    sheet = Sheet(f"{YEAR + 1}年项目")
    title = f"华龙区{YEAR + 1}年计划实施项目谋划储备表"
    sheet.append_across(title, len(RESERVE), "title")
    sheet.append([Cell("填报单位：区发改委", "line")])
    sheet.append([Cell(heading, "heading") for heading in RESERVE])
    sheet.append([Cell("合计", "heading"), Cell(None), *_in_yi(story.reserve)])
    number = 0
    for label, tier in PARTS:
        members = [one for one in story.reserve if one.told["proposed_tier"] == tier]
        sheet.append_across(f"{label}（{len(members)}个）", len(RESERVE), "text")
        for one in members:
            number += 1
            sheet.append(
                [
                    Cell(number),
                    Cell(one.project_name, "wrapped"),
                    *_in_yi([one]),
                    Cell(tier or None),
                    Cell(one.told["maturity"]),
                    Cell(story.unit_name[one.told["unit_code"]]),
                    Cell("2017年结转" if one.told["maturity"].startswith("续建") else None),
                ]
            )
    return [sheet]


def _in_yi(members: Sequence[Listed]) -> list[Cell]:
    total = sum((one.total for one in members), ZERO)
    plan = sum((one.plan for one in members), ZERO)
    return [spellings.yi_number(total), spellings.yi_number(plan)]
