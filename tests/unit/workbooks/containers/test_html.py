"""Web pages named .xls: tables as their sender sees them, with the lines around them, and nothing lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import ReadingLimits
from pipelines.workbooks.containers.html import read_html
from pipelines.workbooks.containers.html_count import count_html

LIMITS = ReadingLimits()

# As systems of offices write it: a declared GB2312, Excel's islands, a line of the unit, a total.
OFFICE_PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>
<meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>导出</title>
<!--[if gte mso 9]><xml><x:Name>Sheet1</x:Name></xml><![endif]-->
<style>.xl1{mso-number-format:"\\@"}</style></head><body>
<p align=center>2019年3月重点项目进展情况表</p>单位：万元
<table border=1><tr><th rowspan=2>序号</th><th rowspan=2>名称</th><th colspan=2>投资</th></tr>
<tr><th>本月</th><th>累计</th></tr>
<tr><td>合计</td><td>&nbsp;</td><td>1,234.50</td><td>2,000</td></tr>
<tr><td class=xl1>001</td><td>滨河路<br>  二期</td><td>&nbsp;&nbsp;</td><td>5&lt;6</td></tr>
</table><p>填表人：&nbsp;</p></body></html>"""


def read(page):
    data = page if isinstance(page, bytes) else page.encode()
    sheets = read_html(data, LIMITS).sheets
    assert count_html(data, LIMITS) == {n: s.filled_cells for n, s in enumerate(sheets)}
    return sheets


def table(rows):
    (sheet,) = read(f"<table>{rows}</table>")
    return sheet


def test_a_page_of_an_office_system_is_one_sheet():
    (sheet,) = read(OFFICE_PAGE.encode("gb2312"))
    assert sheet.rows == {
        0: {0: "2019年3月重点项目进展情况表"},
        1: {0: "单位：万元"},
        2: {0: "序号", 1: "名称", 2: "投资"},
        3: {2: "本月", 3: "累计"},
        4: {0: "合计", 2: "1,234.50", 3: "2,000"},
        5: {0: "001", 1: "滨河路\n二期", 3: "5<6"},
        6: {0: "填表人："},
    }
    assert sheet.merges == [(2, 0, 3, 0), (2, 1, 3, 1), (2, 2, 2, 3)]


def test_tables_of_a_page_stand_one_below_the_other():
    (sheet,) = read(
        "<table><caption>标题</caption><tr><td>a</table>说明<table><tr><td>b<tr><td>c</table>"
    )
    assert sheet.rows == {0: {0: "标题"}, 1: {0: "a"}, 2: {0: "说明"}, 3: {0: "b"}, 4: {0: "c"}}


def test_missing_ends_and_signs_in_texts_lose_nothing():
    sheet = table('<tr><td>a<5<td><三纬路><tr><td title=\'<td>z\'>b</td><td width="5"">c')
    assert sheet.rows == {0: {0: "a<5", 1: "<三纬路>"}, 1: {0: "b", 1: "c"}}


def test_a_table_in_a_cell_keeps_its_rows_and_a_single_cell_is_text():
    grid = "<table><tr><td>序号<td>名称<tr><td>1<td>甲</table>"
    sheet = table(f"<tr><td>标题{grid}注<td>旁<tr><td><table><tr><td>一</table>二")
    assert sheet.rows == {
        0: {0: "标题"}, 1: {0: "序号", 1: "名称"}, 2: {0: "1", 1: "甲"}, 3: {0: "注", 1: "旁"},
        4: {0: "一\n二"},
    }  # fmt: skip


def test_the_number_behind_a_shown_one_is_the_value_and_a_date_stays_as_shown():
    cells = [
        "x:num>500", "x:num='1234.5'>1,234.50", "x:num='0.45'>45%", "x:num='0'>-", "x:num='7'>",
        "x:num='43101'>2018-1-1", "sdval='8.5'>8.50", "x:num='nan'>5", "x:str='x'>007",
    ]  # fmt: skip
    sheet = table("<tr>" + "".join(f"<td {cell}</td>" for cell in cells))
    assert list(sheet.rows[0].values()) == [
        500.0, 1234.5, 0.45, 0.0, 7.0, "2018-1-1", 8.5, "5", "007",
    ]  # fmt: skip


