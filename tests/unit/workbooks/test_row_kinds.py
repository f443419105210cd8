"""Rows that are no projects are known by their signs (domain.md §1.3); projects never are."""

import pytest
from grids import a_sheet
from small_district import a_form

from pipelines.workbooks.headings import HeadingBook
from pipelines.workbooks.locating import locate_block
from pipelines.workbooks.row_kinds import read_row, table_rows

NUMBERED = "序号 | 项目名称 | 本月完成投资 | 本年累计完成投资 | 形象进度"
UNNUMBERED = "项目名称 | 本月完成投资 | 本年累计完成投资 | 形象进度"
CODED = "序号 | 项目代码 | 项目名称 | 本年累计完成投资"
LEDGER = "序号 | 项目名称 | 建设性质 | 总投资 | 年度计划投资"
PLACES = frozenset({"甲镇", "乙镇", "甲镇人民政府"})


def judge(row, heading=NUMBERED, form_id="progress_report", merges=(), number=1):
    """How one row below the headings is judged; ``row`` may be several lines."""
    form = a_form(form_id)
    sheet = a_sheet(f"{heading}\n{row}", merges=merges)
    block = locate_block(sheet, HeadingBook(form))
    return read_row(table_rows(sheet, block, form, PLACES), block.bottom + number)


@pytest.mark.parametrize(
    "row",
    [
        "1 | 滨河路 | 10 | 30 | 路基",
        "1 | 滨河路 | 10 | 30",
        "1.0 | 滨河路",
        "'3-2 | 滨河路 | 10 | 30",
        " | 滨河路 | 10 | 30",
        "1 | | 10 | 30",
        " | | 10 | 30",
        "1 | 4所学校和2所卫生院建设项目 | 10 | 30",
        "1 | 一、二期工程 | 10 | 30",
        "1 | 合计路 | 10 | 30",
        "1 | 小计 | 10 | 30",
        "1 | 说明书印刷厂 | 10 | 30",
        " | 合作总计划中心 | 10 | 30 | 路基",
        "1 | 续建",
        "1 | 甲镇 | 10 | 30",
        " | #N/A | 10 | 30",
        " | 滨河路 | #DIV/0! | 30",
    ],
)
def test_a_project_is_a_project(row):
    assert judge(row).kind == "data"


@pytest.mark.parametrize(
    "row",
    [
        "第三批次公交站改造 | 10 | 30 | 主体施工",
        "【临港】物流园 | 10 | 30 | 主体施工",
        "（二）期污水管网 | 10 | 30 | 主体施工",
    ],
)
def test_a_project_with_a_description_is_no_category_whatever_its_name_begins_with(row):
    assert judge(row, UNNUMBERED).kind == "data"


@pytest.mark.parametrize(
    ("row", "label"),
    [
        ("合计 | | 100 | 300", "合计"),
        (" | 合 计 | 100 | 300", "合计"),
        ("总计 | | 100 | 300", "总计"),
        (" | 小计： | 100 | 300", "小计"),
        ("全区合计 | | 100 | 300", "合计"),
        ("合计(2617) | | 100 | 300", "合计"),
        ("合计（40个） | | 100 | 300", "合计"),
        (" | 其中：省级 | 100 | 300", "其中"),
    ],
)
def test_a_total_is_known_by_its_word_at_the_top_or_the_bottom(row, label):
    reading = judge(row)
    assert (reading.kind, reading.label) == ("total", label)


@pytest.mark.parametrize(
    ("row", "level", "count"),
    [
        ("一、新开工项目（94个）", 0, 94),
        ("一、新开工项目", 0, None),
        (" | 二、续建项目（10项） | 100 | 300", 0, 10),
        ("（一）工业 | | 100 | 300", 1, None),
        ("（1）装备制造（2个）", 2, 2),
        ("一 | 农林水利 | 14 | 100 | 300", 0, None),
    ],
)
def test_a_category_has_its_level_and_its_declared_count(row, level, count):
    reading = judge(row)
    assert reading.kind == "category"
    assert (reading.level, reading.declared_count) == (level, count)


@pytest.mark.parametrize(
    "row",
    [
        "Ⅰ 交通",
        "——基础设施",
        "【预备】(1个)",
        "续建项目(597个)",
        "第一批 | | 100 | 300",
        "续建 | ",
        " | 新开工 | ",
        "计划开工 | ",
    ],
)
def test_other_headings_inside_a_list_are_categories(row):
    assert judge(row).kind == "category"


