"""Web archives: every sheet Excel put into one, by its name and in its order, and none missing in silence."""

import base64
import quopri

import pytest

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import ReadingLimits
from pipelines.workbooks.containers.mhtml import read_mhtml
from pipelines.workbooks.containers.mhtml_count import count_mhtml

LIMITS = ReadingLimits()
ENCODERS = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring, "8bit": bytes}
BOUNDARY = "----=_NextPart_01D0"
FIRST = "<html><table><tr><td class=x1>标题=1</td></tr></table></html>"
SECOND = (
    "<html><!--[if gte mso 9]><xml><x:Visible>SheetHidden</x:Visible></xml><![endif]-->"
    "<table><tr><td>二</td><td x:num='3'>3.0</td></tr></table></html>"
)


def listing(*names):
    sheets = "".join(
        f'<x:ExcelWorksheet><x:Name>{name}</x:Name><x:WorksheetSource HRef="b.files/sheet00{n}.htm"/></x:ExcelWorksheet>'
        for n, name in enumerate(names, 1)
    )
    return f"<html><!--[if gte mso 9]><xml>{sheets}</xml><![endif]--><frameset><frame src=x></frameset></html>"


def a_part(name, content, encoding, kind="text/html"):
    head = (
        f"Content-Location: file:///C:/{name}\r\nContent-Transfer-Encoding: {encoding}\r\n"
        f'Content-Type: {kind}; charset="gb2312"\r\n\r\n'
    )
    return head.encode() + ENCODERS[encoding](content.encode("gb2312")) + b"\r\n"


def an_archive(*parts):
    head = f'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="{BOUNDARY}"\r\n\r\n这是\r\n\r\n'
    mark = f"--{BOUNDARY}".encode()
    return head.encode() + b"".join(mark + b"\r\n" + part for part in parts) + mark + b"--\r\n"


def read(data):
    sheets = read_mhtml(data, LIMITS).sheets
    assert count_mhtml(data, LIMITS) == {n: s.filled_cells for n, s in enumerate(sheets)}
    return sheets


@pytest.mark.parametrize("encoding", ENCODERS)
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_sheets_have_their_names_and_their_order(encoding, line_end):
    data = an_archive(
        a_part("b.htm", listing("三月", "四月"), encoding),
        a_part("b.files/sheet002.htm", SECOND, encoding),
        a_part("b.files/sheet001.htm", FIRST, encoding),
        a_part("b.files/stylesheet.css", ".x1{text-decoration:line-through}", encoding, "text/css"),
        a_part("b.files/tabstrip.htm", "<html><table><tr><td>三月</table></html>", encoding),
    )
    first, second = read(data.replace(b"\r\n", line_end))
    assert (first.name, first.is_hidden, first.rows) == ("三月", False, {0: {0: "标题=1"}})
    assert first.struck_cells == {(0, 0)}
    assert (second.name, second.is_hidden, second.rows) == ("四月", True, {0: {0: "二", 1: 3.0}})


def test_without_a_list_every_page_with_a_table_is_a_sheet():
    sheets = read(
        an_archive(*(a_part(f"{n}.htm", t, "8bit") for n, t in enumerate([FIRST, "<p>无", SECOND])))
    )
    assert [sheet.rows[0][0] for sheet in sheets] == ["标题=1", "二"]


def test_an_archive_of_one_part_is_read_too():
    data = b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=gb2312\r\n\r\n" + FIRST.encode(
        "gb2312"
    )
    assert read(data)[0].rows == {0: {0: "标题=1"}}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (an_archive(a_part("b.htm", listing("三月"), "base64")), "缺工作表“三月”"),
        (an_archive(a_part("b.htm", FIRST, "base64"))[:-40], "损坏"),
        (an_archive(a_part("b.htm", FIRST, "base64").replace(b"\r\n\r\n", b"\r\n\r\nA")), "损坏"),
        (an_archive(a_part("b.htm", "<html>请登录</html>", "8bit")), "没有表格"),
    ],
)
def test_what_is_not_whole_is_refused(data, words):
    with pytest.raises(UnreadableFileError, match=words):
        read_mhtml(data, LIMITS)
