"""Whatever fills a cell to its limit (32,767 characters), and however many merges there are, reading goes on."""

import time

import pytest
from small_district import a_form

from pipelines.declarations.forms import Kind
from pipelines.identifiers import is_project_code, is_uscc
from pipelines.text import escape_formula, name_key, one_line, project_code
from pipelines.workbooks.cells import Sheet
from pipelines.workbooks.cross_headings import split_heading
from pipelines.workbooks.figures import read_figure
from pipelines.workbooks.headings import HeadingBook, take_apart
from pipelines.workbooks.locating import locate_block
from pipelines.workbooks.periods import mentioned_period
from pipelines.workbooks.preamble import file_period, read_preamble
from pipelines.workbooks.row_kinds import is_outlined, read_row, says_nothing, table_rows
from pipelines.workbooks.values import read_date, read_deadline, read_money, shown_decimals

LONGEST = 32_767
# What takes time with the square of the length needs many seconds for the longest text, all else some thousandths.
SECONDS = 1.0
# How a text begins, and what fills it; at its end stands what fits no pattern.
TEXTS = (
    ("", " "), ("2017", "\n"), ("", "\r\n"), ("", "\u200b"), ("附件", " "), ("附件", "\r\n"), ("附件", "附件 "),
    ("-", "2017."), ("", "2017-"), ("", "2017年"), ("", "年月"), ("2017年", "1月"), ("2017", "."), ("", "1"), ("", "111,"),
    ("", "("), ("代码(", "(("), ("", "[1"), ("", "【"), ("", "一、"), ("", "二零"), ("", " 12:30"), ("", "T1"), ("", "单位:"),
    ("单位:", "个、"), ("填报单位", " "), ("", "填报日期 "), ("", "合计"), ("", "万元、"), ("", "a."),
)  # fmt: skip
UNITS: dict[Kind, str] = {"money": "万元", "count": "个", "percent": "%", "score": "分"}
BOOK = HeadingBook(a_form("progress_report"))


def _read_everywhere(text):
    """Everything a cell's text may go through in the pipeline itself."""
    read_date(text)
    read_deadline(text)
    read_money(text, "万元")
    for kind, unit in UNITS.items():
        read_figure(kind, text, unit)
    shown_decimals(text)
    mentioned_period(text)
    file_period(text)
    split_heading(text)
    words = take_apart(text).words
    BOOK.meaning((words,))
    BOOK.meaning(("总投资", words))
    says_nothing(text)
    is_outlined(text)
    is_uscc(text)
    is_project_code(project_code(text))
    name_key(text)
    one_line(text)
    escape_formula(text)
    read_preamble(Sheet("表", is_hidden=False, rows=[[text], [""]]), 1, {})


@pytest.mark.parametrize(("beginning", "piece"), TEXTS, ids=ascii)
def test_no_text_takes_time_with_the_square_of_its_length(beginning, piece):
    text = (beginning + piece * LONGEST)[: LONGEST - 1] + "!"
    begun = time.process_time()
    _read_everywhere(text)
    assert time.process_time() - begun < SECONDS


@pytest.mark.parametrize(
    ("text", "day"), [("2017-07-05 \n 12:30:00  ", 5), ("2017-07-05T12:30", 5), ("2017-07-05 ", 5)]
)
def test_the_time_of_day_goes_with_all_its_spaces(text, day):
    moment = read_date(text).day
    assert moment is not None and moment.day == day


@pytest.mark.parametrize(
    ("text", "year"),
    [("2017..", 2017), ("2017._5", None), ("附件 - 12 2017年", 2017)],
)
def test_a_year_alone_is_one_that_no_figure_follows(text, year):
    mention = mentioned_period(text)
    assert (mention.year if mention else None) == year


def test_a_file_name_loses_all_its_endings():
    period = file_period("进展2017年3月.final.xlsx")
    assert period is not None and (period.mention.year, period.mention.month) == (2017, 3)
    assert file_period("a" + ".b" * 20_000 + "2017年").mention.year == 2017


def test_a_bracket_that_nothing_closes_stays_in_the_heading():
    assert BOOK.meaning(("项目名称(代码",)) is None
    assert BOOK.meaning(("项目代码(发改代码)",)) == BOOK.meaning(("项目代码",))


def _sheet(merges, height=200, width=20):
    rows = [["序号", "项目名称", "总投资", "本年累计完成投资"] + [""] * (width - 4)]
    rows += [[str(n), f"路{n}", 1.0, 1.0] + [""] * (width - 4) for n in range(height - 1)]
    return Sheet("表", is_hidden=False, rows=rows, merges=merges)


def test_equal_merges_are_one_and_are_spread_out_once():
    merge = (100, 4, 199, 19)
    sheet = _sheet([merge] * 20_000)
    assert sheet.sound_merges == (merge,)
    assert len(sheet.merged) == 1_600
    assert sheet.merged is sheet.merged


def test_of_merges_over_each_other_no_more_cells_are_kept_than_the_sheet_has():
    piled = [(top, 4, 199, 19) for top in range(10, 190)]
    sheet = _sheet(piled)
    cells = sum(
        (bottom - top + 1) * (right - left + 1) for top, left, bottom, right in sheet.sound_merges
    )
    assert cells <= 200 * 20
    assert sheet.sound_merges[0] == (189, 4, 199, 19)


def test_of_two_merges_over_each_other_the_smaller_holds():
    sheet = _sheet([(5, 0, 8, 3), (8, 3, 9, 3)])
    assert sheet.merged == {(8, 3): (8, 3, 9, 3), (9, 3): (8, 3, 9, 3)}


def test_a_merge_that_reaches_down_from_the_headings_is_none_of_the_rows():
    sheet = _sheet([(0, 1, 3, 1), (4, 1, 5, 1)])
    form = a_form("progress_report")
    block = locate_block(_sheet([]), HeadingBook(form))
    table = table_rows(sheet, block, form, frozenset())
    assert table.merge_at(2, 1) is None
    assert table.merge_at(5, 1) == (4, 1, 5, 1)
    assert read_row(table, 5).kind == "data"
