"""Text tables: every text as written at its row and column, in the encodings clerks' programs write."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import ReadingLimits
from pipelines.workbooks.containers.delimited import read_delimited
from pipelines.workbooks.containers.delimited_count import count_delimited
from pipelines.workbooks.containers.delimited_dialect import dialect_of
from pipelines.workbooks.containers.text_encoding import decode_text

LIMITS = ReadingLimits()
LINES = '2019年3月进展表\r\n单位：万元\r\n序号,名称,投资\r\n1,滨河路,"1,234.50"\r\n'


def read(text, **limits):
    data = text.encode() if isinstance(text, str) else text
    (sheet,) = read_delimited(data, ReadingLimits(**limits)).sheets
    assert count_delimited(data, LIMITS) == {0: sheet.filled_cells}
    return sheet


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]
)
def test_a_table_is_read_in_every_encoding(encoding):
    assert read(LINES.encode(encoding)).rows == {
        0: {0: "2019年3月进展表"},
        1: {0: "单位：万元"},
        2: {0: "序号", 1: "名称", 2: "投资"},
        3: {0: "1", 1: "滨河路", 2: "1,234.50"},
    }


@pytest.mark.parametrize("separator", ["\t", ",", ";", "|"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_the_separator_is_told_from_the_rows(separator, end):
    rows = [["标题、说明"], ["序号", "名称", "投资"], ["1", "甲", "1.5"], ["2", "乙", "2.5"]]
    sheet = read(end.join(separator.join(row) for row in rows))
    assert [list(sheet.rows[number].values()) for number in range(4)] == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", {}),
        ("a,b\n\nc", {0: {0: "a", 1: "b"}, 2: {0: "c"}}),
        ("a,,b,,\n,,\n", {0: {0: "a", 2: "b"}}),
        ('a,"第一行\r\n第二行"\nb,c', {0: {0: "a", 1: "第一行\r\n第二行"}, 1: {0: "b", 1: "c"}}),
        ('"一""二""",x', {0: {0: '一"二"', 1: "x"}}),
        ('"甲"公司,5"管', {0: {0: "甲公司", 1: '5"管'}}),
        ('="00123",="",x', {0: {0: "00123", 2: "x"}}),
        ("sep=;\na,b;c", {0: {0: "a,b", 1: "c"}}),
        (" ,x", {0: {0: " ", 1: "x"}}),
        ("名称\t投资\n甲\t1,5\n乙\t2,5", {0: {0: "名称", 1: "投资"}, 1: {0: "甲", 1: "1,5"}, 2: {0: "乙", 1: "2,5"}}),
    ],
)  # fmt: skip
def test_rows_and_texts_stay_what_they_are(text, rows):
    assert read(text).rows == rows


def test_error_values_are_told_apart():
    sheet = read("投资,#REF!\n#N/A,#######")
    assert sheet.error_cells == {(0, 1): "#REF!", (1, 0): "#N/A"}
    assert sheet.rows == {0: {0: "投资"}, 1: {1: "#######"}}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"a,b\r\nc,\0\0\0\0\0", "第 2 行起有空字节"),
        (b"a,b\n" + "滨河路".encode("gb18030")[:-1] + b"\n", "第 2 行有读不出的文字"),
        (("滨河路" * 10 + "\n").encode() + b"\xff\xfe", "第 2 行有读不出的文字"),
        (b'a,"b\nc,d\n', "引号没有配对"),
        ('a,"三纬路,1\nb,5"管,2\n'.encode(), "引号没有配对"),
        (b"x" * 200_000, "不像一张报表"),
        (b"," * 9_000_000, "上限"),
        (b"\n" * 2_000_000, "上限"),
    ],
)
def test_what_cannot_be_read_for_sure_is_refused(data, words):
    with pytest.raises(UnreadableFileError, match=words):
        read_delimited(data, LIMITS)


def test_filled_cells_have_a_limit():
    with pytest.raises(UnreadableFileError, match="超过 3 个"):
        read("a,b\nc,d", max_cells=3)


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("项目,投资\n" + "\n" * ((1 << 20) + 1), "1048576 行"),
        ("a," * (1 << 14) + "b\n", "16384 列"),
        ("a,b\n" * 9, "8 格"),
    ],
)
def test_the_limit_that_is_named_is_the_one_that_was_passed(text, most):
    limits = ReadingLimits(max_cells=2 if most == "8 格" else 1 << 20)
    with pytest.raises(UnreadableFileError, match=f"超过上限（{most}"):
        read_delimited(text.encode(), limits)


def test_a_declared_charset_decides_only_where_the_bytes_do_not():
    assert decode_text("联通".encode("gbk"), "gb2312") == "联通"
    assert decode_text("滨河路".encode(), "gb2312") == "滨河路"
    assert decode_text("濱河路".encode("big5"), "big5") == "濱河路"
    assert decode_text("滨河路".encode("gbk"), "no-such-charset") == "滨河路"


@given(st.text(alphabet='a三,;\t"\r\n= ', max_size=40))
def test_it_reads_what_the_csv_module_reads_or_refuses(text):
    data = text.encode()
    try:
        (sheet,) = read_delimited(data, LIMITS).sheets
    except UnreadableFileError:
        return
    dialect = dialect_of(text)
    rows = csv.reader(io.StringIO(text[dialect.start :], newline=""), delimiter=dialect.separator)
    expected = {
        (number, column): field
        for number, row in enumerate(rows)
        for column, field in enumerate(row)
        if field not in ("", '=""')
    }
    read_cells = {(row, column) for row, cells in sheet.rows.items() for column in cells}
    assert read_cells == set(expected)
    assert count_delimited(data, LIMITS) == {0: len(expected)}
