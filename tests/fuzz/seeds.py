"""The first files of the corpus, one or a few for each kind of file: ``python tests/fuzz/seeds.py`` writes them.

Small and made by code, so that anybody sees what is in them; what a fuzzer finds later lies beside them.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE.parents[1])]

import xlwt  # noqa: E402
from fuzz_targets import CORPUS, bundle  # noqa: E402
from ole_files import write_ole  # noqa: E402
from xlsx_packages import MAIN, OFFICE, relations, worksheet  # noqa: E402

_GRID = "项目名称,总投资\n滨河路,5000\n合计,5000\n"
_TYPES = "<Types/>"


def _xlsx() -> Iterator[tuple[str, bytes]]:
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>项目</t></is></c><c r="B1" t="s"><v>0</v></c></row>'
        '<row r="2" hidden="1"><c r="A2"><v>1.5</v></c><c r="B2" s="1"><v>43000</v></c>'
        '<c r="C2" t="e"><v>#REF!</v></c><c r="D2"><f>A2</f></c><c r="E2" t="b"><v>1</v></c></row>'
    )
    sheet = worksheet(
        rows,
        before='<cols><col min="2" max="2" hidden="1"/></cols>',
        after='<autoFilter ref="A1:E2"><filterColumn colId="0"/></autoFilter>'
        '<mergeCells><mergeCell ref="A3:B4"/></mergeCells>',
    )
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f"<workbook xmlns='{MAIN}' xmlns:r='{OFFICE}'><workbookPr date1904='1'/>"
        "<sheets><sheet name='表' sheetId='1' r:id='r1' state='hidden'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(
            ("r1", "worksheet", "worksheets/sheet1.xml"),
            ("r2", "sharedStrings", "sharedStrings.xml"),
            ("r3", "styles", "styles.xml"),
        ),
        "xl/worksheets/sheet1.xml": sheet,
        "xl/sharedStrings.xml": f"<sst xmlns='{MAIN}'><si><r><rPr><strike/></rPr><t>总_x000D_投资</t></r>"
        "<rPh sb='0' eb='1'><t>x</t></rPh></si></sst>",
        "xl/styles.xml": f"<styleSheet xmlns='{MAIN}'><numFmts><numFmt numFmtId='164' formatCode='yyyy'/>"
        "</numFmts><fonts><font/><font><strike/></font></fonts><cellXfs><xf/><xf numFmtId='164' fontId='1'/>"
        "</cellXfs></styleSheet>",
    }
    yield "cells", bundle(parts)


def _biff12(number: int, content: bytes = b"") -> bytes:
    head = bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80, number >> 7])
    size, length = len(content), b""
    while True:
        size, low = size >> 7, size & 0x7F
        length += bytes([low | (0x80 if size else 0)])
        if not size:
            return head + length + content


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _xlsb() -> Iterator[tuple[str, bytes]]:
    entry = struct.pack("<II", 0, 1) + _wide("r1") + _wide("表")
    book = b"".join([_biff12(131), _biff12(143), _biff12(156, entry), _biff12(144), _biff12(132)])

    def cell(number: int, column: int, value: bytes) -> bytes:
        return _biff12(number, struct.pack("<II", column, 0) + value)

    row = _biff12(0, struct.pack("<IIHBBBI", 0, 0, 300, 0, 0, 0, 0))
    cells = [
        cell(6, 0, _wide("项目")),
        cell(5, 1, struct.pack("<d", 1.5)),
        cell(2, 2, struct.pack("<I", 0x3FF00000)),
        cell(3, 3, b"\x17"),
        cell(7, 4, struct.pack("<I", 0)),
        cell(9, 5, struct.pack("<dHII", 2.5, 0, 0, 0)),
    ]
    sheet = b"".join([_biff12(129), _biff12(145), row, *cells, _biff12(146), _biff12(130)])
    strings = (
        _biff12(159, struct.pack("<II", 1, 1)) + _biff12(19, b"\0" + _wide("总投资")) + _biff12(160)
    )
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.bin")),
        "xl/workbook.bin": book,
        "xl/_rels/workbook.bin.rels": relations(
            ("r1", "worksheet", "worksheets/sheet1.bin"),
            ("r2", "sharedStrings", "sharedStrings.bin"),
        ),
        "xl/worksheets/sheet1.bin": sheet,
        "xl/sharedStrings.bin": strings,
    }
    yield "cells", bundle(parts)


def _biff8() -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("表")
    struck = xlwt.easyxf("font: struck_out on", num_format_str="yyyy-mm-dd")
    page.write(0, 0, "项目")
    page.write(0, 1, "总投资")
    page.write(1, 0, 1.5)
    page.write(1, 1, 43_000, struck)
    page.write(1, 2, xlwt.Formula("A2+1"))
    page.write_merge(2, 3, 0, 1, "合计")
    page.row(1).hidden = True
    return bytes(book.get_biff_data())


def _xls() -> Iterator[tuple[str, bytes]]:
    yield "biff8", _biff8()
    sheet = b"".join(
        struct.pack("<HH", number, len(content)) + content
        for number, content in (
            (0x0809, struct.pack("<HHHH", 0x0500, 0x0010, 0, 0)),
            (0x0203, struct.pack("<HHHd", 0, 0, 0, 1.5)),
            (0x0204, struct.pack("<HHHH", 0, 1, 0, 2) + b"ab"),
            (0x0205, struct.pack("<HHHBB", 0, 2, 0, 0x17, 1)),
            (0x000A, b""),
        )
    )
    head = struct.pack("<HHHHHH", 0x0809, 8, 0x0500, 0x0005, 0, 0)
    name = b"\x03abc"
    entry = struct.pack("<IBB", len(head) + 4 + 6 + len(name) + 4, 0, 0) + name
    yield (
        "biff5",
        head + struct.pack("<HH", 0x0085, len(entry)) + entry + struct.pack("<HH", 10, 0) + sheet,
    )


def _ods() -> Iterator[tuple[str, bytes]]:
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
        for prefix in ("office", "table", "text", "style")
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name='表'>"
        "<table:table-row table:number-rows-repeated='2'><table:table-cell office:value-type='string'>"
        "<text:p>项<text:s text:c='2'/>目</text:p></table:table-cell><table:table-cell "
        "table:number-columns-repeated='2' office:value-type='float' office:value='1.5'/></table:table-row>"
        "<table:table-row table:visibility='collapse'><table:table-cell office:value-type='date' "
        "office:date-value='2019-03-15' table:number-columns-spanned='2'/><table:covered-table-cell/>"
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    parts = {"mimetype": kind, "META-INF/manifest.xml": "<manifest/>", "content.xml": content}
    yield "cells", bundle(parts)
    flat = content.replace("document-content ", f"document office:mimetype='{kind}' ", 1)
    yield "flat", flat.replace("/office:document-content", "/office:document").encode()


def _package() -> Iterator[tuple[str, bytes]]:
    yield "two", bundle({"甲镇/台账.csv": _GRID, "../../路.csv": _GRID, "__MACOSX/._x": "x"})


def _delimited() -> Iterator[tuple[str, bytes]]:
    yield "comma", _GRID.encode("gb18030")
    yield "quotes", b'\xef\xbb\xbf"a""b";"c\r\nd";\r\n="0012";-5;\r\n'
    yield "tabs", "sep=\t\n项目\t总投资\n滨河路\t5000".encode("utf-16")


def _html() -> Iterator[tuple[str, bytes]]:
    page = (
        "<html xmlns:x='urn:schemas-microsoft-com:office:excel'><head><meta charset=gb2312><style>"
        ".a{mso-number-format:'\\@';display:none}</style></head><body><p>2019年3月表</p><table><caption>表</caption>"
        "<tr><th rowspan=2>项&nbsp;目<td colspan=2 class=a>总<br>投资<tr style='display:none'><td x:num='1.5'>2"
        "<td><s>划掉</s><table><tr><td>内</table></table></body></html>"
    )
    yield "table", page.encode("gb18030")


def _mhtml() -> Iterator[tuple[str, bytes]]:
    head = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n"
    book = (
        "--b\r\nContent-Location: a.htm\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        "<html xmlns:x='urn:schemas-microsoft-com:office:excel'><xml><x:ExcelWorkbook><x:ExcelWorksheets>"
        "<x:ExcelWorksheet><x:Name>表</x:Name><x:WorksheetSource HRef='s.htm'/></x:ExcelWorksheet>"
        "</x:ExcelWorksheets></x:ExcelWorkbook></xml></html>\r\n"
    )
    sheet = (
        "--b\r\nContent-Location: s.htm\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        "Content-Type: text/html; charset=utf-8\r\n\r\n<table><tr><td>=E9=A1=B9<td>5</table>\r\n--b--\r\n"
    )
    yield "book", (head + book + sheet).encode()
    yield "one", (head + sheet).encode()


def _spreadsheetml() -> Iterator[tuple[str, bytes]]:
    yield (
        "cells",
        (
            '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook '
            'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
            '<Styles><Style ss:ID="s1"><Font ss:StrikeThrough="1"/><NumberFormat ss:Format="Short Date"/></Style></Styles>'
            '<Worksheet ss:Name="表"><Table><Column ss:Hidden="1" ss:Span="1"/><Row ss:Index="2" ss:Hidden="1">'
            '<Cell ss:StyleID="s1"><Data ss:Type="String">项目</Data></Cell><Cell ss:Index="3" ss:MergeAcross="1">'
            '<Data ss:Type="Number">1.5</Data></Cell><Cell ss:Formula="=RC"/><Cell><Data ss:Type="DateTime">'
            '2019-03-15T00:00:00.000</Data></Cell><Cell><Data ss:Type="Error">#REF!</Data></Cell></Row></Table>'
            "</Worksheet></Workbook>"
        ).encode(),
    )


def _detection() -> Iterator[tuple[str, bytes]]:
    small = next(_xls())[1][:1024]
    yield "ole", write_ole({"Workbook": small})[:4096]
    yield "ole_word", write_ole({"WordDocument": b"x"})
    yield (
        "ole_encrypted",
        write_ole({"EncryptedPackage": b"\x08" * 24, "EncryptionInfo": b"\x04\0\x04\0" * 9}),
    )
    yield from {
        "pdf": b"%PDF-1.7", "rar": b"Rar!\x1a\x07\x01\0", "sevenzip": b"7z\xbc\xaf\x27\x1c", "gzip": b"\x1f\x8b\x08\0",
        "rtf": b"{\\rtf1", "json": b'{"a":[1]}', "parquet": b"PAR1\0PAR1", "sqlite": b"SQLite format 3\0",
        "zip_cut": b"PK\x03\x04\x14\0", "zip_empty": b"PK\x05\x06" + bytes(18), "biff2": b"\x09\0\x04\0\x02\0\x10\0",
        "xml": b"<?xml version='1.0'?><a/>", "utf16": "a\tb".encode("utf-16"), "text": "一封信".encode(),
    }.items()  # fmt: skip


SEEDS: Mapping[str, Iterator[tuple[str, bytes]]] = {
    "xlsx": _xlsx(), "xlsb": _xlsb(), "xls": _xls(), "ods": _ods(), "package": _package(), "delimited": _delimited(),
    "html": _html(), "mhtml": _mhtml(), "spreadsheetml": _spreadsheetml(), "detection": _detection(),
}  # fmt: skip


def main() -> None:
    """Write every seed that is not there, or not the same."""
    for container, seeds in SEEDS.items():
        (CORPUS / container).mkdir(parents=True, exist_ok=True)
        for name, data in seeds:
            (CORPUS / container / f"seed_{name}").write_bytes(data)


if __name__ == "__main__":
    main()
