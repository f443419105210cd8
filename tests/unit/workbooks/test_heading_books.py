"""What all forms know together is what each of them knows, asked in one go."""

import pytest
from small_district import declared_forms, reading_context

from pipelines.declarations.forms import GENERIC_FIELDS
from pipelines.workbooks.cells import Sheet
from pipelines.workbooks.cross_headings import CrossTableBook
from pipelines.workbooks.headings import take_apart

BOOKS = reading_context().books
ALIASES = sorted({a for form in declared_forms() for f in form.own_fields for a in f.aliases})
OTHERS = (
    "", " ", "序号", "备注", "2016-130871-48-03-000000", "2016-03-15", "A1", "1", "第3镇标准厂房项目",
    "2019年1-3月累计完成投资（万元）", "3月份完成投资额(万元)", "2019年度计划投资", "自年初累计完成投资",
    "至2018年底累计完成投资", "项目代码（备案证号）", "*项目名称（必填）", "项目 名称", "总投资[亿元]", "完成100%",
    "单位", "责任单位", "投资", "项目名称" * 20,
)  # fmt: skip


def known_by(text):
    """The forms that know a heading, each book asked for itself."""
    for form_id, book in BOOKS.items():
        if isinstance(book, CrossTableBook):
            if book.is_name_heading(text):
                yield form_id
            continue
        meaning = book.meaning((take_apart(text).words,))
        if meaning is not None and meaning.field not in GENERIC_FIELDS:
            yield form_id


@pytest.mark.parametrize("text", [*ALIASES, *OTHERS])
def test_a_text_names_what_the_book_of_each_form_says(text):
    dated = text.replace("YYYY", "2019").replace("MM", "3")
    for spelling in (text, dated, f"2019年{text}", f"{dated}（万元）"):
        expected = set(known_by(spelling)) if 0 < len(spelling) <= 60 else set()
        assert set(BOOKS.forms_naming(spelling)) == expected


def test_only_rows_with_a_heading_are_told():
    rows = [["项目进展情况", ""], ["序号", "项目名称"], [1.0, "滨河路"], ["", "项目名称"]]
    told = BOOKS.telling_rows(Sheet("表", False, rows))
    assert told["progress_report"] == [1, 3]


def test_no_row_is_looked_at_that_is_too_far_down():
    rows = [["项目名称"]] + [[""]] * 39 + [["项目名称"]]
    assert BOOKS.telling_rows(Sheet("表", False, rows))["progress_report"] == [0]
