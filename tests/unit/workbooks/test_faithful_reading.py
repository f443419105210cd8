"""Every oddity of a cell is told apart and kept: hidden, filtered, struck, merged, stray, unread, counted from 1904."""

from datetime import date
from decimal import Decimal

import pytest
from grids import a_sheet, a_workbook
from hypothesis import given
from hypothesis import strategies as st
from small_district import reading_context

from pipelines.workbooks.cells import Sheet, Workbook
from pipelines.workbooks.records import cells_table, columns_table, rows_table, sheets_table
from pipelines.workbooks.returns import read_return

REPORT = """
2019年3月重点项目进展情况表（单位：万元）
序号 | 项目代码 | 项目名称 | 本月完成投资 | 本年累计完成投资 | 实际开工时间 | 形象进度
1 | 2019-130871-48-03-000001 | 滨河路 | 10 | 30 | 2019-01 | 路基
2 | | 三纬路 | 20.5 | 40.5 | d:2019-03-05 | 路面
3 | | 图书馆 | 0 | 100 | | 主体
合计 | | | 30.5 | 170.5
"""
LEDGER = """
2019年重点项目台账（单位：万元）
项目名称 | 总投资 | 统一社会信用代码
滨河路 | 500 | 91110000600037341L
"""


def read(*sheets, is_1904=False):
    book = a_workbook(*sheets)
    book.is_1904 = is_1904
    return read_return(book, "jia", "报表.xlsx", reading_context())


def values(result, name):
    return [row.values.get(name) for table in result.tables for row in table.rows]


def problems(result):
    return [
        (row.row + 1, problem.code)
        for table in result.tables
        for row in table.rows
        for problem in row.problems
    ]


def kept(result):
    """By row and column, counted from 1: kind, text and marks of every cell kept."""
    return {
        (c["row_number"], c["column_number"]): (c["kind"], c["raw_text"], c["marks"])
        for c in cells_table([("r", result)]).to_pylist()
    }


def account(result, number=0):
    return sheets_table([("r", result)]).to_pylist()[number]


# --- marks and counts ---------------------------------------------------------------------------------


def test_hidden_filtered_and_struck_cells_are_read_like_others_and_marked():
    result = read(
        a_sheet(REPORT, hidden_rows=[3], filtered_rows=[4], hidden_columns="E", struck=["D5", "E4"])
    )
    assert values(result, "investment_ytd_wanyuan") == [Decimal(30), Decimal("40.5"), Decimal(100)]
    cells = kept(result)
    assert cells[3, 4] == ("number", "10", "hidden_row")
    assert cells[4, 4] == ("number", "20.5", "hidden_row;filtered_row")
    assert cells[4, 5] == ("number", "40.5", "hidden_row;filtered_row;hidden_column;struck")
    assert cells[5, 4] == ("number", "0", "struck")
    assert cells[6, 4] == ("number", "30.5", None)


def test_the_account_counts_only_what_holds_something():
    sheet = a_sheet(
        REPORT, hidden_rows=[3, 99], filtered_rows=[4], hidden_columns="EH", struck=["D5", "F5"]
    )
    sheet.rows.append([""] * 7)
    sheet.hidden_rows |= {6}
    told = account(read(sheet))
    assert {name: told[name] for name in ("hidden_rows", "filtered_rows", "hidden_columns")} == {
        "hidden_rows": 2, "filtered_rows": 1, "hidden_columns": 1,
    }  # fmt: skip
    assert (told["struck_cells"], told["stray_cells"], told["is_1904"]) == (1, 0, False)


def test_a_hidden_row_with_nothing_but_an_error_holds_something():
    result = read(a_sheet(REPORT, {"D7": "#REF!"}, hidden_rows=[7]))
    assert account(result)["hidden_rows"] == 1
    assert kept(result)[7, 4] == ("error", "#REF!", "hidden_row")


def test_a_cell_far_outside_is_kept_and_counted():
    result = read(a_sheet(REPORT, strays={"XFD1048576": "x"}))
    assert kept(result)[1_048_576, 16_384] == ("text", "x", "stray")
    told = account(result)
    assert (told["stray_cells"], told["used_cells"]) == (1, len(kept(result)))


# --- errors and uncalculated formulas outside the rows ---------------------------------------------------


@pytest.mark.parametrize("written", ["#REF!", "=A1"])
@pytest.mark.parametrize("cell", ["A1", "G1", "G2", "D6", "B6", "I4", "I2", "C8"])
def test_no_unread_cell_of_a_table_goes_unnoticed(cell, written):
    result = read(a_sheet(REPORT, {cell: written}))
    code = "error_cell" if written == "#REF!" else "formula_without_value"
    noted = [(row, problem.code) for row, problem in result.sheets[0].stray_problems]
    noted += [(row - 1, code) for row, code in problems(result)]
    assert noted == [(int(cell[1:]) - 1, code)]


