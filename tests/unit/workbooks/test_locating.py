"""Tables are found by their headings: merged or not, on two levels, repeated below."""

import pytest
from grids import a_sheet
from small_district import a_form

from pipelines.workbooks.headings import HeadingBook
from pipelines.workbooks.locating import locate_block, repeated_block

PROGRESS = HeadingBook(a_form("progress_report"))


def fields(block):
    return [column.field for column in block.columns]


def locate(text, **how):
    return locate_block(a_sheet(text, **how), PROGRESS)


def test_one_row_of_headings_below_title_and_unit_line():
    block = locate("""
        甲镇重点项目进展情况表
        填报单位：甲镇 | | 单位：万元
        序号 | 项目名称 | 本月完成投资 | 本年累计完成投资 | 备注
        1 | 滨河路 | 10 | 30
    """)
    assert (block.top, block.bottom) == (2, 2)
    assert fields(block) == [
        "sequence_no",
        "project_name",
        "investment_month_wanyuan",
        "investment_ytd_wanyuan",
        "remarks",
    ]


TWO_LEVELS = """
    进展情况表
    序号 | 项目名称 | 完成投资（万元） | | 形象进度
     | | 本月 | 本年累计 |
    1 | 滨河路 | 10 | 30 | 路基
"""


@pytest.mark.parametrize(
    "merges",
    [("A2:A3", "B2:B3", "C2:D2", "E2:E3"), ("C2:D2",), ()],
    ids=["merged", "only the group merged", "typed once and not merged"],
)
def test_two_levels_of_headings_are_joined_from_the_top(merges):
    block = locate(TWO_LEVELS, merges=merges)
    assert (block.top, block.bottom) == (1, 2)
    assert fields(block)[1:] == [
        "project_name",
        "investment_month_wanyuan",
        "investment_ytd_wanyuan",
        "physical_progress",
    ]


def test_the_unit_of_the_upper_level_holds_for_the_columns_below_it():
    block = locate(TWO_LEVELS, merges=("A2:A3", "B2:B3", "C2:D2", "E2:E3"))
    assert [column.unit for column in block.columns] == [None, None, "万元", "万元", None]


def test_a_column_is_named_by_its_letter_and_the_row_of_its_own_heading():
    block = locate(TWO_LEVELS, merges=("A2:A3", "B2:B3", "C2:D2", "E2:E3"))
    ytd = block.column_of("investment_ytd_wanyuan")
    assert (ytd.letter, ytd.heading_row, ytd.number) == ("D", 2, 3)
    name = block.column_of("project_name")
    assert (name.letter, name.heading_row) == ("B", 1)


def test_headings_need_not_begin_in_the_first_column_or_row():
    block = locate("""
         | |
         | |
         | | | 项目名称 | 本年累计完成投资
         | | | 滨河路 | 30
    """)
    assert (block.top, block.column_of("project_name").letter) == (2, "D")


def test_the_row_with_most_known_headings_wins_over_words_in_a_title():
    block = locate("""
        项目名称
        备注 | 说明
        序号 | 项目名称 | 本年累计完成投资 | 形象进度
        1 | 滨河路 | 30 | 路基
    """)
    assert (block.top, block.score) == (2, 3)


@pytest.mark.parametrize(
    "text",
    ["序号 | 备注\n1 | 好", "姓名 | 电话\n张 | 1", "项目名称\n滨河路", "一段文字", "1 | 2 | 3"],
)
def test_a_sheet_without_telling_headings_holds_no_table(text):
    assert locate(text) is None


def test_a_data_row_of_words_is_not_taken_for_a_second_level():
    block = locate("""
        项目名称 | 形象进度 | 存在问题 | 本年累计完成投资
        滨河路 | 路基 | 征地 | '30
    """)
    assert (block.top, block.bottom) == (0, 0)


def test_headings_repeated_below_begin_the_table_anew():
    sheet = a_sheet("""
        项目名称 | 本月完成投资 | 本年累计完成投资
        滨河路 | 10 | 30
        续表
        项目名称 | 本年累计完成投资 | 本月完成投资
        三纬路 | 40 | 20
    """)
    block = locate_block(sheet, PROGRESS)
    assert repeated_block(sheet, 1, block, PROGRESS) is None
    again = repeated_block(sheet, 3, block, PROGRESS)
    assert (again.top, again.bottom) == (3, 3)
    assert fields(again) == ["project_name", "investment_ytd_wanyuan", "investment_month_wanyuan"]
