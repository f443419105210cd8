"""A workbook read as a return: form, period, sender, and an account of every row."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from grids import a_sheet, a_workbook
from hypothesis import given
from hypothesis import strategies as st
from small_district import reading_context

from pipelines.workbooks.records import cells_table, rows_table, sheets_table
from pipelines.workbooks.returns import read_return

REPORT = """
2019年3月重点项目进展情况表
填报单位：甲镇 | | 单位：万元
序号 | 项目名称 | 本月完成投资 | 本年累计完成投资 | 实际开工时间 | 备注
1 | 滨河路 | 10 | 30 | 2019年1月 |
2 | 三纬路 | 20.5 | 1.2亿元 | d:2019-03-05 | 新
合计 | | 30.5 | 12030 | |
"""


def read(*sheets, unit="jia", file_name="报表.xlsx", form_id=None):
    return read_return(a_workbook(*sheets), unit, file_name, reading_context(), form_id)


def codes(result):
    return [notice.code for notice in result.notices]


def values(result, name):
    return [row.values.get(name) for table in result.tables for row in table.rows]


def test_a_plain_return_is_read_whole():
    result = read(REPORT)
    assert result.form.form_id == "progress_report"
    assert (result.period, codes(result), result.row_count) == ("2019-03", [], 2)
    assert values(result, "project_name") == ["滨河路", "三纬路"]
    assert values(result, "investment_ytd_wanyuan") == [Decimal("30"), Decimal("12000")]
    assert values(result, "actual_start") == [date(2019, 1, 1), date(2019, 3, 5)]
    assert values(result, "actual_start_precision") == ["month", "day"]
    assert values(result, "remarks") == [None, "新"]


def test_every_changed_value_keeps_its_cell_and_its_steps():
    rows = [row for table in read(REPORT).tables for row in table.rows]
    assert [(column, field) for column, field, _ in rows[0].steps] == [(4, "actual_start")]
    assert (3, "investment_ytd_wanyuan") in [(c, f) for c, f, _ in rows[1].steps]


def test_the_account_of_the_sheet_balances():
    (sheet,) = read(REPORT).sheets
    assert sheet.kinds == Counter(title=2, header=1, data=2, total=1)


@pytest.mark.parametrize(
    ("changes", "file_name", "period", "noted"),
    [
        ({}, "4月.xlsx", "2019-03", ["period_conflict"]),
        ({"A1": "2019年重点项目进展情况表"}, "3月份.xlsx", "2019-03", []),
        ({"A1": "重点项目进展情况表"}, "2019年3月.xlsx", "2019-03", []),
        ({"A1": "重点项目进展情况表（3月）", "D2": "报表期：2019年3月"}, "表.xlsx", "2019-03", []),
        ({"D2": "报告期：2019年4月"}, "表.xlsx", "2019-03", ["period_conflict"]),
        ({"A1": "进展情况表"}, "表.xlsx", None, ["period_untold"]),
        ({"A1": "2019年进展情况表"}, "表.xlsx", None, ["period_untold"]),
        ({"A1": "2019年3月上半月进展情况表"}, "表.xlsx", "2019-03-H1", []),
        ({"E2": "填报日期：2020年1月4日"}, "表.xlsx", "2019-03", []),
        ({"E2": "2020年1月4日"}, "表.xlsx", "2019-03", []),
    ],
)
def test_the_period_is_told_by_title_cell_or_file_name_and_all_must_agree(
    changes, file_name, period, noted
):
    result = read(a_sheet(REPORT, changes), file_name=file_name)
    assert (result.period, codes(result)) == (period, noted)


def test_a_conflict_of_periods_sits_on_the_cell_that_disagrees():
    (notice,) = read(a_sheet(REPORT, {"D2": "报告期：2019年4月"})).notices
    assert (notice.cell, notice.found, notice.expected) == ("D2", "2019年4月", "2019年3月")


def test_a_ledgers_period_is_its_year():
    result = read("2019年重点项目台账（单位：万元）\n项目名称 | 总投资\n滨河路 | 500")
    assert (result.form.form_id, result.period, codes(result)) == ("project_ledger", "2019", [])


def test_another_unit_in_the_sheet_than_the_folders_is_noted_at_its_cell():
    (notice,) = read(REPORT, unit="yi").notices
    assert (notice.code, notice.cell, notice.found, notice.expected) == (
        "unit_conflict", "A2", "甲镇", "乙镇",
    )  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "填报单位：甲镇人民政府",
        "填报单位（盖章）：甲 镇",
        "填报单位：甲镇   单位：万元",
        "填报单位： | 甲镇",
        "填报单位：",
        "填报单位：________",
    ],
)
def test_the_submitter_is_known_by_name_or_alias_beside_or_below_its_label(line):
    assert codes(read(a_sheet(REPORT.replace("填报单位：甲镇 |", f"{line} |")))) == []


def test_the_unit_of_a_number_is_its_cells_then_its_headings_then_the_sheets():
    result = read("""
        2019年3月进展情况表
        单位：元
        项目名称 | 本月完成投资（亿元） | 本年累计完成投资
        滨河路 | 0.5 | 30000
        三纬路 | 637万元 | 7万
    """)
    assert values(result, "investment_month_wanyuan") == [Decimal(5000), Decimal(637)]
    assert values(result, "investment_ytd_wanyuan") == [Decimal(3), Decimal(7)]


def test_a_bare_amount_without_any_unit_is_wanyuan_and_noted_as_untold():
    bare = "2019年3月进展情况表\n项目名称 | 本年累计完成投资\n滨河路 | 30"
    (table,) = read(bare).tables
    assert [column.field for column in table.untold_columns] == ["investment_ytd_wanyuan"]
    (told,) = read(bare.replace("30", "30万元")).tables
    assert told.untold_columns == ()


def test_a_continued_table_is_read_with_its_own_headings():
    result = read("""
        2019年3月进展情况表（单位：万元）
        项目名称 | 本月完成投资 | 本年累计完成投资
        滨河路 | 10 | 30
        项目名称 | 本年累计完成投资 | 本月完成投资
        三纬路 | 40 | 20
    """)
    assert values(result, "investment_ytd_wanyuan") == [Decimal(30), Decimal(40)]
    assert result.sheets[0].kinds == Counter(title=1, header=2, data=2)


def test_the_words_that_announce_a_continued_table_are_no_project():
    result = read("""
        2019年3月进展情况表（单位：万元）
        项目名称 | 本年累计完成投资
        滨河路 | 30
        续表
        项目名称 | 本年累计完成投资
        三纬路 | 40
    """)
    assert values(result, "project_name") == ["滨河路", "三纬路"]


def test_a_verified_project_is_not_lost_because_of_how_its_name_begins():
    result = read("""
        2019年3月项目开竣工认定表
        项目名称 | 认定开工时间 | 认定依据
        第三批次公交站改造 | 2019-03-05 | 施工许可证
        滨河路 | 2019-03-15 | 施工许可证
    """)
    assert values(result, "project_name") == ["第三批次公交站改造", "滨河路"]


def test_several_sheets_of_one_form_are_one_return():
    second = a_sheet(REPORT.replace("滨河路", "东环路").replace("三纬路", "西环路"), name="续")
    result = read(REPORT, second)
    assert result.row_count == 4 and codes(result) == []


def test_a_hidden_sheet_and_a_sheet_of_choices_are_accounted_for_as_notes():
    choices = a_sheet("是\n否\n\n续建", name="选项")
    hidden = a_sheet(REPORT, name="旧", is_hidden=True)
    result = read(REPORT, choices, hidden)
    assert result.row_count == 2
    assert result.sheets[1].kinds == Counter(note=3, blank=1)
    assert result.sheets[2].kinds == Counter(note=6)


def test_two_forms_in_one_file_are_noted():
    ledger = a_sheet("2019年重点项目台账\n项目名称 | 总投资\n滨河路 | 500", name="台账")
    assert "several_forms" in codes(read(REPORT, ledger))


def test_a_workbook_that_is_no_return_says_what_was_seen():
    result = read("通讯录\n姓名 | 电话\n张三 | 1")
    (notice,) = result.notices
    assert (result.form, notice.code) == (None, "unrecognised")
    assert "通讯录" in notice.found and "重点项目进展情况表" in notice.expected


def test_the_title_decides_between_forms_with_like_headings():
    columns = "项目代码 | 项目名称 | 备注\n | 滨河路 |"
    register = read(f"2019年3月项目开竣工认定表\n{columns}", form_id=None)
    assert register.form.form_id == "start_completion_register"


def test_a_category_merged_downwards_holds_for_each_of_its_rows_and_money_never_does():
    result = read(
        a_sheet(
            """
            2019年重点项目台账（单位：万元）
            项目类别 | 项目名称 | 总投资
            基础设施 | 滨河路 | 500
             | 三纬路 |
            """,
            merges=("A3:A4", "C3:C4"),
        )
    )
    assert values(result, "category") == ["基础设施", "基础设施"]
    assert values(result, "total_investment_wanyuan") == [Decimal(500), None]


def test_errors_and_uncalculated_formulas_are_problems_of_their_cells():
    result = read(a_sheet(REPORT, {"C4": "#REF!", "D5": "=C5+1", "C6": "#N/A"}))
    rows = [row for table in result.tables for row in table.rows]
    assert [(p.code, p.column) for row in rows for p in row.problems] == [
        ("error_cell", 2),
        ("formula_without_value", 3),
    ]
    strays = [(row, problem.code) for row, problem in result.sheets[0].stray_problems]
    assert strays == [(5, "error_cell")]


def test_a_return_that_declares_nothing_says_so():
    result = read("""
        2019年3月项目开竣工认定表
        项目名称 | 认定开工时间 | 认定竣工时间
        本月无开工、竣工项目（零报告）
    """)
    assert (result.row_count, result.declares_nothing) == (0, True)


# --- the account of any sheet whatever -------------------------------------------------------------

WORDS = [
    "", "", "滨河路", "合计", "小计", "一、续建（3个）", "（一）", "注：甲", "1", "-", "甲镇", "续建",
    "本月无", "其中：", "项目名称", "2019-03-05", "滨河路工程★", "约10", "30.5万元", "  ",
]  # fmt: skip
cells = st.sampled_from(WORDS) | st.integers(-5, 2000) | st.floats(-1e6, 1e6)
grids = st.lists(st.lists(cells, min_size=6, max_size=6), max_size=14)


def a_random_sheet(below, errors):
    sheet = a_sheet("\n".join(REPORT.strip().splitlines()[:3]))
    sheet.rows += [list(row) for row in below]
    for row, column in errors:
        if row < len(sheet.rows) and row > 2:
            sheet.rows[row][column] = ""
            sheet.error_cells[row, column] = "#REF!"
    return sheet


@given(grids, st.sets(st.tuples(st.integers(3, 16), st.integers(0, 5)), max_size=4))
def test_every_row_of_any_sheet_has_exactly_one_kind_and_every_project_row_is_typed(below, errors):
    result = read(a_random_sheet(below, errors))
    (entry,) = result.sheets
    assert sum(entry.kinds.values()) == len(entry.sheet.rows)
    assert entry.kinds["data"] == result.row_count
    account = sheets_table([("r", result)]).to_pylist()[0]
    looks = ("used_rows", "hidden_rows", "filtered_rows")
    kinds = [name for name in account if name.endswith("_rows") and name not in looks]
    assert sum(account[name] for name in kinds) == account["used_rows"]
    assert rows_table(result.form, [("r", result)]).num_rows == account["data_rows"]


@given(grids, st.sets(st.tuples(st.integers(3, 16), st.integers(0, 5)), max_size=4))
def test_every_filled_cell_of_any_sheet_is_kept_as_read(below, errors):
    result = read(a_random_sheet(below, errors))
    sheet = result.sheets[0].sheet
    kept = {(c["row_number"], c["column_number"]) for c in cells_table([("r", result)]).to_pylist()}
    filled = {
        (r, c)
        for r, row in enumerate(sheet.rows, 1)
        for c, value in enumerate(row, 1)
        if value != ""
    }
    assert kept == filled | {(r + 1, c + 1) for r, c in sheet.error_cells}
    assert len(kept) == sheet.used_cells


@given(grids)
def test_an_amount_is_typed_a_problem_or_stands_in_no_project_row(below):
    """No figure of a known money column disappears between the sheet and the typed rows."""
    result = read(a_random_sheet(below, ()))
    for table in result.tables:
        for row in table.rows:
            for field in ("investment_month_wanyuan", "investment_ytd_wanyuan"):
                column = table.block.column_of(field).number
                written = table.sheet.at(row.row, column)
                troubled = any(problem.column == column for problem in row.problems)
                if isinstance(written, int | float):
                    assert row.values[field] is not None
                elif written.strip() not in ("", "-"):
                    assert row.values.get(field) is not None or troubled
