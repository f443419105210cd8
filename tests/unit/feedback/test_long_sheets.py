"""A long table is written row by row: exact figures, texts that stay texts, a filter, and the same bytes again."""

import zipfile
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import openpyxl
import pytest

from pipelines.feedback import long_sheets
from pipelines.feedback.long_sheets import LongColumn, LongSheet, write_long_workbook
from pipelines.feedback.sheet_plans import SheetPlan

COLUMNS = (
    LongColumn("项目名称", "@", 20),
    LongColumn("总投资\n(万元)", "#,##0.00", 12),
    LongColumn("完成率", "0.00%", 9),
    LongColumn("开工日期", "yyyy-mm-dd", 11),
)
SHEET = LongSheet("开工项目", "开工项目", "来源：第 3 期", COLUMNS)


def written(path, rows, columns=COLUMNS):
    told = write_long_workbook(path, LongSheet("表", "表", "来源", columns), rows, [])
    return told, openpyxl.load_workbook(path).worksheets[0]


def value_of(path, value, number_format="General"):
    column = LongColumn("列", number_format, 10)
    _, sheet = written(path / "a.xlsx", [[value]], [column])
    return sheet["A4"]


def test_the_sheet_has_title_source_headings_rows_and_a_filter(tmp_path):
    rows = [
        ["滨河路", Decimal("1234.5678"), 0.741, date(2019, 3, 15)],
        ["三纬路", None, None, None],
    ]
    path = tmp_path / "a.xlsx"
    told = write_long_workbook(path, SHEET, iter(rows), [SheetPlan("说明", [["列"]])])
    assert (told.rows, told.as_text) == (2, 0)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["开工项目", "说明"]
    sheet = book.worksheets[0]
    assert [c.value for c in sheet["A"]] == [
        "开工项目",
        "来源：第 3 期",
        "项目名称",
        "滨河路",
        "三纬路",
    ]
    assert [c.value for c in sheet[4]] == ["滨河路", 1234.5678, 0.741, datetime(2019, 3, 15)]
    assert [c.number_format for c in sheet[5]] == [c.number_format for c in COLUMNS]
    assert sheet.auto_filter.ref == "A3:D5"
    assert sheet.freeze_panes == "A4"
    assert sheet.print_title_rows == "$1:$3"
    assert sheet.page_setup.orientation == "landscape"


def test_a_figure_stands_with_every_digit_and_beyond_fifteen_as_a_text(tmp_path):
    exact, longer = Decimal("12345678901.2345"), Decimal("123456789012.3456")
    told, sheet = written(
        tmp_path / "a.xlsx", [[exact], [longer], [Decimal("-0.0001")]], [COLUMNS[1]]
    )
    assert told.as_text == 1
    assert [sheet[f"A{n}"].value for n in (4, 5, 6)] == [12345678901.2345, str(longer), -0.0001]
    with zipfile.ZipFile(tmp_path / "a.xlsx") as file:
        assert b"<v>12345678901.2345</v>" in file.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+86", "-", "＝1+1"])
def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path, text):
    cell = value_of(tmp_path, text, "@")
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


@pytest.mark.parametrize(
    "text", ["甲 & 乙 <丙>", " 前后有空格 ", "两\n行", "_x0041_", "0012", "”", "2019-06"]
)
def test_a_text_is_read_back_as_it_was(tmp_path, text):
    assert value_of(tmp_path, text).value.replace("_x005F_", "_") == text


def test_a_character_no_workbook_can_hold_is_shown_as_replaced(tmp_path):
    assert value_of(tmp_path, "甲\x00乙").value == "甲\ufffd乙"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "是"),
        (False, "否"),
        (date(1899, 1, 1), "1899-01-01"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (7, 7),
        (
            datetime(2019, 7, 5, 18, tzinfo=timezone(timedelta(hours=8))),
            "2019-07-05 18:00:00+08:00",
        ),
    ],
)
def test_what_excel_has_no_number_for_is_a_text(tmp_path, value, shown):
    assert value_of(tmp_path, value).value == shown


def test_a_moment_is_read_back_to_the_second(tmp_path):
    moment = datetime(2019, 7, 5, 18, 30, 15)
    assert value_of(tmp_path, moment, "yyyy-mm-dd hh:mm:ss").value == moment


def test_the_same_rows_give_the_same_bytes(tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        write_long_workbook(tmp_path / name, SHEET, [["甲", Decimal(1), 0.5, None]] * 5_000, [])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_no_rows_give_an_empty_table(tmp_path):
    told, sheet = written(tmp_path / "a.xlsx", [])
    assert told.rows == 0
    assert sheet.max_row == 3


def test_more_rows_than_a_sheet_takes_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(long_sheets, "ROW_LIMIT", 5)
    written(tmp_path / "a.xlsx", [["甲", None, None, None]] * 2)
    with pytest.raises(ValueError, match="more rows"):
        written(tmp_path / "a.xlsx", [["甲", None, None, None]] * 3)


def test_a_wide_table_is_printed_side_by_side_with_its_names_on_every_page(tmp_path):
    columns = [LongColumn(f"列{n}", "@", 30) for n in range(20)]
    path = tmp_path / "a.xlsx"
    write_long_workbook(path, LongSheet("表", "表", "来源", columns, 2), [["甲"] * 20] * 9, [])
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (3, 0)
    assert sheet.print_title_cols == "$A:$B"
    assert sheet.print_area == "'表'!$A$1:$T$12"
    assert sheet["A4"].alignment.wrap_text


def test_a_long_source_line_runs_over_lines_and_not_off_the_page(tmp_path):
    path = tmp_path / "a.xlsx"
    write_long_workbook(path, LongSheet("表", "表", "来源" * 60, COLUMNS), [], [])
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A2:D2"]
    assert sheet.row_dimensions[2].height >= 14 * 4
