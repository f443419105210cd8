"""The submitter's own workbook comes back as it was, with colours, comments and four things of ours."""

import re

import pytest
from marked import (
    SHEET,
    a_finding,
    a_plan,
    a_return,
    looks_of,
    opened,
    parts_of,
    saved,
    with_parts,
)
from openpyxl import Workbook
from openpyxl.comments import Comment
from package_faults import faults_of

from pipelines.feedback.marking.colours import COLOUR_OF
from pipelines.feedback.marking.marked_workbook import (
    MOST_COMMENTS,
    mark_workbook,
)
from pipelines.workbooks.own_sheets import (
    ANSWER_SHEET,
    MARK_SHEET,
    RULES_SHEET,
    TemplateMark,
    is_own_sheet,
    read_template_mark,
)
from pipelines.workbooks.reading import ReadingLimits, read_workbook

EVERYWHERE = [
    a_finding("C5"),
    a_finding("D5", "warning", asks_reply=True),
    a_finding("B6", "information"),
    a_finding("C1", "error", message="标题里没有月份。"),  # inside a merge
    a_finding("J40", "warning"),  # neither row nor cell is there
    a_finding(None, "error", message="没有写填报单位。"),
    a_finding("A1", "error", sheet="没有的表"),
]


@pytest.fixture(scope="module")
def answer():
    return mark_workbook(a_return(), a_plan(*EVERYWHERE))


def colour(data, cell, sheet=SHEET):
    fill = opened(data)[sheet][cell].fill
    return fill.fgColor.rgb[2:] if fill.fill_type == "solid" else None


def comment(data, cell, sheet=SHEET):
    return opened(data)[sheet][cell].comment


@pytest.mark.parametrize(
    ("cell", "severity"),
    [
        ("C5", "error"),
        ("D5", "warning"),
        ("B6", "information"),
        ("A1", "error"),
        ("J40", "warning"),
    ],
)
def test_each_marked_cell_has_the_colour_of_its_severity(answer, cell, severity):
    assert colour(answer, cell) == COLOUR_OF[severity]


def test_the_worst_of_several_findings_gives_the_colour_and_all_are_in_the_comment():
    findings = [
        a_finding("C5", s, message=f"{s} 的话") for s in ("information", "error", "warning")
    ]
    data = mark_workbook(a_return(), a_plan(*findings))
    assert colour(data, "C5") == COLOUR_OF["error"]
    assert (
        comment(data, "C5").text
        == "【台账校验】\n错误：error 的话\n疑问：warning 的话\n提示：information 的话"
    )
    assert comment(data, "C5").author == "台账校验"


def test_nothing_but_the_fill_of_a_marked_cell_changes(answer):
    before, after = looks_of(a_return()), looks_of(answer)
    marked = {(SHEET, cell) for cell in ("C5", "D5", "B6", "A1", "J40")}
    assert {place for place in before if before[place] != after[place]} == marked - {(SHEET, "J40")}
    for place in marked - {(SHEET, "J40")}:
        value, _, *rest, _ = before[place]
        assert (value, *rest) == (after[place][0], *after[place][2:-1])


def test_a_comment_of_the_submitter_stays_above_ours(answer):
    text = comment(answer, "B6").text
    assert text.startswith("原来的批注\n\n【台账校验】\n提示：B6 ")
    assert comment(answer, "B6").author == "甲镇"
    assert comment(answer, "G9").text == "另一处批注"


def test_the_sheets_stand_in_order_and_the_list_is_open(answer):
    book = opened(answer)
    assert [(page.title, page.sheet_state) for page in book] == [
        (ANSWER_SHEET, "visible"),
        (SHEET, "visible"),
        ("乙's 表", "visible"),
        ("底稿", "hidden"),
        (MARK_SHEET, "veryHidden"),
        (RULES_SHEET, "visible"),
    ]
    assert book.active.title == ANSWER_SHEET
    assert [page.title for page in book if page.sheet_view.tabSelected] == [ANSWER_SHEET]


