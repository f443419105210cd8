"""What is asked about cells that are read like all others: one question per oddity, in words that name the cells."""

from dataclasses import replace

import pytest
from grids import a_sheet, a_workbook
from small_district import reading_context

from pipelines.validation.odd_cells import odd_cells
from pipelines.workbooks.returns import read_return

REPORT = """
2019年3月重点项目进展情况表（单位：万元）
序号 | 项目名称 | 本月完成投资 | 本年累计完成投资 | 实际开工时间 | 存在问题 | 下步措施
1 | 滨河路 | 10 | 30 | 2019-01 | 征地 | 协调
2 | 三纬路 | 20.5 | 40.5 | 2019-02 | |
3 | 图书馆 | 0 | 100 | | |
4 | 体育馆 | 1 | 2 | | |
5 | 物流园 | 1 | 2 | | |
合计 | | 32.5 | 174.5
"""


def asked(changes=None, **look):
    """(check, cell, found, expected) of every question about the report."""
    book = a_workbook(a_sheet(REPORT, changes, **look))
    read = read_return(book, "jia", "报表.xlsx", reading_context())
    return [
        (check, place.cell, found, expected)
        for entry in read.sheets
        for place, check, found, expected in odd_cells(entry, read.form)
    ]


def test_a_plain_report_is_asked_about_nothing():
    assert asked() == []


def test_rows_hidden_by_hand_and_by_a_filter_are_two_questions():
    assert asked(hidden_rows=[3, 5, 6], filtered_rows=[7]) == [
        ("hidden_rows", "A3", "第 3 行、第 5—6 行", "3 行"),
        ("filtered_rows", "A7", "第 7 行", "1 行"),
    ]


def test_hidden_rows_are_asked_about_where_the_first_table_shows_no_known_column():
    book = a_workbook(a_sheet(REPORT, hidden_rows=[3]))
    read = read_return(book, "jia", "报表.xlsx", reading_context())
    (entry,) = read.sheets
    (table,) = entry.tables
    table.block = replace(table.block, columns=())
    assert [(check, place.cell) for place, check, _, _ in odd_cells(entry, read.form)] == [
        ("hidden_rows", "A3")
    ]


def test_hidden_titles_headings_and_totals_hide_no_data():
    assert asked(hidden_rows=[1, 2, 8]) == []


@pytest.mark.parametrize(
    ("columns", "cells"), [("D", ["D2"]), ("A", []), ("CG", ["C2", "G2"]), ("Z", [])]
)
def test_a_hidden_column_is_asked_about_where_it_holds_something_of_the_form(columns, cells):
    assert [cell for _, cell, _, _ in asked(hidden_columns=columns)] == cells


def test_a_hidden_column_without_values_is_no_question():
    assert asked({"F3": ""}, hidden_columns="F") == []


def test_struck_rows_and_struck_cells_are_one_question_that_names_them():
    whole = [f"{letter}6" for letter in "ABCD"]
    assert asked(struck=["D4", *whole, "D8", "G5"]) == [
        ("struck_cells", "D4", "D4、第 6 行", "2 处")
    ]


def test_a_long_list_of_places_is_cut_and_counted():
    (question,) = asked(struck=[f"{c}{r}" for c in "CD" for r in range(3, 8)])
    assert question[2:] == ("C3、D3、C4、D4、C5、D5、C6、D6等", "10 处")


@pytest.mark.parametrize(
    ("changes", "merges", "found"),
    [
        ({"D5": "", "D6": ""}, ["D4:D6"], [("D4", "D4:D6", "只记在第 4 行，其他行按空白处理")]),
        ({"G3": ""}, ["F3:G3"], [("F3", "F3:G3", "F 列到 G 列都记同样的内容")]),
        (
            {"D3": ""},
            ["C3:D3"],
            [("C3", "C3:D3", "文字栏都记同样的内容，金额、日期和代码只记在 C3 这一格")],
        ),
        (
            {"D4": "", "D7": ""},
            ["D6:D7", "D3:D4"],
            [("D3", "D3:D4、D6:D7", "只记在第 3 行，其他行按空白处理")],
        ),
        ({}, ["F3:F7"], []),
        ({}, ["D3:D4"], []),
        ({}, ["E5:E7"], []),
        ({}, ["A1:G1", "A8:B8"], []),
    ],
)
def test_a_merge_is_asked_about_where_its_value_counts_in_one_place_only(changes, merges, found):
    said = [(cell, cells, reading) for _, cell, cells, reading in asked(changes, merges=merges)]
    assert said == found


def test_far_cells_are_named():
    assert asked(strays={"XFD9": "x", "B1048576": "y"}) == [
        ("stray_cells", "XFD9", "XFD9、B1048576", "2 格")
    ]


def test_numbers_stored_as_text_are_one_note_a_column():
    assert asked({"D3": "'30", "D5": "'1,000", "C4": "'20.5"}) == [
        ("text_numbers", "C4", "1 个", ""),
        ("text_numbers", "D3", "2 个", ""),
    ]


def test_an_amount_with_its_unit_and_a_stroke_have_to_be_text():
    assert asked({"D3": "'30万元", "C4": "'—"}) == []


def test_where_everything_is_text_nothing_is_said_about_it():
    book = a_workbook(a_sheet(REPORT))
    (sheet,) = book.sheets
    sheet.rows = [[str(v) for v in row] for row in sheet.rows]
    read = read_return(book, "jia", "报表.csv", reading_context())
    assert read.row_count == 5
    assert list(odd_cells(read.sheets[0], read.form)) == []
