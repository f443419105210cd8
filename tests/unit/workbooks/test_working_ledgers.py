"""The working ledgers as offices write them: merged meetings and projects, words for dates, weeks, stand-ins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from grids import a_file, a_sheet, a_workbook
from small_district import Arrival, batch_of, judge, reading_context

from pipelines.workbooks.returns import read_return

DAY = date(2019, 6, 3)


def read(text, merges=(), file_name="报表.xlsx", planned=(), unit="fagai"):
    forms = ("node_plan", "issue_ledger", "dispatch_record", "three_batches", "site_review")
    slots = {(unit, form): frozenset(planned) for form in forms} if planned else {}
    context = replace(reading_context(), planned_periods=slots)
    return read_return(a_workbook(a_sheet(text, merges=merges)), unit, file_name, context)


def values(result, name):
    return [row.values.get(name) for table in result.tables for row in table.rows]


def problems(result):
    return [p.code for table in result.tables for row in table.rows for p in row.problems]


NODES = """
2019年项目节点计划表
序号 | 项目名称 | 节点名称 | 计划完成时限 | 实际完成时间 | 责任领导
1 | 滨河路 | 路基 | 2019年9月底前 | 正在推进 | 张某某
 | | 路面 | 2019.10.15前完成 | / |
2 | 图书馆 | 封顶 | 2019年底 | 2019-06-28 |
"""


def test_every_node_of_a_project_written_once_over_several_rows_is_a_row():
    result = read(NODES, merges=["A3:A4", "B3:B4"])
    assert (result.form.form_id, result.sheets[0].kinds["data"]) == ("node_plan", 3)
    assert values(result, "project_name") == ["滨河路", "滨河路", "图书馆"]
    assert values(result, "node_name") == ["路基", "路面", "封顶"]


def test_the_day_until_which_something_is_due_is_read_and_its_words_are_kept():
    result = read(NODES, merges=["A3:A4", "B3:B4"])
    assert values(result, "planned_date") == [
        date(2019, 9, 30), date(2019, 10, 15), date(2019, 12, 31),
    ]  # fmt: skip
    assert set(values(result, "planned_date_precision")) == {"day"}
    assert values(result, "actual_date") == [None, None, date(2019, 6, 28)]
    steps = result.tables[0].rows[0].steps
    assert [words for _, field, words in steps if field == "actual_date"] == [
        "没有日期：正在推进→空"
    ]


ISSUES = """
2019年6月问题台账
编号 | 项目名称 | 存在问题 | 提出时间 | 责任单位 | 办结时限 | 是否销号 | 销号时间
1 | 滨河路 | 征地 | 2019-06-03 | 甲镇 | 2019-06-30 | 否 |
2 | | 资金 | | | | 是 | 2019-06-20
3、 | 图书馆 | 手续 | 2019年6月3日 | 发改局 | 长期坚持 | 正在办理 | 尚未办结
合计 | 3件
"""


def test_an_issue_with_a_number_of_its_own_is_a_row_under_a_merged_project():
    result = read(ISSUES, merges=["B3:B4", "D3:D4", "E3:E4", "F3:F4"])
    assert values(result, "issue_no") == ["1", "2", "3"]
    assert values(result, "project_name") == ["滨河路", "滨河路", "图书馆"]
    assert values(result, "raised_on") == [DAY, DAY, DAY]
    assert values(result, "due_on") == [date(2019, 6, 30), date(2019, 6, 30), None]
    assert values(result, "status") == ["推进", "销号", "推进"]
    assert problems(result) == []


@pytest.mark.parametrize("word", ["6月底前", "春节前", "已完成", "下周"])
def test_a_date_nobody_can_tell_is_a_problem_and_no_guess(word):
    result = read(ISSUES.replace("长期坚持", word))
    assert problems(result) == ["not_a_date"]


DISPATCH = """
2019年6月重点项目调度会议定事项落实情况
会议时间 | 会议类型 | 序号 | 议定事项 | 涉及项目 | 责任单位 | 完成时限 | 完成情况 | 完成时间
2019-06-03 | 重点项目周例会 | 1 | 办路灯手续 | 三纬路 | 甲镇 | 立行立改 | 已完成 | 2019-06-12
 | | 2 | 改消防设计 | 图书馆 | 发改局 | 2019.6.30前 | | 推进中
一、现场办公会（1件）
2019-06-10 | 现场会 | 3 | 印发通报 | 无 | | | |
"""


def test_a_meeting_written_once_holds_for_all_its_items():
    result = read(DISPATCH, merges=["A3:A4", "B3:B4"])
    assert values(result, "held_on") == [DAY, DAY, date(2019, 6, 10)]
    assert values(result, "meeting_type") == ["周例会", "周例会", "现场办公会"]
    assert values(result, "project_name") == ["三纬路", "图书馆", None]
    assert values(result, "due_on") == [None, date(2019, 6, 30), None]
    assert values(result, "done_on") == [date(2019, 6, 12), None, None]
    assert problems(result) == []


def test_a_number_of_items_that_a_heading_declares_is_compared_with_the_rows():
    def found(count):
        grid = DISPATCH.replace("（1件）", f"（{count}件）")
        return {f.rule_id for f in judge(batch_of({"r": Arrival("fagai", grid)})).findings}

    assert found(2) - found(1) == {"GEN-109"}


BATCHES = """
2019年“三个一批”项目表
期次 | 项目名称 | {amounts} | 签约时间 | 履约时间 | 投产时间
第四期 | 滨河路 | {figures} | 2019.3 | 未履约 | 洽谈中
"""


def test_the_total_stands_for_the_amount_signed_only_where_none_is_told():
    one = read(BATCHES.format(amounts="总投资（亿元）", figures="0.5"))
    both = read(BATCHES.format(amounts="总投资（亿元） | 签约金额（亿元）", figures="0.5 | 0.4"))
    assert values(one, "contract_wanyuan") == [Decimal(5000)]
    assert values(both, "contract_wanyuan") == [Decimal(4000)]
    assert values(both, "total_investment_wanyuan") == [Decimal(5000)]
    assert problems(one) == problems(both) == []


REVIEWS = """
观摩评比打分表
月份 | {subject} | 得分 | | | 排名
 | {below} | 日常工作（50分） | 现场观摩（50分） | 合计 |
