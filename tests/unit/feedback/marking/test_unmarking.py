"""A workbook that comes back with an answer in it is cleaned before it is marked anew."""

import pytest
from lxml import etree
from marked import (
    SHEET,
    a_finding,
    a_plan,
    a_return,
    looks_of,
    opened,
    parts_of,
    saved,
    saved_by_another_program,
    unmarked,
    with_parts,
)
from openpyxl import Workbook
from openpyxl.styles import PatternFill
from package_faults import faults_of

from pipelines.feedback.marking.colours import COLOUR_OF
from pipelines.feedback.marking.marked_workbook import UnmarkableError, mark_workbook
from pipelines.workbooks.own_sheets import ANSWER_SHEET, MARK_SHEET, RULES_SHEET

PLAN = a_plan(
    a_finding("C5"),
    a_finding("D5", "warning", asks_reply=True),
    a_finding("B6", "information"),
    a_finding("A1", "warning"),
    a_finding("J40", "warning"),
)


def colours(data, sheet=SHEET):
    ours = set(COLOUR_OF.values())
    return {
        cell.coordinate
        for row in opened(data)[sheet].iter_rows()
        for cell in row
        if cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb[2:] in ours
    }


def without_own_empty_rows(looks):
    """openpyxl writes every row up to the last; compare what holds or shows something."""
    plain = (None, None, False, "General", None, None, None)
    return {place: look for place, look in looks.items() if look != plain}


@pytest.mark.parametrize(
    "between", [lambda data: data, saved_by_another_program], ids=["as sent", "saved elsewhere"]
)
def test_after_marking_and_unmarking_the_sheets_look_as_at_first(between):
    again = unmarked(between(mark_workbook(a_return(), PLAN)))
    assert without_own_empty_rows(looks_of(again)) == without_own_empty_rows(looks_of(a_return()))
    twice = unmarked(between(mark_workbook(between(mark_workbook(a_return(), PLAN)), PLAN)))
    assert without_own_empty_rows(looks_of(twice)) == without_own_empty_rows(looks_of(a_return()))
    assert faults_of(again) == faults_of(twice) == []


def test_the_cells_of_the_sheet_are_the_very_same_again():
    def rows(data):
        sheet = etree.fromstring(parts_of(data)["xl/worksheets/sheet1.xml"])
        return etree.tostring(sheet.find("{*}sheetData"), method="c14n", exclusive=True)

    assert rows(unmarked(mark_workbook(a_return(), PLAN))) == rows(a_return())


def test_nothing_of_ours_is_left_but_the_facts():
    book = opened(unmarked(mark_workbook(a_return(), PLAN)))
    assert book.sheetnames == [SHEET, "乙's 表", "底稿", MARK_SHEET]
    assert book[SHEET].print_title_rows == "$4:$4"
    assert book["乙's 表"].print_title_rows == "$1:$1"
    assert [[c.value for c in row if c.value] for row in book[MARK_SHEET].iter_rows()] == [
        ["taizhang"],
        ["receipt_id", "r-1"],
    ]


def test_marked_again_only_the_new_findings_show():
    second = mark_workbook(mark_workbook(a_return(), PLAN), a_plan(a_finding("F7")))
    assert colours(second) == {"F7"}
    page = opened(second)[SHEET]
    assert page["B6"].comment.text == "原来的批注"
    assert page["C5"].comment is None
    assert opened(second).sheetnames.count(ANSWER_SHEET) == 1
    assert faults_of(second) == []


def test_the_style_sheet_does_not_grow_from_answer_to_answer():
    first = mark_workbook(a_return(), PLAN)
    second = mark_workbook(first, PLAN)
    assert parts_of(second)["xl/styles.xml"] == parts_of(first)["xl/styles.xml"]


def test_a_cell_the_submitter_coloured_since_keeps_their_colour():
    def recolour(book):
        book[SHEET]["C5"].fill = PatternFill("solid", fgColor="FF123456")

    data = unmarked(saved_by_another_program(mark_workbook(a_return(), PLAN), recolour))
    assert opened(data)[SHEET]["C5"].fill.fgColor.rgb == "FF123456"


def test_colours_that_moved_with_deleted_or_copied_rows_go_too():
    def shift(book):
        page = book[SHEET]
        page.delete_rows(3)
        for column in range(1, 9):
            page.cell(14, column)._style = page.cell(4, column)._style

    marked = mark_workbook(a_return(), PLAN)
    moved = saved_by_another_program(marked, shift)
    assert {"C4", "D4", "C14", "D14"} <= colours(moved)
    cleaned = unmarked(moved)
    assert colours(cleaned) == set()
    fill = opened(cleaned)[SHEET]["D14"].fill
    assert (fill.fill_type, fill.fgColor.rgb) == ("solid", "FF00FFFF")


def test_a_cell_that_was_missing_and_is_filled_in_since_stays():
    def fill_in(book):
        book[SHEET]["J40"] = "补上了"

    cleaned = unmarked(saved_by_another_program(mark_workbook(a_return(), PLAN), fill_in))
    cell = opened(cleaned)[SHEET]["J40"]
    assert (cell.value, cell.fill.fill_type, cell.comment) == ("补上了", None, None)


def test_the_lists_may_be_sorted_cut_or_deleted():
    def tear(book):
        del book[ANSWER_SHEET]
        book[RULES_SHEET].delete_rows(1, 5)

    cleaned = unmarked(saved_by_another_program(mark_workbook(a_return(), PLAN), tear))
    assert opened(cleaned).sheetnames == [SHEET, "乙's 表", "底稿", MARK_SHEET]
    assert without_own_empty_rows(looks_of(cleaned)) == without_own_empty_rows(looks_of(a_return()))


def test_our_comments_are_known_when_a_program_drops_the_names_of_authors():
    marked = mark_workbook(a_return(), PLAN)
    name = next(n for n in parts_of(marked) if "comments/comment" in n)
    nameless = parts_of(marked)[name].replace(
        "<author>台账校验</author>".encode(), b"<author> </author>"
    )
    assert nameless != parts_of(marked)[name]
    cleaned = unmarked(with_parts(marked, {name: nameless}))
    page = opened(cleaned)[SHEET]
    assert {c.coordinate: c.comment.text for row in page.iter_rows() for c in row if c.comment} == {
        "B6": "原来的批注",
        "G9": "另一处批注",
    }


def test_without_any_comment_left_their_parts_go_too():
    book = Workbook()
    book.active.title = SHEET
    book.active["C5"] = 1
    original = saved(book)
    cleaned = unmarked(mark_workbook(original, a_plan(a_finding("C5"))))
    assert not [n for n in parts_of(cleaned) if "comments" in n or n.endswith(".vml")]
    assert b"legacyDrawing" not in parts_of(cleaned)["xl/worksheets/sheet1.xml"]
    assert faults_of(cleaned) == []


def test_a_workbook_without_an_answer_is_left_alone():
    assert parts_of(unmarked(a_return())).keys() == parts_of(a_return()).keys()
    assert looks_of(unmarked(a_return())) == looks_of(a_return())


def test_a_sheet_of_the_submitters_with_one_of_our_names_is_not_taken_for_ours():
    book = Workbook()
    book.active.title = SHEET
    book.create_sheet(ANSWER_SHEET)["A1"] = "我们自己的校验意见"
    with pytest.raises(UnmarkableError, match=ANSWER_SHEET):
        mark_workbook(saved(book), PLAN)
