"""Cross-tables as districts write them: merged or not, totals above and below, mixed units."""

from decimal import Decimal

import pytest
from grids import a_file, a_sheet, a_workbook
from small_district import Arrival, reading_context

from pipelines.workbooks.records import rows_table
from pipelines.workbooks.returns import read_return


def read(text, *, merges=(), name="表.xlsx", unit="fagai", more=()):
    book = a_workbook(a_sheet(text, merges=merges), *more)
    return read_return(book, unit, name, reading_context())


def fields(result, table=0):
    return [column.field for column in result.tables[table].block.columns]


def figures(result):
    names = {field.name for field in result.form.figures}
    return {
        row.values["unit_name"]: {
            name: str(amount.normalize()) if amount else "0"
            for name, amount in row.values.items()
            if name in names and amount is not None
        }
        for table in result.tables
        for row in table.rows
    }


THREE_LEVELS = """
附件2
2019年各责任单位任务分解表
单位：万元、个
序号 | 单位 | 固定资产投资（亿元） | 项目建设 | | | | 备注
 | | | 新开工项目 | | 竣工项目 | 储备项目 |
 | | | 总数 | 其中：亿元以上 | | |
一、镇街
1 | 甲镇 | 1.5 | 5 | 2 | 3 | 4 |
2 | 乙镇 | 5000万元 | 3个 | — | 1 | 2项 |
镇街小计 | | 2 | 8 | 2 | 4 | 6
二、部门
3 | 发改局 | 2 | | | | |
部门小计 | | 2
合计 | | 4 | 8 | 2 | 4 | 6
注：竣工以认定为准。
"""
MERGED = ("A4:A6", "B4:B6", "C4:C6", "D4:G4", "D5:E5", "F5:F6", "G5:G6", "H4:H6", "A7:H7")


@pytest.mark.parametrize(
    "merges",
    [MERGED, ("D4:G4", "D5:E5"), ("A4:A6", "B4:B6"), ()],
    ids=["merged", "only the groups merged", "only downwards merged", "typed once and not merged"],
)
def test_three_levels_of_headings_are_read_alike_however_they_are_merged(merges):
    result = read(THREE_LEVELS, merges=merges)
    assert (result.form.form_id, result.period, result.notices) == ("target_breakdown", "2019", [])
    assert fields(result) == [
        "sequence_no", "unit_name", "fai", "starts", "starts_yi", "completions", "reserve", "remarks",
    ]  # fmt: skip
    assert figures(result) == {
        "甲镇": {
            "fai": "1.5E+4",
            "starts": "5",
            "starts_yi": "2",
            "completions": "3",
            "reserve": "4",
        },
        "乙镇": {"fai": "5E+3", "starts": "3", "completions": "1", "reserve": "2"},
        "发改局": {"fai": "2E+4"},
    }
    kinds = result.sheets[0].kinds
    assert (kinds["title"], kinds["header"], kinds["data"], kinds["total"]) == (3, 3, 3, 3)
    assert (kinds["category"], kinds["note"]) == (2, 1)
    assert sum(kinds.values()) == len(result.sheets[0].sheet.rows)


@pytest.mark.parametrize("ending", [".xlsx", ".xls"])
def test_a_cross_table_comes_through_a_real_file(ending):
    data = a_file(THREE_LEVELS, merges=MERGED, ending=ending)
    result = Arrival("fagai", data=data, file_name=f"附件2{ending}").read()
    assert figures(result)["甲镇"]["starts_yi"] == "2"


REPORT = """
2019年1-6月任务指标完成情况表
填报单位：发改局 | | | | 单位：万元
单位 | 固定资产投资 | | | 新开工项目 | 其中：亿元以上 | 竣工项目 | 其中：亿元以上 | 群众满意度
 | 目标 | 1-6月完成 | 完成率 | | | | |
海州 | 100 | 60 | 60% | 3 | 1 | 2 | 1 | 80%
甲镇 | 50 | 40 | 80% | 2 | 1 | 1 | 0 | 85%
乙镇 | 50 | 20 | 40% | 1 | 0 | 1 | 1 | 75
"""


def test_a_report_with_flat_parts_and_columns_beside_its_figures():
    result = read(REPORT.replace("海州", "全区"))
    assert (result.form.form_id, result.period) == ("indicator_report", "2019-06")
    assert fields(result) == [
        "unit_name", None, "fai", None, "starts", "starts_yi", "completions", "completions_yi",
        "satisfaction",
    ]  # fmt: skip
    assert figures(result)["乙镇"] == {
        "fai": "2E+1", "starts": "1", "starts_yi": "0", "completions": "1", "completions_yi": "1",
        "satisfaction": "75",
    }  # fmt: skip