def test_the_count_may_stand_in_the_next_cell():
    reading = judge("一 | 农林水利 | 14 | 5000 | 900", LEDGER, "project_ledger")
    assert (reading.kind, reading.declared_count) == ("category", 14)


@pytest.mark.parametrize(
    "row", ["甲镇 | | 100 | 300", "甲 镇人民政府 | | 100 | 300", " | 乙镇 | 100 | 300"]
)
def test_a_row_that_groups_by_unit_or_place_is_a_category(row):
    assert judge(row).kind == "category"


def test_a_nature_row_of_the_ledger_is_a_category():
    assert judge("续建类 | | | 5000 | 900", LEDGER, "project_ledger").kind == "category"


def test_a_label_merged_over_the_table_is_a_category():
    assert judge("民生实事", merges=("A2:E2",)).kind == "category"


@pytest.mark.parametrize(
    "row",
    [
        "注：标“★”的为2019年重大项目",
        "备注：标★的为重大项目",
        "说明：1.本表按月报送",
        "填表人：张某 | | 审核人：李某",
        "审核：",
        "填报日期：2019年7月4日",
        "重大前期项目92个,总投资494亿元。其中省级12个，市级30个，区级50个，均按计划推进。",
    ],
)
def test_notes_are_notes(row):
    assert judge(row).kind == "note"


@pytest.mark.parametrize("row", ["零报告", "本月无", "本期无开工、竣工项目", "注：本月无新增项目"])
def test_a_row_that_says_there_is_nothing_declares_it(row):
    reading = judge(row)
    assert reading.kind == "note" and reading.declares_nothing


@pytest.mark.parametrize("row", [" | | |", "' | '   |", "⏎ | |"])
def test_a_row_of_nothing_but_spaces_is_blank(row):
    assert judge(f"1 | 滨河路 | 10 | 30\n{row}\n2 | 三纬路 | 1 | 3", number=2).kind == "blank"


def test_a_row_of_errors_alone_is_not_blank():
    assert judge(" | | #N/A | #N/A").kind == "data"


@pytest.mark.parametrize(
    "row",
    ["1 | 2 | 3 | 4 | 5", "甲 | 乙 | 1 | 2 | 3", "A | B | C | 1 | 2", "'1 | '2 | '3 | '4 | '5"],
)
def test_a_row_that_numbers_the_columns_belongs_to_the_headings(row):
    assert judge(row).kind == "header"


def test_consecutive_figures_of_a_project_are_no_column_numbers():
    assert judge("1 | 滨河路 | 2 | 3 | 4").kind == "data"


def test_lower_rows_of_a_merged_name_continue_the_project_above():
    rows = "1 | 滨河路 | 10 | 30 | 路基\n | | | | 路面"
    assert judge(rows, merges=("B2:B3",), number=2).kind == "continuation"
    assert judge(rows, number=2).kind == "continuation"


def test_a_row_with_a_code_of_its_own_continues_nothing():
    rows = "1 | 2019-130871-48-03-000001 | 滨河路 | 30\n | 2019-130871-48-03-000002 | | 40"
    assert judge(rows, CODED, merges=("C2:C3",), number=2).kind == "data"


def test_a_name_merged_with_its_left_neighbour_is_a_project():
    assert judge("滨河路 | | 10 | 30", merges=("A2:B2",)).kind == "data"


@pytest.mark.parametrize(
    ("heading", "form_id", "row"),
    [
        ("项目名称 | 关键节点 | 计划完成时间", "node_plan", " | 路面 | "),
        ("项目名称 | 编号 | 存在问题", "issue_ledger", " | '2 | 征地"),
    ],
)
def test_what_has_a_node_or_number_of_its_own_continues_no_row_above(heading, form_id, row):
    rows = f"滨河路 | 一 | 二\n{row}"
    assert judge(rows, heading, form_id, merges=["A2:A3"], number=2).kind == "data"


@pytest.mark.parametrize("label", ["平均分", "平均", "最高分", "最低得分"])
def test_an_average_below_the_scores_is_no_row_of_a_unit(label):
    row = f"{label} | 45.5 | 40"
    assert judge(row, "项目名称 | 日常工作得分 | 现场观摩得分", "site_review").kind == "total"
