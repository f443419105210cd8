"""The working ledgers: node plans, issues, meeting items, review scores.

Each function turns the story into the sheet of one return.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby

import spellings
from story import YEAR, Return, Story
from story_tables import Row
from workbook_writer import Cell, Sheet

NODES = ("序号", "项目名称", "关键节点", "计划完成时间", "实际完成时间", "责任人", "备注")
ISSUES = ("序号", "编号", "项目名称", "存在问题", "问题类别", "提出时间", "责任单位", "办结时限",
          "办理状态", "销号时间", "解决措施")  # fmt: skip
ITEMS = ("会议时间", "会议类型", "议定事项", "涉及项目", "责任单位", "完成时限", "完成时间", "备注")
REVIEWS = ("序号", "观摩项目", "责任单位", "日常工作情况得分（50分）", "项目现场观摩得分（50分）")
ORDINALS = "一二三四五六七八九"


def node_plan(story: Story, item: Return) -> list[Sheet]:
    """A unit's nodes of the year as it tells them that day, a block for each project."""
    sheet = Sheet("节点计划")
    sheet.append_across(f"{YEAR}年重点项目节点计划表", len(NODES), "title")
    sheet.append([Cell(f"填报单位：{story.unit_name[item.unit_code]}", "line")])
    sheet.append([Cell(heading, "heading") for heading in NODES])
    spelling = "dot" if item.path.endswith(".xls") else "cell"
    number = 0
    told = story.nodes_told(item)
    for place, (name, nodes) in enumerate(groupby(told, key=lambda row: row["project_name"])):
        sheet.append_across(f"{ORDINALS[place]}、{name}", len(NODES), "text")
        for row in nodes:
            number += 1
            sheet.append(
                [
                    Cell(number),
                    Cell(name, "wrapped"),
                    Cell(row["node_name"], "wrapped"),
                    _day(row["planned_date"], spelling),
                    _day(row["actual_date"], spelling),
                    Cell(row["node_owner"]),
                    Cell(row["reason"] or None, "wrapped"),
                ]
            )
    return [sheet]


def issue_list(story: Story, item: Return) -> list[Sheet]:
    """The issues of one week: what is new, what goes on, what was resolved."""
    week = int(item.period[-2:])
    sheet = Sheet(f"第{week}周")
    sheet.append_across(f"召陵区{YEAR}年第{week}周重点项目问题台账", len(ISSUES), "title")
    sheet.append([Cell("填报单位：区委区政府督查局", "line")])
    sheet.append([Cell(heading, "heading") for heading in ISSUES])
    spelling = "slash" if item.path.endswith(".xls") else "cell"
    is_doubled = "doubled_number" in story.changes_of(item)
    listed = story.issues_of_week(item.period)
    for number, (status, row) in enumerate(listed, 1):
        no = listed[0][1]["issue_no"] if is_doubled and number == 2 else row["issue_no"]
        sheet.append(
            [
                Cell(number),
                Cell(no),
                Cell(row["project_name"], "wrapped"),
                Cell(row["problem"], "wrapped"),
                Cell(row["category"]),
                _day(row["raised_on"], spelling),
                Cell(story.unit_name[row["unit_code"]]),
                _day(row["due_on"], spelling),
                Cell(status),
                _day(row["resolved_on"] if status == "销号" else "", spelling),
                Cell(row["measures"], "wrapped"),
            ]
        )
    return [sheet]


def meeting_items(story: Story, item: Return) -> list[Sheet]:
    """A month's items with what is left of earlier meetings; a meeting's day is merged over its items."""
    sheet = Sheet("议定事项")
    title = f"召陵区{YEAR}年{item.month}月重点项目周例会和现场办公会议定事项"
    sheet.append_across(title, len(ITEMS), "title")
    sheet.append([Cell("填报单位：督查局", "line")])
    sheet.append([Cell(heading, "heading") for heading in ITEMS])
    listed = story.items_of_month(item.period)
    for (held_on, kind), items in groupby(
        listed, key=lambda row: (row["held_on"], row["meeting_type"])
    ):
        _write_meeting(sheet, story, item, held_on, kind, items)
    return [sheet]


def _write_meeting(
    sheet: Sheet, story: Story, item: Return, held_on: str, kind: str, items: Iterable[Row]
) -> None:
    spelling = "chinese" if item.path.endswith(".xls") else "cell"
    first = sheet.next_row
    is_left = held_on[:7] < item.period
    for row in items:
        is_first = sheet.next_row == first
        sheet.append(
            [
                _day(held_on, spelling) if is_first else Cell(None),
                Cell(kind),
                Cell(row["item"], "wrapped"),
                Cell(row["project_name"] or None, "wrapped"),
                Cell(story.unit_name[row["unit_code"]]),
                _day(row["due_on"], spelling),
                _day(item.span.told(row["done_on"]), spelling),
                Cell("上月结转" if is_left else None),
            ]
        )
    sheet.merge(first, 0, sheet.next_row - 1, 0)


def review(story: Story, item: Return) -> list[Sheet]:
    """The scores of one month."""
    sheet = Sheet("打分表")
    title = f"召陵区{YEAR}年{item.month}月重点项目观摩评比打分表"
    sheet.append_across(title, len(REVIEWS), "title")
    sheet.append([Cell("填报单位：区督查局", "line")])
    sheet.append([Cell(heading, "heading") for heading in REVIEWS])
    scored = [row for row in story.reviews if row["period"] == item.period]
    for number, row in enumerate(scored, 1):
        sheet.append(
            [
                Cell(number),
                Cell(row["project_name"], "wrapped"),
                Cell(story.unit_name[story.unit_of[row["project_name"]]]),
                Cell(Decimal(row["daily_score"]), "number"),
                Cell(Decimal(row["site_score"]), "number"),
            ]
        )
    return [sheet]


def _day(text: str, spelling: str) -> Cell:
    return spellings.date(text, spelling) if text else Cell(None)