@pytest.mark.parametrize("label", ["全区", "全区合计", "合计", "试验区", "总计："])
def test_the_row_of_the_whole_district_is_no_unit(label):
    result = read(REPORT.replace("海州", label))
    assert [reading.kind for _, reading in result.tables[0].controls] == ["total"]
    assert list(figures(result)) == ["甲镇", "乙镇"]


def test_a_target_beside_nothing_is_asked_about():
    result = read(REPORT.replace("1-6月完成", "当月完成"))
    assert fields(result)[1:4] == [None, None, None]
    assert [column.meaning for column in result.tables[0].block.columns[1:4]] == [None] * 3


def test_the_title_decides_between_targets_and_results_under_the_same_headings():
    table = "\n单位 | 新开工项目\n甲镇 | 3"
    assert read("2019年目标任务分解表" + table).form.form_id == "target_breakdown"
    assert read("2019年6月任务指标完成情况表" + table).form.form_id == "indicator_report"


def test_a_table_without_any_indicator_is_no_cross_table():
    assert read("2019年目标任务分解表\n单位 | 税收\n甲镇 | 3").form is None


def test_several_annexes_in_one_file_are_one_return():
    result = read(
        "2019年固定资产投资任务分解表\n单位 | 固定资产投资（亿元）\n甲镇 | 3",
        more=[a_sheet("2019年协税护税任务分解表\n单位 | 协税护税（万元）\n甲镇 | 30", name="二")],
    )
    assert len(result.tables) == 2
    assert (fields(result), fields(result, 1)) == (["unit_name", "fai"], ["unit_name", "tax"])


def test_a_second_table_below_the_first_has_headings_of_its_own():
    result = read(
        """
        2019年目标任务分解表（单位：万元）
        单位 | 固定资产投资 | 储备项目
        甲镇 | 3 | 1
        续表
        单位 | 新开工项目 |
         | 总数 | 其中：亿元以上
        甲镇 | 3 | 1
        """
    )
    assert fields(result, 1) == ["unit_name", "starts", "starts_yi"]
    assert [len(table.rows) for table in result.tables] == [1, 1]


def test_a_row_of_units_of_measure_belongs_to_the_headings():
    result = read(
        """
        2019年目标任务分解表
        单位 | 固定资产投资 | 新开工项目
        计量单位 | 亿元 | 个
        甲镇 | 3 | 1
        """
    )
    assert [column.unit for column in result.tables[0].block.columns] == [None, "亿元", "个"]
    assert figures(result) == {"甲镇": {"fai": "3E+4", "starts": "1"}}


@pytest.mark.parametrize(
    ("line", "unit"),
    [("单位：个、亿元", "亿元"), ("单位：亿元、个", "亿元"), ("单位：亿元、万元", "万元")],
)
def test_the_unit_line_may_name_several_units(line, unit):
    result = read(f"2019年目标任务分解表\n{line}\n单位 | 固定资产投资 | 新开工项目\n甲镇 | 3 | 1")
    assert result.tables[0].units == {1: unit, 2: "个"}
    assert bool(result.tables[0].untold_columns) == ("万元" in line)


def test_a_zero_report_has_no_rows():
    result = read("2019年6月指标完成情况表\n单位 | 新开工项目（个）\n零报告")
    assert (result.row_count, result.declares_nothing) == (0, True)


def test_a_registered_unit_without_figures_is_a_row_and_a_lone_label_is_none():
    result = read(
        "2019年目标任务分解表\n序号 | 单位 | 新开工项目\n | 镇街 |\n | 甲镇 |\n | 乙镇 | 2"
    )
    assert list(figures(result)) == ["甲镇", "乙镇"]
    assert result.sheets[0].kinds["category"] == 1


def test_it_is_stored_with_a_row_per_unit_and_indicator_where_something_stands():
    result = read(THREE_LEVELS, merges=MERGED)
    stored = rows_table(result.form, [("r", result)]).to_pylist()
    assert len(stored) == 10
    assert stored[0] == {
        "receipt_id": "r", "sheet": "Sheet1", "block_no": 1, "row_number": 8, "unit_name": "甲镇",
        "unit_name_key": "甲镇", "indicator_id": "fai", "indicator_value": Decimal("15000.0000"),
        "remarks": None,
    }  # fmt: skip


def test_a_list_of_projects_stays_a_list():
    result = read(
        """
        2019年重点项目进展情况表（3月） | | | 单位：万元
        项目名称 | 责任单位 | 本月完成投资 | 本年累计完成投资 | 储备项目
        滨河路 | 甲镇 | 1 | 2 | 否
        """
    )
    assert result.form.form_id == "progress_report"
