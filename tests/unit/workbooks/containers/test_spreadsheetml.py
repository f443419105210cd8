"""“XML 表格 2003”: cells at their true places, and what a person would not see of them."""

from datetime import date, datetime, time

import pytest

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import ReadingLimits
from pipelines.workbooks.containers.spreadsheetml import read_spreadsheetml
from pipelines.workbooks.containers.spreadsheetml_count import count_spreadsheetml

LIMITS = ReadingLimits()
SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
STYLES = (
    '<Style ss:ID="Default"/><Style ss:ID="struck"><Font ss:StrikeThrough="1"/></Style>'
    '<Style ss:ID="child" ss:Parent="struck"><NumberFormat ss:Format="yyyy/m/d"/></Style>'
    '<Style ss:ID="short"><NumberFormat ss:Format="Short Date"/></Style>'
)


def a_workbook(rows, options="", before=""):
    return (
        '<?xml version="1.0" encoding="gb2312"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        f'<Workbook xmlns="{SPREADSHEET}" xmlns:ss="{SPREADSHEET}" '
        f'xmlns:x="urn:schemas-microsoft-com:office:excel">{before}<Styles>{STYLES}</Styles>'
        f'<Worksheet ss:Name="三月"><Table>{rows}</Table>{options}</Worksheet></Workbook>'
    )


def data(kind, text, **given):
    """A cell with a value; ``given`` are attributes of the cell."""
    attributes = "".join(f' ss:{name}="{value}"' for name, value in given.items())
    return f'<Cell{attributes}><Data ss:Type="{kind}">{text}</Data></Cell>'


def read(document):
    content = document if isinstance(document, bytes) else document.encode("gb2312")
    book = read_spreadsheetml(content, LIMITS)
    assert count_spreadsheetml(content, LIMITS) == {
        n: s.filled_cells for n, s in enumerate(book.sheets)
    }
    return book


def sheet(rows, **given):
    return read(a_workbook(rows, **given)).sheets[0]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_the_bytes_tell_the_encoding_whatever_is_declared(encoding):
    (found,) = read(a_workbook(f"<Row>{data('String', '滨河路')}</Row>").encode(encoding)).sheets
    assert (found.name, found.rows) == ("三月", {0: {0: "滨河路"}})


def test_cells_stand_where_their_numbers_say():
    found = sheet(
        f"<Row>{data('String', '标题', MergeAcross=2)}{data('String', ' ')}</Row>"
        f'<Row ss:Index="4">{data("Number", "12.5", Index=3)}</Row>'
        f'<Row ss:Span="1"/><Row>{data("String", "末")}</Row>'
    )
    assert found.rows == {0: {0: "标题", 3: " "}, 3: {2: 12.5}, 6: {0: "末"}}
    assert found.merges == [(0, 0, 0, 2)]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (data("Number", "1E3"), 1000.0),
        (data("Number", "1,234"), "1,234"),
        (data("Number", "nan"), "nan"),
        (data("Boolean", "1"), True),
        (data("DateTime", "2019-03-15T00:00:00.000"), date(2019, 3, 15)),
        (data("DateTime", "2019-03-15T08:30:00.000"), datetime(2019, 3, 15, 8, 30)),
        (data("DateTime", "1899-12-31T08:30:00.000"), time(8, 30)),
        (data("Number", "43101", StyleID="child"), date(2018, 1, 1)),
        (data("Number", "43101", StyleID="short"), date(2018, 1, 1)),
        (data("String", "<![CDATA[<Cell>]]>"), "<Cell>"),
        (data("String", "一&#10;二"), "一\n二"),
        (data("String", "<B>粗</B><Font>细</Font>"), "粗细"),
        (
            data("String", "甲").replace("</Cell>", "<Comment><ss:Data>批注</ss:Data></Comment></Cell>"),
            "甲",
        ),
    ],
)  # fmt: skip
def test_values_have_their_kind(cell, value):
    assert sheet(f"<Row>{cell}</Row>").rows == {0: {0: value}}


def test_errors_and_formulas_without_value_are_not_blank():
    formula = {"Formula": "=R1C1"}
    found = sheet(
        f'<Row><Cell ss:Formula="=R1C1"/>{data("String", "", **formula)}{data("Error", "#REF!", **formula)}'
        f"{data('Number', '', **formula)}{data('Number', '2', **formula)}</Row>"
        "<!-- <Row><Cell><Data ss:Type='String'>x</Data></Cell></Row> -->"
    )
    assert found.uncached_formulas == {(0, 0), (0, 3)}
    assert found.error_cells == {(0, 2): "#REF!"}
    assert found.rows == {0: {4: 2.0}}


def test_what_is_hidden_filtered_or_struck_is_told():
    found = sheet(
        '<Column ss:Index="2" ss:Span="1" ss:Hidden="1"/><Column ss:Width="0"/>'
        f"<Row>{data('String', 'a')}</Row><Row ss:Hidden='1'>{data('String', 'b')}</Row>"
        f"<Row ss:Height='0' ss:Span='1'/><Row>{data('String', 'c', StyleID='child')}"
        f"{data('String', '<S>d</S>')}{data('String', '<S>e</S>f')}</Row>",
        options='<WorksheetOptions xmlns="urn:x"><Visible>SheetVeryHidden</Visible></WorksheetOptions>'
        '<AutoFilter x:Range="R1C1:R3C2"><AutoFilterColumn x:Type="Custom"/></AutoFilter>',
    )
    assert found.is_hidden
    assert found.hidden_columns == {1, 2, 3}
    assert (found.hidden_rows, found.filtered_rows) == ({1, 2, 3}, {1, 2})
    assert found.struck_cells == {(4, 0), (4, 1)}


def test_the_date_system_is_told():
    before = '<ExcelWorkbook xmlns="urn:x"><Date1904/></ExcelWorkbook>'
    book = read(
        a_workbook(
            f"<Row>{data('Number', '0.5', StyleID='short')}</Row>",
            before=before,
        )
    )
    assert book.is_1904
    assert book.sheets[0].rows == {0: {0: time(12)}}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (a_workbook("")[:-30], "损坏"),
        ("<Other/>", "损坏"),
        ("<Workbook><Table><Row><Cell><Data>1</Data></Cell></Row></Table></Workbook>", "损坏"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><Workbook/>', "DOCTYPE"),
        (a_workbook('<Row ss:Index="1e9"/>'), "损坏"),
    ],
)
def test_other_or_damaged_xml_is_refused(document, words):
    with pytest.raises(UnreadableFileError, match=words):
        read_spreadsheetml(document.encode(), LIMITS)


def test_far_places_and_long_spans_cost_nothing():
    far = f'<Column ss:Span="999999999" ss:Hidden="1"/><Row ss:Span="99999999" ss:Hidden="1"/><Row ss:Index="900000000">{data("String", "远")}</Row>'
    assert sheet(far).rows == {899_999_999: {0: "远"}}
