"""OpenDocument tables: every cell at its true place, what a person would not see of it, and the second count."""

import io
import re
import zipfile
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import ReadingLimits
from pipelines.workbooks.containers.ods import read_fods, read_ods
from pipelines.workbooks.containers.ods_count import count_fods, count_ods
from pipelines.workbooks.reading import read_workbook

LIMITS = ReadingLimits()
SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
    for prefix in ("office", "table", "text", "style", "draw")
) + ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'  # fmt: skip


def a_document(*tables, styles="", before="", root="document-content"):
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:{root} {SPACES} office:version="1.3">'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>"
        f"{before}{''.join(tables)}</office:spreadsheet></office:body></office:{root}>"
    )


def a_table(content, name="表1", style=""):
    return f'<table:table table:name="{name}" table:style-name="{style}">{content}</table:table>'


def a_row(*cells, **given):
    return f"<table:table-row{attributes(given)}>{''.join(cells)}</table:table-row>"


def a_cell(text=None, **given):
    inner = "" if text is None else f"<text:p>{text}</text:p>"
    return f"<table:table-cell{attributes(given)}>{inner}</table:table-cell>"


def attributes(given):
    office = ("value", "value_type", "date_value", "time_value", "boolean_value", "string_value")
    words = {key: "office" if key in office else "table" for key in given}
    return "".join(
        f' {words[key]}:{key.replace("_", "-")}="{value}"' for key, value in given.items()
    )


def text(content, **given):
    return a_cell(content, value_type="string", **given)


def number(value, **given):
    return a_cell(f"{value}", value_type="float", value=value, **given)


