"""The product's own sheets come back in a return: they are no tables, and their replies are read."""

import pytest
from grids import a_sheet, a_workbook
from small_district import reading_context

from pipelines.workbooks.own_sheets import (
    ANSWER_SHEET,
    GUIDE_SHEET,
    MARK_SHEET,
    RULES_SHEET,
    Reply,
    TemplateMark,
)
from pipelines.workbooks.returns import read_return

PROGRESS = """
2019年3月重点项目进展情况表（单位：万元）
项目名称 | 本月完成投资 | 本年累计完成投资
滨河路 | 10 | 30
"""
# Everything here looks like a table of the form, figures included.
TABLE_LIKE = """
校验意见
编号 | 项目名称 | 本年累计完成投资 | 形象进度 | 原因（请选择） | 补充说明
f1 | 滨河路 | 30 | 40 | 按审计意见核减 | 见附件
f2 | 三纬路 | 30 | 40 | |
f3 | 图书馆 | 30 | 40 | | 数是对的
| 没有编号 | 1 | 2 | 别的 |
"""
# What the other sheets of the product begin with; below it they may look like anything.
BEGINNINGS = {
    ANSWER_SHEET: "校验意见",
    RULES_SHEET: "规则 | 版本 | 级别",
    GUIDE_SHEET: "《重点项目进展情况表》填表说明",
}
MARK = "taizhang\nform_id | progress_report\ntemplate_version | {version}\nperiod | 2019-03"


def read(*sheets):
    return read_return(a_workbook(*sheets), "jia", "进展.xlsx", reading_context())


@pytest.mark.parametrize("name", BEGINNINGS)
def test_an_own_sheet_is_no_table_of_the_return_and_no_unread_one(name):
    own = TABLE_LIKE.replace("校验意见", BEGINNINGS[name], 1)
    back = read(a_sheet(own, name=name), a_sheet(PROGRESS, name="进展"))
    assert back.notices == []
    own, table = back.sheets
    assert (own.tables, dict(own.kinds)) == ([], {"note": 6})
    assert (table.sheet.name, back.row_count) == ("进展", 1)


def test_the_same_content_on_a_sheet_of_the_submitter_is_read():
    back = read(a_sheet(TABLE_LIKE, name="底稿"), a_sheet(PROGRESS, name="进展"))
    assert back.row_count > 1


@pytest.mark.parametrize("name", BEGINNINGS)
def test_a_sheet_that_only_bears_the_name_of_an_own_one_is_the_submitters(name):
    back = read(a_sheet(PROGRESS, name=name))
    assert (back.row_count, back.replies) == (1, [])


def test_a_workbook_of_own_sheets_alone_is_no_return():
    back = read(a_sheet(TABLE_LIKE, name=ANSWER_SHEET))
    assert [(n.code, n.found) for n in back.notices] == [("unrecognised", "表里没有内容")]
    assert len(back.replies) == 2


def test_replies_are_read_with_the_cell_they_stand_in():
    back = read(a_sheet(PROGRESS, name="进展"), a_sheet(TABLE_LIKE, name=ANSWER_SHEET))
    assert back.replies == [
        Reply("f1", "按审计意见核减", "见附件", "E3"),
        Reply("f3", "数是对的", None, "F5"),
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("'=停工", "=停工"), ("'-5 个", "-5 个"), ("'18年已报", "'18年已报"), ("'-5", "'-5")],
)
def test_only_the_apostrophe_an_answer_puts_before_a_reply_is_taken_off(written, meant):
    # In these drawings the first apostrophe only says that a cell is a text.
    drawn = f"校验意见\n编号 | 原因（请选择） | 补充说明\nf1 | '{written} |"
    sheet = a_sheet(drawn, name=ANSWER_SHEET)
    (reply,) = read(a_sheet(PROGRESS, name="进展"), sheet).replies
    assert reply.reason == meant


@pytest.mark.parametrize("version", ["1", "'1"])
def test_the_mark_of_a_template_is_read_whether_its_version_is_a_number_or_a_text(version):
    back = read(
        a_sheet(PROGRESS, name="进展"),
        a_sheet(MARK.format(version=version), name=MARK_SHEET, is_hidden=True),
    )
    assert back.template == TemplateMark("progress_report", "1")
    assert back.notices == []


def test_a_workbook_without_a_mark_and_one_without_a_version_are_no_old_templates():
    assert read(a_sheet(PROGRESS)).template is None
    back = read(a_sheet(PROGRESS), a_sheet(MARK.format(version=""), name=MARK_SHEET))
    assert back.notices == []


def test_an_old_template_is_noted_on_the_table_filled_in():
    back = read(a_sheet(PROGRESS, name="进展"), a_sheet(MARK.format(version=7), name=MARK_SHEET))
    ((notice),) = back.notices
    assert (notice.code, notice.sheet, notice.cell) == ("old_template", "进展", "A1")
    assert notice.found == "第7版"
    assert notice.expected == "《重点项目进展情况表》第1版模板"