def test_names_of_a_sheet_still_belong_to_it(answer):
    book = opened(answer)
    assert book[SHEET].print_title_rows == "$4:$4"
    assert book["乙's 表"].print_title_rows == "$1:$1"
    assert book.defined_names["全表"].value == f"'{SHEET}'!$A$4:$H$11"
    assert book[SHEET].auto_filter.ref == "A4:H11"


def test_drop_down_lists_and_conditional_colours_stay(answer):
    page = opened(answer)[SHEET]
    assert [str(d.sqref) for d in page.data_validations.dataValidation] == ["H5:H11"]
    assert [str(r.sqref) for r in page.conditional_formatting] == ["F5:F9"]


@pytest.mark.parametrize("findings", [EVERYWHERE, []], ids=["marked", "nothing found"])
def test_excel_has_nothing_to_repair(findings):
    original = a_return()
    assert faults_of(original) == []
    assert faults_of(mark_workbook(original, a_plan(*findings))) == []


def test_every_value_reads_as_before_and_our_sheets_are_known_as_ours(answer):
    before = {s.name: s.rows for s in read_workbook(a_return(), ReadingLimits()).sheets}
    after = read_workbook(answer, ReadingLimits())
    rows = {s.name: s.rows for s in after.sheets}
    assert {n: rows[n] for n in before} == before
    assert {s.name for s in after.sheets if is_own_sheet(s)} == {
        ANSWER_SHEET,
        RULES_SHEET,
        MARK_SHEET,
    }


def test_parts_nobody_has_to_change_stay_byte_for_byte():
    image, macros = b"\x89PNG not drawn", b"\xd0\xcf\x11\xe0 never run"
    original = with_parts(a_return(), {"xl/media/image1.png": image, "xl/vbaProject.bin": macros})
    types = parts_of(original)["[Content_Types].xml"]
    types = types.replace(
        b"<Override ", b'<Default Extension="bin" ContentType="x/y"/><Override ', 1
    )
    types = types.replace(b"spreadsheetml.sheet.main+xml", b"sheet.macroEnabled.main+xml").replace(
        b"openxmlformats-officedocument.sheet.macro", b"ms-excel.sheet.macro"
    )
    original = with_parts(original, {"[Content_Types].xml": types})
    before, after = parts_of(original), parts_of(mark_workbook(original, a_plan(a_finding("C5"))))
    assert b"macroEnabled" in after["[Content_Types].xml"]
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        "[Content_Types].xml",
        "xl/_rels/workbook.xml.rels",
        "xl/workbook.xml",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",  # was selected
        "xl/comments/comment1.xml",
        "xl/drawings/commentsDrawing1.vml",
    }
    assert (
        before["xl/worksheets/sheet2.xml"].replace(b'tabSelected="1"', b'tabSelected="0"')
        == (after["xl/worksheets/sheet2.xml"])
    )


def test_the_stored_value_of_a_formula_stays():
    original = a_return()
    sheet = parts_of(original)["xl/worksheets/sheet1.xml"]
    known, count = re.subn(rb"(</f>)<v(?: ?/>|></v>)", rb"\1<v>35</v>", sheet)
    assert count == 1
    data = mark_workbook(
        with_parts(original, {"xl/worksheets/sheet1.xml": known}), a_plan(a_finding("E5"))
    )
    cells = {s.name: s for s in read_workbook(data, ReadingLimits()).sheets}
    assert cells[SHEET].at(4, 4) == 35
    assert colour(data, "E5") == COLOUR_OF["error"]


def test_the_same_plan_gives_the_same_bytes():
    original, plan = a_return(), a_plan(*EVERYWHERE)
    assert mark_workbook(original, plan) == mark_workbook(original, plan)


def test_a_sheet_without_any_relations_gets_comments():
    book = Workbook()
    book.active.title = SHEET
    book.active["C5"] = "约10"
    data = mark_workbook(saved(book), a_plan(a_finding("C5")))
    assert comment(data, "C5").text == "【台账校验】\n错误：C5 不是数字，请改成 10 这样的数字。"
    assert faults_of(data) == []