def packed(content, **parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        if content is not None:
            archive.writestr("content.xml", content)
        for name, part in parts.items():
            archive.writestr({"manifest": "META-INF/manifest.xml"}.get(name, f"{name}.xml"), part)
    return buffer.getvalue()


def read(content, limits=LIMITS, **parts):
    """The book, once the second count has agreed with it."""
    data = packed(content, **parts)
    book = read_ods(data, limits)
    assert count_ods(data, limits) == {n: s.filled_cells for n, s in enumerate(book.sheets)}
    return book


def the_sheet(*rows, styles="", **parts):
    (sheet,) = read(a_document(a_table("".join(rows)), styles=styles), **parts).sheets
    return sheet


def the_cell(cell):
    return the_sheet(a_row(cell)).rows.get(0, {}).get(0, "")


def refusal(data, reader=read_ods, limits=LIMITS):
    with pytest.raises(UnreadableFileError) as refused:
        reader(data, limits)
    return refused.value.sentence


VALUES = {
    "a number": (number("500.25"), 500.25),
    "a share": (a_cell("50%", value_type="percentage", value="0.5"), 0.5),
    "money": (a_cell("￥3.00", value_type="currency", value="3", currency="CNY"), 3.0),
    "a truth": (a_cell("TRUE", value_type="boolean", boolean_value="true"), True),
    "a day": (a_cell("3/15", value_type="date", date_value="2019-03-15"), date(2019, 3, 15)),
    "a moment": (
        a_cell("x", value_type="date", date_value="2019-03-15T10:20:30.5"),
        datetime(2019, 3, 15, 10, 20, 30, 500_000),
    ),
    "a time of day": (a_cell("x", value_type="time", time_value="PT10H20M30S"), time(10, 20, 30)),
    "a duration": (a_cell("x", value_type="time", time_value="PT33H05M"), timedelta(hours=33, minutes=5)),
    "a day before the calendar": (a_cell("元年", value_type="date", date_value="-0001-01-01"), "元年"),
    "a day that is none": (a_cell("x", value_type="date", date_value="2019-02-30"), "x"),
    "a number that is none": (a_cell("a", value_type="float", value="NaN"), "a"),
    "a text": (text(" 滨河路 &amp; 桥 "), " 滨河路 & 桥 "),
    "a text beside what is shown": (text("x", string_value="滨河路"), "滨河路"),
    "a text of a space": (text("<text:s/>"), " "),
    "a text without kind": (a_cell("滨河路"), "滨河路"),
    "signs": (text('a<text:s text:c="2"/>b<text:tab/>c<text:line-break/>d'), "a  b\tc\nd"),
    "runs and links": (text("<text:span>滨</text:span><text:a>河<text:span>路</text:span></text:a>"), "滨河路"),
    "paragraphs": (text("a</text:p><text:p/><text:p>b"), "a\n\nb"),
    "two empty paragraphs": (text("</text:p><text:p>"), "\n"),
    "an empty text": (text(""), ""),
    "nothing": (a_cell(), ""),
    "a calculated empty text": (text("", formula="of:=[.A1]", string_value=""), ""),
    "a list of paragraphs": (
        "<table:table-cell><text:list><text:list-item><text:p>a</text:p></text:list-item></text:list>"
        "</table:table-cell>",
        "a",
    ),
    "a note, a drawing and a chart beside the text": (
        "<table:table-cell office:value-type='string'><office:annotation><text:p>批注</text:p>"
        "</office:annotation><text:p>滨河路</text:p><draw:frame><draw:object><table:table><table:table-row>"
        "<table:table-cell><text:p>图</text:p></table:table-cell></table:table-row></table:table>"
        "</draw:object><draw:text-box><text:p>框</text:p></draw:text-box></draw:frame></table:table-cell>",
        "滨河路",
    ),
    "signs that are no elements": (
        text("<!-- </text:p> --><![CDATA[<text:p>]]>", formula="of:=IF([.B1]>3;1)"), "<text:p>",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", VALUES)
def test_a_cell_is_read_as_what_it_is(what):
    cell, value = VALUES[what]
    found = the_cell(cell)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    "cell",
    [
        text("#REF!", formula="of:=[.#REF!]", string_value=""),
        a_cell("#DIV/0!", formula="of:=1/0", value_type="float", value="0"),
        a_cell("Err:508", formula="of:=(", value_type="string"),
        '<table:table-cell office:value-type="string" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>',
        '<table:table-cell calcext:value-type="error" office:value-type="string"><text:p>#N/A</text:p></table:table-cell>',
    ],
)
def test_an_error_is_no_value(cell):
    sheet = the_sheet(a_row(cell))
    assert not sheet.rows
    assert sheet.error_cells == {(0, 0): re.search(r"<text:p>(.*)</text:p>", cell)[1]}


def test_a_text_that_looks_like_an_error_is_a_text():
    assert the_cell(text("#REF!")) == "#REF!"


@pytest.mark.parametrize("kind", [{}, {"value_type": "float"}])
def test_a_formula_that_was_never_calculated_is_told(kind):
    sheet = the_sheet(a_row(a_cell(), a_cell(formula="of:=[.A1]", **kind)))
    assert sheet.uncached_formulas == {(0, 1)}


def test_repeated_cells_and_rows_stand_where_they_stand_for_something():
    sheet = the_sheet(
        a_row(a_cell(number_columns_repeated=3), number(5, number_columns_repeated=2), text("a")),
        a_row(a_cell(number_columns_repeated=16_384), number_rows_repeated=7),
        a_row(text("b"), number_rows_repeated=2),
        a_row(a_cell(number_columns_repeated=16_384), number_rows_repeated=1_048_566),
    )
    assert sheet.rows == {0: {3: 5.0, 4: 5.0, 5: "a"}, 8: {0: "b"}, 9: {0: "b"}}


def test_a_value_repeated_to_the_end_of_the_sheet_is_refused_before_it_is_written_out():
    rows = a_row(number(1, number_columns_repeated=16_384), number_rows_repeated=1_048_576)
    data = packed(a_document(a_table(rows)))
    assert "有内容的单元格超过" in refusal(data)
    assert count_ods(data, LIMITS) == {0: 16_384 * 1_048_576}


@pytest.mark.parametrize("digits", [10, 20, 6_000])
def test_a_value_repeated_more_often_than_can_be_reckoned_is_not_taken_for_one(digits):
    rows = a_row(number(1), number_rows_repeated="9" * digits)
    data = packed(a_document(a_table(rows)))
    assert "有内容的单元格超过" in refusal(data)
    assert count_ods(data, LIMITS) == {0: 999_999_999}


def test_hidden_rows_up_to_a_far_cell_are_told_only_as_far_as_a_grid_may_reach():
    sheet = the_sheet(
        a_row(visibility="collapse", number_rows_repeated=999_999_999), a_row(text("a"))
    )
    assert sheet.rows == {999_999_999: {0: "a"}}
    assert len(sheet.hidden_rows) == LIMITS.max_rows


def test_blanks_repeated_beyond_every_program_are_refused_with_a_sentence():
    blank = a_row(a_cell(), number_rows_repeated=999_999_999)
    data = packed(a_document(a_table(blank * 3 + a_row(text("a")))))
    with pytest.raises(UnreadableFileError, match="没有这么多行列"):
        read_workbook(data, LIMITS)


def test_values_under_a_merge_are_kept():
    sheet = the_sheet(
        a_row(text("a", number_columns_spanned=2, number_rows_spanned=2)
              + text("b").replace("table-cell", "covered-table-cell")),
        a_row("<table:covered-table-cell table:number-columns-repeated='2'/>", text("c")),
    )  # fmt: skip
    assert sheet.merges == [(0, 0, 1, 1)]
    assert sheet.rows == {0: {0: "a", 1: "b"}, 1: {2: "c"}}


def test_hidden_rows_and_columns_and_those_a_filter_hides():
    styles = (
        '<style:style style:name="low" style:family="table-row">'
        '<style:table-row-properties style:row-height="0cm"/></style:style>'
    )
    columns = "".join(
        f"<table:table-column{attributes(given)}/>"
        for given in ({}, {"visibility": "collapse"}, {"number_columns_repeated": 2})
    )
    sheet = the_sheet(
        columns,
        a_row(text("0")),
        a_row(text("1"), visibility="collapse"),
        a_row(text("2"), visibility="filter", number_rows_repeated=2),
        a_row(text("4"), style_name="low"),
        "<table:table-row-group table:display='false'><table:table-rows>",
        a_row(text("5")),
        "</table:table-rows></table:table-row-group>",
        a_row(text("6"), text("6"), text("6")),
        a_row(visibility="collapse", number_rows_repeated=1_048_569),
        styles=styles,
    )
    assert sheet.hidden_rows == {1, 2, 3, 4, 5}
    assert sheet.filtered_rows == {2, 3}
    assert sheet.hidden_columns == {1}


def test_a_hidden_sheet_is_told_by_its_style():
    styles = (
        '<style:style style:name="ta2" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
    )
    book = read(a_document(a_table("", "甲"), a_table("", "乙", "ta2"), styles=styles))
    assert [(s.name, s.is_hidden) for s in book.sheets] == [("甲", False), ("乙", True)]


def test_copies_of_what_formulas_refer_to_in_other_files_are_hidden_sheets():
    book = read(a_document(a_table("", "表1"), a_table(a_row(number(5)), "'file:///a.ods'#$表1")))
    assert [s.is_hidden for s in book.sheets] == [False, True]


STRUCK = (
    '<style:style style:name="ce1" style:family="table-cell" style:parent-style-name="Out"/>'
    '<style:style style:name="T1" style:family="text"><style:text-properties'
    ' style:text-line-through-style="solid" style:text-line-through-type="single"/></style:style>'
    '<style:style style:name="T2" style:family="text"><style:text-properties'
    ' style:text-line-through-style="none"/></style:style>'
)
COMMON = (
    f"<office:document-styles {SPACES}><office:styles>"
    '<style:style style:name="Out" style:family="table-cell"><style:text-properties'
    ' style:text-line-through-type="single"/></style:style></office:styles><office:automatic-styles>'
    '<style:style style:name="T2" style:family="text"><style:text-properties'
    ' style:text-line-through-style="solid"/></style:style></office:automatic-styles>'
    "</office:document-styles>"
)


def a_run(style, content):
    return f'<text:span text:style-name="{style}">{content}</text:span>'


@pytest.mark.parametrize(
    ("cell", "is_struck"),
    [
        (number(5, style_name="ce1"), True),
        (number(5), False),
        (text(a_run("T1", "滨河路")), True),
        (text(a_run("T1", "滨") + "河"), False),
        (text(a_run("T1", "滨") + " " + a_run("T1", "河")), True),
        (text(a_run("T2", "滨河路"), style_name="ce1"), False),
        (text(a_run("T1", "滨") + "河", style_name="ce1"), True),
        (a_cell(style_name="ce1"), False),
    ],
)
def test_a_cell_is_struck_where_all_of_it_is(cell, is_struck):
    (sheet,) = read(a_document(a_table(a_row(cell)), styles=STRUCK), styles=COMMON).sheets
    assert sheet.struck_cells == ({(0, 0)} if is_struck else set())


def test_a_cell_without_style_has_that_of_its_row_or_column():
    columns = (
        "<table:table-column table:number-columns-repeated='2'/>"
        "<table:table-column table:default-cell-style-name='ce1'/>"
    )
    rows = a_row(text("a"), text("b"), text("c")) + a_row(text("d"), default_cell_style_name="ce1")
    (sheet,) = read(a_document(a_table(columns + rows), styles=STRUCK), styles=COMMON).sheets
    assert sheet.struck_cells == {(0, 2), (1, 0)}


def test_only_the_sheets_of_the_body_are_sheets():
    changes = f"<table:tracked-changes><table:cell-content-change>{a_table(a_row(text('旧')))}"
    changes += "</table:cell-content-change></table:tracked-changes>"
    settings = "<table:calculation-settings><table:null-date table:date-value='1904-01-01'/></table:calculation-settings>"
    book = read(a_document(a_table(a_row(text("新"))), before=changes + settings))
    assert [s.rows for s in book.sheets] == [{0: {0: "新"}}]
    assert book.is_1904


@pytest.mark.parametrize("declared", ["zlib", "base64", "rot13", "idna", "utf-7", "nonsense"])
def test_a_declared_encoding_that_is_none_is_damage(declared):
    data = packed(a_document(a_table(a_row(text("a")))).replace("UTF-8", declared))
    assert "损坏" in refusal(data)
    with pytest.raises(UnreadableFileError, match="损坏"):
        count_ods(data, LIMITS)


def test_prefixes_and_encodings_of_other_writers_are_understood():
    content = a_document(a_table(a_row(text("滨河路"), number(5))))
    other = re.sub(
        r"\b(table|text)(?=[:=])", lambda found: {"table": "t", "text": "x"}[found[1]], content
    )
    other = other.replace("opendocument:xmlns:t:", "opendocument:xmlns:table:")
    wide = content.replace("UTF-8", "UTF-16").encode("utf-16")
    local = content.replace("UTF-8", "GB18030").encode("gb18030")
    for each in (other, wide, local, "\ufeff" + content):
        assert read(each).sheets[0].rows == {0: {0: "滨河路", 1: 5.0}}


def test_a_flat_file_is_read_like_a_package():
    rows = a_row(text("滨河路", style_name="ce1"), number(5)) * 9_000
    data = a_document(a_table(rows), styles=STRUCK, root="document").encode()
    (sheet,) = read_fods(data, LIMITS).sheets
    assert len(sheet.rows) == 9_000
    assert count_fods(data, LIMITS) == {0: 18_000}


LOCK = "<m:file-entry m:full-path='{}'>{}</m:file-entry>"
KEY = "<m:encryption-data m:checksum='x'/>"


def test_a_password_is_told():
    locked = f"<m:manifest>{LOCK.format('content.xml', KEY)}</m:manifest>"
    assert "密码" in refusal(packed("x", manifest=locked))
    buffer = io.BytesIO(packed(None))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("encrypted-package", "x")
    assert "密码" in refusal(buffer.getvalue())


def test_the_manifest_of_old_writers_does_no_harm():
    old = f"<!DOCTYPE m:manifest SYSTEM 'Manifest.dtd'><m:manifest>{LOCK.format('content.xml', '')}"
    old += f"{LOCK.format('Pictures/a.png', KEY)}</m:manifest>"
    assert read(a_document(a_table("")), manifest=old).sheets


def test_what_is_no_table_or_not_whole_is_refused():
    content = a_document(a_table(a_row(text("a"))))
    assert "没有工作表" in refusal(packed(content.replace("office:spreadsheet", "office:text")))
    assert "损坏" in refusal(packed(None))
    assert "DOCTYPE" in refusal(packed(content.replace("\n", "<!DOCTYPE a [<!ENTITY b 'c'>]>", 1)))
    for reader in (read_ods, count_ods):
        assert "损坏" in refusal(packed(content[:-40]), reader)
    assert "解开后太大" in refusal(packed(content), limits=ReadingLimits(max_unpacked=500))


def test_the_count_looks_at_long_signs_only_a_few_times():
    shape = f"<table:shapes><draw:path draw:d='{'M 1 1 ' * 400_000}'/></table:shapes>"
    data = packed(a_document(a_table(shape + a_row(text("a")))))
    assert count_ods(data, LIMITS) == {0: 1}


CELLS = st.one_of(
    st.builds(a_cell),
    st.builds(
        text, st.sampled_from(["", "滨河路", "<text:s/>", "a</text:p><text:p>", "<!-- a -->"])
    ),
    st.builds(number, st.integers(), number_columns_repeated=st.integers(1, 3)),
    st.builds(
        a_cell, formula=st.just("of:=1"), value_type=st.sampled_from(["float", "string", "date"])
    ),
    st.builds(a_cell, st.just("#REF!"), formula=st.just("of:=1")),
)
ROWS = st.builds(
    lambda cells, repeats: a_row(*cells, number_rows_repeated=repeats),
    st.lists(CELLS, max_size=5),
    st.integers(1, 4),
)


@given(st.lists(st.lists(ROWS, max_size=5), max_size=3))
def test_both_readings_agree_on_any_table(tables):
    read(a_document(*(a_table("".join(rows)) for rows in tables)))