5月 | {first} | 45.5 | '40分 | 85.5 | 1
 | {second} | 46 | 41 | 87 | 2
平均分 | {none} | 45.75 | 40.5 | 86.25
"""
LEVELS = ["A2:A3", "B2:B3", "A4:A5"]


def test_a_unit_is_reviewed_where_no_project_is_named():
    text = REVIEWS.format(subject="责任单位", below="", first="甲镇", second="乙镇", none="")
    result = read(text, merges=[*LEVELS, "C2:E2", "F2:F3"], file_name="2019年观摩评比.xlsx")
    assert (result.period, result.sheets[0].kinds["total"]) == ("2019", 1)
    assert values(result, "project_name") == ["甲镇", "乙镇"]
    assert values(result, "responsible_unit") == [None, None]
    assert values(result, "period") == ["2019-05", "2019-05"]
    assert values(result, "daily_score") == [Decimal("45.5"), Decimal(46)]
    assert values(result, "site_score") == [Decimal(40), Decimal(41)]


def test_beside_a_project_the_responsible_unit_is_its_unit():
    text = REVIEWS.format(
        subject="项目名称 | 责任单位",
        below=" | ",
        first="滨河路 | 甲镇",
        second="图书馆 |",
        none=" | ",
    )
    merges = [*LEVELS, "C2:C3", "D2:F2", "G2:G3"]
    result = read(text, merges=merges, file_name="2019年观摩评比.xlsx")
    assert values(result, "project_name") == ["滨河路", "图书馆"]
    assert values(result, "responsible_unit") == ["甲镇", None]


def test_a_share_is_no_score():
    text = "2019年5月观摩评比打分表\n单位名称 | 日常工作得分 | 现场观摩得分\n甲镇 | 40% | 1万元"
    assert problems(read(text)) == ["not_a_number", "not_a_number"]


@pytest.mark.parametrize(
    ("title", "file_name", "planned", "period"),
    [
        ("2019年问题台账", "问题台账.xlsx", ("year",), "2019"),
        ("2019年问题台账", "问题台账2019年6月.xlsx", ("year",), "2019"),
        ("2019年问题台账", "问题台账.xlsx", (), "2019"),
        ("2019年问题台账", "问题台账.xlsx", ("month",), None),
        ("2019年问题台账", "问题台账（6月）.xlsx", ("month",), "2019-06"),
        ("2019年6月问题台账", "问题台账.xlsx", ("week",), None),
        ("2019年问题台账", "第23周.xlsx", ("week",), "2019-W23"),
        ("2019年第23周问题台账", "2019-W23.xlsx", ("week",), "2019-W23"),
        ("2019年6月上半月问题台账", "报表.xlsx", ("half_month",), "2019-06-H1"),
        ("2019年6月第2周问题台账", "报表.xlsx", (), None),
        ("2019年第60周问题台账", "报表.xlsx", (), None),
    ],
)
def test_the_plan_settles_of_which_kind_of_period_a_list_is(title, file_name, planned, period):
    text = ISSUES.replace("2019年6月问题台账", title)
    result = read(text, file_name=file_name, planned=planned)
    assert result.period == period
    untold = [notice for notice in result.notices if notice.code == "period_untold"]
    assert bool(untold) == (period is None)


def test_a_week_and_a_month_do_not_agree():
    result = read(ISSUES, file_name="2019年第23周.xlsx")
    assert [notice.code for notice in result.notices] == ["period_conflict"]


def test_an_old_workbook_is_read_alike():
    text = ISSUES.replace("2019年6月问题台账", "2019年第23周问题台账").replace("1 |", "'1 |", 1)
    result = Arrival("fagai", data=a_file(text, ending=".xls"), file_name="台账.xls").read()
    assert (result.period, values(result, "issue_no")) == ("2019-W23", ["1", "2", "3"])


CODE = "2019-130871-48-03-000001"
CODED = """
2019年项目节点计划表
项目代码 | 项目名称 | 关键节点 | 计划完成时间
{code} | 滨河路 | 路基 | 2019-06-30
{code} | 滨河路 | {node} | 2019-09-30
{more} | 滨河路 | 绿化 | 2019-10-31
"""


@pytest.mark.parametrize(
    ("node", "more", "cells"), [("路面", CODE, []), ("路 基", CODE, ["A4"]), ("绿化", "", ["B5"])]
)
def test_a_project_has_many_nodes_but_each_of_them_once(node, more, cells):
    grid = CODED.format(code=CODE, node=node, more=more)
    found = judge(batch_of({"r": Arrival("jia", grid)})).findings
    assert [f.place.cell for f in found if f.rule_id == "GEN-209"] == cells
    for finding in found:
        assert "项目名称（或项目代码）、关键节点相同的只有一行" in finding.message
