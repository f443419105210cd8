"""The working ledgers: node plan, weekly list, monthly assessment, meetings, signings and talks.

Each function turns the story into the sheet of one return, as it was known on the day it was sent.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby

import spellings
from story import YEAR, Return, Story, told_by
from workbook_writer import Cell, Sheet

NODES = ("序号", "项目名称", "关键节点", "计划完成时间", "实际完成时间", "责任人", "备注")
ISSUES = ("编号", "项目名称", "存在问题", "问题类别", "提出时间", "责任单位", "办结时限", "办理状态", "销号时间",
          "解决措施")  # fmt: skip
REVIEWS = ("序号", "参评单位", "日常工作得分（60分）", "现场观摩得分（40分）")
DISPATCH = ("会议时间", "会议类型", "议定事项", "项目名称", "责任单位", "完成时限", "完成时间")
SIGNINGS = ("序号", "期次", "项目名称", "项目代码", "签约金额（亿元）", "签约时间", "履约时间", "开工时间", "投产时间",
            "达效时间")  # fmt: skip
SIGNED_DATES = ("signed_on", "fulfilled_on", "started_on", "produced_on", "capacity_on")
TALKS = ("序号", "项目名称", "总投资（万元）", "年度计划投资（万元）", "前期进展", "责任单位")
TALKS_OF = {"02": "in_february", "05": "in_may"}


def node_plan(story: Story, item: Return) -> list[Sheet]:
    """The plan of key nodes, a block of rows per project; what was put off says why."""
    sheet = _headed(f"旬阳高新区{YEAR}年重点项目节点计划表", "项目建设专班", "节点计划", NODES)
    first_plan = min(one.sent_on for one in story.returns if one.form_id == item.form_id)
    number = 0
    for name, rows in groupby(story.nodes, key=lambda row: row["project_name"]):
        first_row = sheet.next_row
        for row in rows:
            number += 1
            replanned = item.sent_on != first_plan and row["replanned_date"]
            sheet.append(
                [
                    Cell(number),
                    Cell(name, "wrapped"),
                    Cell(row["node_name"]),
                    _date(replanned or row["planned_date"], "cell"),
                    _date(told_by(item.sent_on, row["actual_date"]), "cell"),
                    Cell(row["node_owner"]),
                    Cell(row["reason"] if replanned else None, "wrapped"),
                ]
            )
        sheet.merge(first_row, 1, sheet.next_row - 1, 1)
    return [sheet]


def weekly_list(story: Story, item: Return) -> list[Sheet]:
    """What was raised in the week, what goes on, what was closed in it."""
    week = int(item.period[-2:])
    title = f"旬阳高新区重点项目问题清单（{YEAR}年第{week}周）"
    sheet = _headed(title, "综合考核专班", f"第{week}周", ISSUES)
    monday, sunday = item.week
    for row in story.listed_in(item):
        resolved = told_by(sunday, row["resolved_on"])
        status = "销号" if resolved else "新增" if row["raised_on"] >= monday else "推进"
        sheet.append(
            [
                Cell(row["issue_no"]),
                Cell(row["project_name"], "wrapped"),
                Cell(row["problem"], "wrapped"),
                Cell(row["category"]),
                _date(row["raised_on"], "iso"),
                Cell(story.unit_name[row["unit_code"]]),
                _date(row["due_on"], "iso"),
                Cell(status),
                _date(resolved, "iso"),
                Cell(row["measures"], "wrapped"),
            ]
        )
    return [sheet]


def assessment(story: Story, item: Return) -> list[Sheet]:
    """The month's scores of the thirteen groups."""
    title = f"旬阳高新区{YEAR}年{item.month}月项目小组观摩评比打分表"
    sheet = _headed(title, "综合考核专班", f"{item.month}月", REVIEWS)
    month = item.period[-2:]
    for number, row in enumerate(story.reviews, 1):
        scores = [Cell(Decimal(row[f"{kind}_{month}"]), "number") for kind in ("daily", "site")]
        sheet.append([Cell(number), Cell(story.unit_name[row["unit_code"]]), *scores])
    return [sheet]


def meetings(story: Story, item: Return) -> list[Sheet]:
    """What the month's meetings decided, and what earlier ones left open; a meeting's cells merged."""
    title = f"旬阳高新区{YEAR}年{item.month}月调度会议定事项"
    sheet = _headed(title, "项目建设专班", "议定事项", DISPATCH)
    held = groupby(story.dispatched_in(item), key=lambda row: (row["held_on"], row["meeting_type"]))
    for (held_on, meeting_type), rows in held:
        first_row = sheet.next_row
        for row in rows:
            sheet.append(
                [
                    _date(held_on, "chinese"),
                    Cell(meeting_type),
                    Cell(row["item"], "wrapped"),
                    Cell(row["project_name"] or None, "wrapped"),
                    Cell(story.unit_name[row["unit_code"]]),
                    _date(row["due_on"], "chinese"),
                    _date(told_by(item.sent_on, row["done_on"]), "chinese"),
                ]
            )
        for column in (0, 1):
            sheet.merge(first_row, column, sheet.next_row - 1, column)
    return [sheet]


def signings(story: Story, item: Return) -> list[Sheet]:
    """The investment projects that were signed by the month's end, with the dates that have come."""
    title = f"旬阳高新区招商项目签约落地“三个一批”表（{YEAR}年{item.month}月）"
    sheet = _headed(title, "招商引资专班", "签约落地", SIGNINGS)
    month_end = item.span.last_day
    signed = [row for row in story.signings if row["signed_on"] <= month_end]
    for number, row in enumerate(signed, 1):
        sheet.append(
            [
                Cell(number),
                Cell(row["cohort"]),
                Cell(row["project_name"], "wrapped"),
                Cell(row["project_code"] or None),
                spellings.yi_number(Decimal(row["contract_wanyuan"])),
                *(_date(told_by(month_end, row[column]), "slash") for column in SIGNED_DATES),
            ]
        )
    return [sheet]


def talks(story: Story, item: Return) -> list[Sheet]:
    """The projects that are talked about; the list of May takes the place of February's."""
    column = TALKS_OF[item.arrived_at[5:7]]
    sheet = _headed(f"旬阳高新区{YEAR}年谋划储备项目表", "招商引资专班", "在谈项目", TALKS)
    for number, row in enumerate((row for row in story.talks if row[column]), 1):
        sheet.append(
            [
                Cell(number),
                Cell(row["project_name"], "wrapped"),
                *(
                    _amount(row[field])
                    for field in ("total_investment_wanyuan", "plan_year_wanyuan")
                ),
                Cell(row[column]),
                Cell(story.unit_name[item.unit_code]),
            ]
        )
    return [sheet]


def _headed(title: str, sender: str, name: str, headings: tuple[str, ...]) -> Sheet:
    sheet = Sheet(name)
    sheet.append_across(title, len(headings), "title")
    sheet.append([Cell(f"填报单位：{sender}", "line")])
    sheet.append([Cell(heading, "heading") for heading in headings])
    return sheet


def _date(text: str, spelling: str) -> Cell:
    return spellings.date(text, spelling) if text else Cell(None)


def _amount(text: str) -> Cell:
    return spellings.number(Decimal(text)) if text else Cell(None)
