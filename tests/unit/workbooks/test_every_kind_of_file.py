"""The same report, sent as every kind of file the product reads, gives the same typed rows."""

import quopri

import pytest
from grids import a_file
from small_district import Arrival

from pipelines.workbooks.readings import ReadReturn

ROWS = [
    ["2019年6月进展情况表（单位：万元）"],
    ["填报单位：甲镇"],
    ["项目名称", "本月完成投资", "本年累计完成投资", "备注"],
    ["滨河路道路工程", 5, 10.25, "正常"],
    ["三纬路", 7, 20, ""],
]


def as_xlsx():
    return a_file("\n".join(" | ".join(map(str, line)) for line in ROWS))


def as_old_xls():
    return a_file("\n".join(" | ".join(map(str, line)) for line in ROWS), ending=".xls")


def as_csv(encoding, delimiter=","):
    return "\r\n".join(delimiter.join(map(str, line)) for line in ROWS).encode(encoding)


def as_html(encoding="utf-8"):
    lines = "".join(f"<tr>{''.join(f'<td>{v}</td>' for v in line)}</tr>" for line in ROWS)
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={encoding}">'
    return f"<html><head>{head}</head><body><table>{lines}</table></body></html>".encode(encoding)


def as_mhtml():
    return (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Location: file:///C:/a.htm\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        b'Content-Type: text/html; charset="utf-8"\r\n\r\n'
        + quopri.encodestring(as_html())
        + b"\r\n--b--\r\n"
    )


def as_spreadsheetml():
    lines = "".join(f"<Row>{''.join(map(spreadsheetml_cell, line))}</Row>" for line in ROWS)
    return (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Worksheet ss:Name="进展"><Table>{lines}</Table></Worksheet></Workbook>'
    ).encode()


def spreadsheetml_cell(value):
    kind = "String" if isinstance(value, str) else "Number"
    return f'<Cell><Data ss:Type="{kind}">{value}</Data></Cell>'


def as_fods():
    lines = "".join(
        f"<table:table-row>{''.join(map(open_document_cell, line))}</table:table-row>"
        for line in ROWS
    )
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
        for prefix in ("office", "table", "text")
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return (
        f'<?xml version="1.0"?><office:document {spaces} office:mimetype="{kind}"><office:body>'
        f'<office:spreadsheet><table:table table:name="进展">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document>"
    ).encode()


def open_document_cell(value):
    if isinstance(value, str):
        given = 'office:value-type="string"' if value else ""
    else:
        given = f'office:value-type="float" office:value="{value}"'
    return f"<table:table-cell {given}><text:p>{value}</text:p></table:table-cell>"


KINDS = {
    "xlsx": as_xlsx,
    "xls": as_old_xls,
    "csv in UTF-8": lambda: as_csv("utf-8-sig"),
    "csv in GB18030": lambda: as_csv("gb18030"),
    "tsv in UTF-16": lambda: as_csv("utf-16", "\t"),
    "html": as_html,
    "html in GBK": lambda: as_html("gbk"),
    "mhtml": as_mhtml,
    "spreadsheetml": as_spreadsheetml,
    "fods": as_fods,
}


def rows_of(data):
    # The name tells nothing: every one of them is called .xls by some system.
    read = Arrival("jia", data=data, file_name="6月进展.xls").read()
    assert isinstance(read, ReadReturn), read
    assert (read.form.form_id, read.period) == ("progress_report", "2019-06")
    return [r.values for table in read.tables for r in table.rows]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_report_gives_the_same_rows(kind):
    rows = rows_of(KINDS[kind]())
    assert rows == rows_of(as_xlsx())
    assert [str(r["investment_ytd_wanyuan"]) for r in rows] == ["10.2500", "20.0000"]