def test_error_values_are_told_apart():
    sheet = table("<tr><td>#REF!<td x:err='#N/A'>#N/A<td>好")
    assert sheet.error_cells == {(0, 0): "#REF!", (0, 1): "#N/A"}


def test_hidden_rows_and_columns_are_told():
    sheet = table(
        "<colgroup><col><col style='display:none'></colgroup>"
        "<tr><td>a<td>b<td style='display:none'>c<tr style='display:none'><td>d"
        "<tbody style='display: none'><tr><td>e</tbody><tr height=0><td>f<tr><td>g"
    )
    assert sheet.hidden_rows == {1, 2, 3}
    assert sheet.hidden_columns == {1, 2}


def test_struck_texts_are_told():
    style = "<style>.x1{text-decoration:line-through}</style>"
    cells = "<td><s>a</s><td><del>b</del>c<td class=x1>d<td style='text-decoration: line-through'>e<td class=x1>"
    (sheet,) = read(f"{style}<table><tr>{cells}</table>")
    assert sheet.struck_cells == {(0, 0), (0, 2), (0, 3)}


def test_what_is_not_shown_is_no_text_and_what_forms_show_is():
    sheet = table(
        "<tr><td>1<script>if(a<b)'<td>'</script><!-- <td>x --><comment>批注</comment>"
        "<span class=msocomanch1>[1]</span><td><input value=甲><input type=hidden value=乙>"
    )
    assert sheet.rows == {0: {0: "1", 1: "甲"}}


def test_what_has_no_end_swallows_no_table():
    (sheet,) = read("<xml>岛<table><tr><td>1</table>")
    assert sheet.rows == {0: {0: "1"}}


def test_several_sheets_of_libreoffice_stay_several():
    first, second = read(
        '<a name="table0"><h1>工作表 1: <em>三月</em></h1></a><table><tr><td>1</table>'
        '<a name="table1"><h1>工作表 2: <em>四月</em></h1></a><table><tr><td>2</table>'
    )
    assert (first.name, first.rows[1]) == ("三月", {0: "1"})
    assert (second.name, second.rows[1]) == ("四月", {0: "2"})


def test_spans_end_with_the_table_and_are_never_unfolded():
    sheet = table("<tr><td colspan=999999 rowspan=0>a<td>b<tr><td>c")
    assert sheet.merges == [(0, 0, 1, 999)]
    assert sheet.rows == {0: {0: "a", 1000: "b"}, 1: {1000: "c"}}


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<html><p>请登录</p></html>", "没有表格"),
        ("<html><frameset><frame src=sheet001.htm></frameset></html>", "只是外壳"),
        ("<html><table><tr><td>1</td></tr><tr><td>2", "不完整"),
        ("<table><tr><td>1</td></tr><tr><td cla", "不完整"),
        ("<table><tr><td>" * 60, "损坏"),
        ("<table><tr>" + "<td colspan=1000>" * 17, "列"),
        (b"<table><tr><td>1</table>" + b"\xff", "读不出"),
    ],
)
def test_a_page_that_cannot_be_read_whole_is_refused(page, words):
    with pytest.raises(UnreadableFileError, match=words):
        read_html(page if isinstance(page, bytes) else page.encode(), LIMITS)


TEXTS = st.sampled_from(
    ["a", "三 b", "&nbsp;", "", "x<br>y", "<p>p</p><p>q</p>", "<b>k", "5<6", "<s>d</s>"]
)
CELLS = st.builds(
    "<{0}{1}>{2}{3}".format,
    st.sampled_from(["td", "th"]),
    st.sampled_from(["", " rowspan=2", " colspan=3", " x:num='5'"]),
    TEXTS,
    st.sampled_from(["", "</td>", "<table><tr><td>1<td>2<tr><td>3</table>尾", "<table><tr><td>1</table>"]),
)  # fmt: skip
ROWS = st.builds("<tr>{0}</tr>".format, st.lists(CELLS, max_size=4).map("".join))
TABLES = st.builds("<table>{0}</table>".format, st.lists(ROWS, max_size=4).map("".join))
PAGES = st.lists(st.one_of(TABLES, st.sampled_from(["<p>标题</p>", "单位<br>", "文"])), max_size=5)


@given(PAGES.map("".join))
def test_both_counts_agree_on_every_page(page):
    read(f"<html>{page}<table></table></html>")