def test_a_row_with_nothing_but_an_error_is_not_blank():
    result = read(a_sheet("\n \n" + REPORT, {"A2": "#N/A"}), a_sheet("x", {"B3": "#N/A"}))
    assert result.sheets[0].kinds["title"] == 2
    assert dict(result.sheets[1].kinds) == {"note": 2, "blank": 1}


# --- hidden sheets ----------------------------------------------------------------------------------------


def notices(result):
    return [(n.code, n.sheet, n.cell) for n in result.notices]


def test_a_hidden_sheet_with_a_forms_table_is_asked_about_wherever_it_lies():
    hidden = a_sheet(LEDGER, name="旧台账", is_hidden=True)
    (notice,) = read(REPORT, hidden).notices
    assert (notice.code, notice.sheet, notice.cell) == ("hidden_table", "旧台账", "A2")
    assert notice.found == "项目名称、总投资、统一社会信用代码"
    assert ("hidden_table", "旧台账", "A2") in notices(
        read("通讯录\n姓名 | 电话\n张某 | 1", hidden)
    )


@pytest.mark.parametrize(
    "text",
    ["建设性质\n续建\n新开工", "\n".join(LEDGER.strip().splitlines()[:2]), "项目名称\n滨河路"],
)
def test_hidden_choices_and_headings_without_rows_are_no_hidden_table(text):
    assert notices(read(REPORT, a_sheet(text, name="选项", is_hidden=True))) == []


# --- codes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "is_lost"),
    [
        ("20191308714803000000", True),
        ("1000000000000000", True),
        ("'2.01913E+19", True),
        ("'20191308714803000001", False),
        ("999999999999999", False),
        ("'2019-130871-48-03-000001", False),
    ],
)
def test_a_code_that_went_through_a_number_has_lost_digits_and_stands_for_no_project(
    written, is_lost
):
    result = read(a_sheet(REPORT, {"B4": written}))
    assert ((4, "digits_lost") in problems(result)) == is_lost
    assert (values(result, "project_code")[1] is None) == is_lost


def test_a_credit_code_that_lost_digits_is_kept_as_read():
    result = read(a_sheet(LEDGER, {"C3": "911100006000373000"}))
    assert problems(result) == [(3, "uscc_digits_lost")]
    assert values(result, "owner_uscc") == ["911100006000373000"]


def test_a_long_number_in_a_column_of_text_is_only_text():
    result = read(a_sheet(REPORT, {"G4": "20191308714803000000"}))
    assert problems(result) == []
    assert values(result, "physical_progress")[1] == "20191308714803000000"


# --- days and merges -----------------------------------------------------------------------------------------


def test_a_day_stored_as_a_bare_number_counts_from_the_files_own_first_day():
    number = str((date(2019, 3, 5) - date(1904, 1, 1)).days)
    result = read(a_sheet(REPORT, {"F4": number}), is_1904=True)
    assert values(result, "actual_start")[1] == date(2019, 3, 5)
    assert [(n.code, n.cell, n.found) for n in result.notices] == [
        ("days_from_1904", "F4", "2019年3月5日")
    ]
    assert account(result)["is_1904"] is True
    assert read(a_sheet(REPORT, {"F4": number})).notices == []


def test_days_written_as_text_are_not_told_to_count_from_1904():
    assert read(a_sheet(REPORT, {"F4": ""}), is_1904=True).notices == []


def test_a_value_that_holds_for_several_rows_says_in_each_where_it_stands():
    result = read(a_sheet(REPORT, {"G4": "", "G5": ""}, merges=["G3:G5"]))
    assert values(result, "physical_progress") == ["路基"] * 3
    steps = [step for table in result.tables for row in table.rows for step in row.steps]
    assert [words for _, field, words in steps if field == "physical_progress"] == [
        "合并单元格，同 G3"
    ] * 2


# --- the account of any sheet whatever -----------------------------------------------------------------------

