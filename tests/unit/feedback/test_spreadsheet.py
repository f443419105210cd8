"""Workbooks written from plans: a text stays a text, the same plans give the same bytes."""

import io
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from pipelines.feedback.sheet_plans import CellStyle, InputCheck, SheetLook
from pipelines.feedback.spreadsheet import SheetPlan, sheet_names, write_workbook
from pipelines.workbooks.reading import ReadingLimits, read_workbook


def opened(*plans):
    return load_workbook(io.BytesIO(write_workbook(plans)))


def cells(*values):
    """One row written and opened again."""
    return list(opened(SheetPlan("表", [values])).worksheets[0][1])


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("x")',
        "+86",
        "-5",
        "@SUM(A1)",
        "\t=1",
        "＝1",
        "#N/A",
        "#REF!",
        "TRUE",
        "=",
    ],
)
def test_a_text_never_becomes_a_formula_or_an_error(text):
    (cell,) = cells(text)
    assert (cell.value, cell.data_type) == (text, "s")


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@x", "\t1", "\n1"])
def test_a_text_that_starts_like_a_formula_is_quoted_against_editing(text):
    (cell,) = cells(text)
    assert cell.quotePrefix
    assert not cells("项目")[0].quotePrefix


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (12, 12),
        (1.5, 1.5),
        (Decimal("320.5"), 320.5),
        (True, True),
        (date(2019, 3, 1), datetime(2019, 3, 1)),
        (datetime(2019, 3, 1, 4, 5), datetime(2019, 3, 1, 4, 5)),
        (time(3, 4), time(3, 4)),
        (timedelta(hours=30), timedelta(hours=30)),
    ],
)
def test_a_value_keeps_its_kind(value, shown):
    (cell,) = cells(value)
    assert cell.value == shown
    assert type(cell.value) is type(shown)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (float("inf"), "inf"),
        (date(1850, 1, 1), "1850-01-01"),
        (Decimal("NaN"), "NaN"),
        ("甲\x01乙", "甲\ufffd乙"),
        ("甲\ud800", "甲\ufffd"),
    ],
)
def test_what_excel_cannot_hold_is_written_as_a_text_that_shows_it(value, text):
    assert cells(value)[0].value == text


def test_an_empty_cell_is_not_written():
    assert [cell.value for cell in cells("甲", "", "乙")] == ["甲", None, "乙"]


def test_a_copy_is_read_back_cell_by_cell():
    rows = [["2019年台账", "", ""], ["序号", "项目", "投资"], [1, "=滨河路", 12.5], ["", "", "—"]]
    plan = SheetPlan("台账", rows, merges=[(0, 0, 0, 2)])
    sheet = read_workbook(write_workbook([plan]), ReadingLimits()).sheets[0]
    assert (sheet.name, sheet.merges) == ("台账", [(0, 0, 0, 2)])
    assert [[sheet.at(r, c) for c in range(3)] for r in range(4)] == rows
    assert not sheet.uncached_formulas


def test_values_under_a_merge_are_kept_and_overlapping_merges_left_out():
    plan = SheetPlan(
        "表", [["甲", "乙"], ["丙", ""]], merges=[(0, 0, 0, 1), (0, 1, 1, 1), (1, 0, 1, 0)]
    )
    sheet = read_workbook(write_workbook([plan]), ReadingLimits()).sheets[0]
    assert sheet.rows[0] == ["甲", "乙"]
    assert sheet.merges == [(0, 0, 0, 1)]


def test_the_same_plans_give_the_same_bytes_with_no_time_in_them():
    look = SheetLook(comments={(0, 0): "说明"}, is_protected=True)
    plan = SheetPlan("表", [["甲", date(2019, 3, 1)]], look=look)
    data = write_workbook([plan])
    assert data == write_workbook([plan])
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert {entry.date_time[0] for entry in package.infolist()} == {2000}
    properties = load_workbook(io.BytesIO(data)).properties
    assert properties.created.year == properties.modified.year == 2000


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        (["台账", "台账"], ["台账", "台账(2)"]),
        (["A/B", "a_b"], ["A_B", "a_b(2)"]),
        (["项目" * 20], ["项目" * 15 + "项"]),
        (["长" * 31, "长" * 31], ["长" * 31, "长" * 28 + "(2)"]),
        (["", "History", "'引号'"], ["Sheet1", "Sheet2", "引号"]),
        (["Sheet2", ""], ["Sheet2", "Sheet2(2)"]),
    ],
)
def test_a_sheet_gets_the_nearest_name_excel_allows(wanted, given):
    assert sheet_names(wanted) == given
    assert opened(*(SheetPlan(name, []) for name in wanted)).sheetnames == given


def test_sheets_are_hidden_as_planned_but_never_all_of_them():
    book = opened(
        SheetPlan("甲", [], visibility="hidden"),
        SheetPlan("乙", []),
        SheetPlan("丙", [], visibility="very_hidden"),
    )
    assert [sheet.sheet_state for sheet in book] == ["hidden", "visible", "veryHidden"]
    assert book.active.title == "乙"
    assert opened(SheetPlan("甲", [], visibility="hidden")).worksheets[0].sheet_state == "visible"
    with pytest.raises(ValueError, match="at least one sheet"):
        write_workbook([])


def test_a_look_becomes_what_excel_knows_of_it():
    look = SheetLook(
        widths=(6, 20),
        heights={0: 30},
        styles=[
            ((0, 0, 1, 1), CellStyle(is_bold=True, fill="FFE699")),
            ((1, 1, 1, 1), CellStyle(number_format="@", is_unlocked=True)),
        ],
        checks=[
            InputCheck([(1, 1, 5, 1)], "list", ["是", "否"], title="题" * 40, error="错" * 400),
            InputCheck([(1, 0, 1, 0)], message="上期 5"),
        ],
        comments={(0, 1): "必填"},
        stale={(1, 0): Decimal("5.50")},
        frozen_rows=1,
        repeated_rows=(0, 0),
        paper="A3",
        is_landscape=True,
        is_protected=True,
    )
    sheet = opened(SheetPlan("表", [["甲", "乙"], [5, "=x"]], look=look)).worksheets[0]
    assert sheet.column_dimensions["B"].width == 20
    assert sheet["A1"].font.bold and sheet["A1"].fill.fgColor.rgb == "00FFE699"
    assert sheet["A1"].protection.locked and not sheet["B2"].protection.locked
    assert sheet["B2"].number_format == "@" and sheet["B2"].quotePrefix
    choices, hint = sheet.data_validations.dataValidation
    assert (choices.type, choices.formula1, str(choices.sqref)) == ("list", '"是,否"', "B2:B6")
    assert (len(choices.errorTitle), len(choices.error)) == (32, 225)
    assert (hint.type, hint.prompt, str(hint.sqref)) == (None, "上期 5", "A2")
    assert sheet["B1"].comment.text == "必填"
    ((stale,),) = [rules for _, rules in sheet.conditional_formatting._cf_rules.items()]
    assert (stale.operator, stale.formula) == ("equal", ["5.50"])
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 8)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.protection.sheet and not sheet.protection.insertRows
    assert sheet.protection.password is None


@pytest.mark.parametrize("choices", [["甲,乙"], ["选" * 256]])
def test_choices_that_no_drop_down_can_hold_are_a_fault_of_the_declaration(choices):
    look = SheetLook(checks=[InputCheck([(0, 0, 0, 0)], "list", choices)])
    with pytest.raises(ValueError, match="drop-down"):
        write_workbook([SheetPlan("表", [], look=look)])