def test_boxes_of_two_sheets_have_numbers_of_their_own():
    book = Workbook()
    book.active.title = SHEET
    book.active["A1"].comment = Comment("有", "甲镇")
    book.create_sheet("乙")
    data = mark_workbook(
        saved(book), a_plan(a_finding("C5"), a_finding("C6"), a_finding("C5", sheet="乙"))
    )
    assert faults_of(data) == []
    assert comment(data, "C5", "乙") is not None
    assert comment(data, "A1").text == "有"


def test_colours_have_no_limit_but_comments_have_and_errors_come_first():
    cells = [f"C{row}" for row in range(1, MOST_COMMENTS + 11)]
    findings = [a_finding(cell, "warning") for cell in cells] + [a_finding("D2000", "error")]
    book = Workbook()
    book.active.title = SHEET
    page = opened(mark_workbook(saved(book), a_plan(*findings)))[SHEET]
    assert all(page[cell].fill.fill_type == "solid" for cell in cells)
    commented = [cell.coordinate for row in page.iter_rows() for cell in row if cell.comment]
    assert len(commented) == MOST_COMMENTS
    assert "D2000" in commented


def test_rows_and_cells_without_numbers_of_their_own_are_found():
    """Some programs leave out where rows and cells stand; then the order tells."""
    book = Workbook()
    book.active.title = SHEET
    for row in range(1, 4):
        book.active.append([row, row * 10, row * 100])
    original = saved(book)
    sheet = parts_of(original)["xl/worksheets/sheet1.xml"].decode()
    for place in ("A1", "B1", "C1", "A2", "B2", "C2", "A3", "B3", "C3", "1", "2", "3"):
        sheet = sheet.replace(f' r="{place}"', "")
    assert ' r="' not in sheet
    original = with_parts(original, {"xl/worksheets/sheet1.xml": sheet.encode()})
    data = mark_workbook(original, a_plan(a_finding("B2"), a_finding("E3"), a_finding("A7")))
    page = opened(data)[SHEET]
    marked = [c.coordinate for row in page.iter_rows() for c in row if c.fill.fill_type == "solid"]
    assert marked == ["B2", "E3", "A7"]
    assert page["B2"].value == 20
    assert faults_of(data) == []


def test_an_empty_place_is_marked_with_the_look_of_its_column():
    book = Workbook()
    page = book.active
    page.title = SHEET
    page.column_dimensions["C"].number_format = "0.00%"
    data = mark_workbook(saved(book), a_plan(a_finding("C5")))
    assert opened(data)[SHEET]["C5"].number_format == "0.00%"


def test_the_facts_of_a_template_stay_beside_ours():
    book = Workbook()
    book.active.title = SHEET
    hidden = book.create_sheet(MARK_SHEET)
    for row in (
        ["taizhang"],
        ["form_id", "progress_report"],
        ["template_version", "3"],
        ["receipt_id", "old"],
    ):
        hidden.append(row)
    hidden["D2"] = "the template's own"
    hidden.sheet_state = "veryHidden"
    data = mark_workbook(
        saved(book), a_plan(a_finding("C5"), mark={"receipt_id": "r-2", "unit": "甲镇"})
    )
    page = opened(data)[MARK_SHEET]
    assert [[c.value for c in row[:2]] for row in page.iter_rows(max_row=5)] == [
        ["taizhang", None],
        ["form_id", "progress_report"],
        ["template_version", "3"],
        ["receipt_id", "r-2"],
        ["unit", "甲镇"],
    ]
    assert page["D2"].value == "the template's own"
    read = read_workbook(data, ReadingLimits())
    assert read_template_mark(read) == TemplateMark("progress_report", "3")


def test_illegal_characters_and_formulas_do_no_harm():
    said = 'a\x00b\x0b<&"\ud800\ufffe_x000D_\r\n=1+1'
    finding = a_finding("C5", message=said, found="=cmd|' /C calc'!A0", project="@x")
    data = mark_workbook(a_return(), a_plan(finding, title="=1+1"))
    page = opened(data)[ANSWER_SHEET]
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    assert page["A1"].value == "'=1+1"
    assert comment(data, "C5").text == '【台账校验】\n错误：ab<&"_x005F_x000D_\n=1+1'
    assert faults_of(data) == []