HEADINGS = ["序号", "项目代码", "项目名称", "本月完成投资", "本年累计完成投资", "备注"]
WORDS = [
    "", "", " ", "\u3000", "滨河路", "合计", "小计", "一、续建（3个）", "（一）", "注：甲", "甲镇", "续表",
    "零报告", "其中：", "约10", "30.5万元", "2019年3月进展情况表", "单位：万元", "\n", *HEADINGS,
]  # fmt: skip
INDICATORS = [
    "序号",
    "单位",
    "新开工项目（个）",
    "其中：亿元以上",
    "协税护税（万元）",
    "群众满意度（%）",
]
WIDTH = len(HEADINGS) + 1
VALUES = (
    st.sampled_from(WORDS)
    | st.integers(-5, 2000).map(float)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.dates(date(1990, 1, 1), date(2030, 1, 1))
)
ROWS = (
    st.lists(VALUES, min_size=WIDTH, max_size=WIDTH)
    | st.just([*HEADINGS, ""])
    | st.just(["合计", "", "", 30.0, 170.5, "", ""])
    | st.just([""] * WIDTH)
    | st.builds(lambda n, name: [n, "", name, 1.0, 2.0, "", ""], st.integers(1, 9), st.text())
)
HEADS = st.sampled_from([[[*HEADINGS, ""]]] * 3 + [[[*INDICATORS, "备注"]]] * 2 + [[]])
POSITIONS = st.tuples(st.integers(0, 20), st.integers(0, WIDTH - 1))
AREAS = st.tuples(POSITIONS, st.integers(0, 4), st.integers(0, WIDTH)).map(
    lambda area: (*area[0], area[0][0] + area[1], area[0][1] + area[2])
)


@st.composite
def sheets(draw, name="Sheet1"):
    """Titles, headings, rows, totals and blanks in any order, with merges, hidden rows, errors and far cells."""
    above, below = draw(st.lists(ROWS, max_size=4)), draw(st.lists(ROWS, max_size=12))
    rows = [list(row) for row in (*above, *draw(HEADS), *below)]
    sheet = Sheet(name=name, is_hidden=draw(st.integers(0, 5)) == 0, rows=rows)
    sheet.merges = draw(st.lists(AREAS, max_size=4))
    for row, column in draw(st.sets(POSITIONS, max_size=4)):
        if row < len(rows):
            rows[row][column] = ""
            if draw(st.booleans()):
                sheet.error_cells[row, column] = "#REF!"
            else:
                sheet.uncached_formulas.add((row, column))
    sheet.stray_cells = {(30_000, c): "x" for c in draw(st.sets(st.integers(0, 600), max_size=2))}
    sheet.filtered_rows = frozenset(draw(st.sets(st.integers(0, 20), max_size=3)))
    sheet.hidden_rows = sheet.filtered_rows | draw(st.sets(st.integers(0, 20), max_size=3))
    sheet.hidden_columns = frozenset(draw(st.sets(st.integers(0, WIDTH), max_size=2)))
    sheet.struck_cells = frozenset(draw(st.sets(POSITIONS, max_size=4)))
    return sheet


KINDS = ("title", "header", "category", "total", "note", "blank", "continuation", "data")
ANY_FORM = st.sampled_from([None, "progress_report", "target_breakdown", "project_ledger"])


@given(sheets("一"), sheets("二"), ANY_FORM)
def test_of_any_workbook_every_row_has_one_kind_and_every_cell_is_kept(first, second, form_id):
    workbook = Workbook([first, second])
    result = read_return(workbook, "jia", "报表.xlsx", reading_context(), form_id)
    returns = [("r", result)]
    accounts = sheets_table(returns).to_pylist()
    cells = cells_table(returns).to_pylist()
    columns_table(returns)
    for told, sheet in zip(accounts, workbook.sheets, strict=True):
        assert sum(told[f"{kind}_rows"] for kind in KINDS) == told["used_rows"] == len(sheet.rows)
        filled = {
            (row, column)
            for row, values in enumerate(sheet.rows)
            for column, value in enumerate(values)
            if value != ""
        }
        filled |= {*sheet.error_cells, *sheet.uncached_formulas, *sheet.stray_cells}
        of_sheet = [c for c in cells if c["sheet"] == sheet.name]
        places = [(c["row_number"] - 1, c["column_number"] - 1) for c in of_sheet]
        assert len(places) == len(filled) == told["used_cells"]
        assert set(places) == filled
        marked = [c["marks"] or "" for c in of_sheet]
        assert told["struck_cells"] == sum("struck" in marks for marks in marked)
        assert told["stray_cells"] == sum("stray" in marks for marks in marked)
        hidden = {c["row_number"] for c in of_sheet if "hidden_row" in (c["marks"] or "")}
        assert told["hidden_rows"] == len(hidden)
    if result.form is not None:
        loaded = sum(told["data_rows"] for told in accounts)
        assert loaded == result.row_count
        if not result.form.is_cross_table:
            assert rows_table(result.form, returns).num_rows == loaded
