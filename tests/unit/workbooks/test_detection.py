"""What a file is, is told from its bytes; what is no workbook gets one clear Chinese sentence."""

import gzip
import io
import re
import struct
import zipfile

import pytest
from grids import a_file
from ole_files import write_ole

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.detection import container_of

GRID = "项目名称 | 总投资\n滨河路 | 500"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LIMIT = 1 << 20
TYPES = '<Types><Override PartName="/a" ContentType="application/vnd.{}+xml"/></Types>'
ROW = "<tr><td>项目</td></tr>"


def zipped(*names, **contents):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
        for name, content in contents.items():
            archive.writestr({"mimetype": "mimetype"}.get(name, "[Content_Types].xml"), content)
    return buffer.getvalue()


def an_opc(kind):
    return zipped("main.part", types=TYPES.format(kind))


def an_odf(kind):
    return zipped(mimetype=f"application/vnd.oasis.opendocument.{kind}")


REFUSED = {
    "an empty file": (b"", "空"),
    "a file of zeros": (bytes(4096), "空字节"),
    "a PDF": (b"%PDF-1.7 ...", "PDF"),
    "a RAR archive": (b"Rar!\x1a\x07\x00", "RAR"),
    "a 7z archive": (b"7z\xbc\xaf\x27\x1c", "7z"),
    "a gzip archive": (gzip.compress(b"anything"), "gzip"),
    "a tar archive": (b"a.xlsx".ljust(257, b"\0") + b"ustar\x0000", "tar"),
    "a PNG picture": (b"\x89PNG\r\n\x1a\n", "图片"),
    "a JPEG picture": (b"\xff\xd8\xff\xe0", "图片"),
    "a picture of a phone": (b"\0\0\0\x18ftypheim", "图片"),
    "moving pictures of a phone": (b"\0\0\0\x18ftypavis", "图片"),
    "a WebP picture": (b"RIFF\x24\0\0\0WEBPVP8 ", "图片"),
    "a bitmap": (b"BM\x36\0\x0c\0\0\0\0\0\x36\0\0\0", "图片"),
    "a drawn picture": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "图片"),
    "a film": (b"\0\0\0\x18ftypmp42", "视频"),
    "an RTF document": (b"{\\rtf1\\ansi", "RTF"),
    "a JSON file": ('{"项目": [{"总投资": 500}]}'.encode(), "JSON"),
    "a JSON list": ('[\n  {"总投资": 500}]'.encode(), "JSON"),
    "a Parquet file": (b"PAR1\x15\x04", "数据库"),
    "an SQLite database": (b"SQLite format 3\0\x10\0", "数据库"),
    "a DuckDB database": (b"\xb3" * 8 + b"DUCK\x40", "数据库"),
    "a dBase table": (b"\x03\x19\x03\x0f" + struct.pack("<IHH", 9, 97, 40) + bytes(20), "dBase"),
    "a Lotus worksheet": (b"\0\0\x02\0\x06\x04\x06\0\x08\0", "Lotus"),
    "a SYLK file": (b"ID;PWXL;N;E\r\nC;Y1;X1;K5\r\n", "别的软件"),
    "a Gnumeric workbook": (gzip.compress(b'<gnm:Workbook xmlns:gnm="gnumeric.org"/>'), "别的软件"),
    "a program": (b"MZ\x90\0\x03\0\0\0", "程序"),
    "a shortcut": (b"L\0\0\0\x01\x14\x02\0", "快捷方式"),
    "a file locked by an office": (b"b\x14#e\x01\0\0\0E-SafeNet\0\0LOCK", "加密软件"),
    "a mail": (b"From: a\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed\r\n", "邮件"),
    "XML of another kind": (b'<?xml version="1.0"?><data><row/></data>', "XML"),
    "Word in one XML file": (b'<?xml version="1.0"?><w:wordDocument xmlns:w="x"/>', "Word"),
    "a flat text document": (
        b'<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        b' office:mimetype="application/vnd.oasis.opendocument.text"/>',
        "OpenDocument",
    ),
    "a Word document": (zipped("[Content_Types].xml", "word/document.xml"), "Word"),
    "Word with parts of other names": (
        an_opc("openxmlformats-officedocument.wordprocessingml.document.main"),
        "Word",
    ),
    "slides": (zipped("[Content_Types].xml", "ppt/presentation.xml"), "PowerPoint"),
    "a Visio drawing": (zipped("[Content_Types].xml", "visio/document.xml"), "Visio"),
    "an office package of another kind": (an_opc("ms-printing.printticket"), "没有工作簿"),
    "an OpenDocument text": (an_odf("text"), "OpenDocument"),
    "an old StarOffice table": (zipped(mimetype="application/vnd.sun.xml.calc"), "OpenOffice"),
    "a Numbers table": (zipped("Index/Document.iwa", "Metadata/Properties.plist"), "Numbers"),
    "a Numbers table of 2009": (zipped("index.xml", "buildVersionHistory.plist"), "Numbers"),
    "an electronic book": (zipped(mimetype="application/epub+zip"), "电子书"),
    "an Android program": (zipped("AndroidManifest.xml", "classes.dex"), "程序"),
    "a Java program": (zipped("META-INF/MANIFEST.MF", "a/Main.class"), "程序"),
    "an OFD document": (zipped("OFD.xml", "Doc_0/Document.xml"), "OFD"),
    "a workbook cut short": (a_file(GRID)[:-400], "不完整"),
    "a damaged OLE file": (OLE + b"\0" * 600, "损坏"),
    "an OLE file without anything known": (write_ole({"Contents": b"x"}), "没有工作簿"),
    "an old Word document": (write_ole({"WordDocument": b"x", "1Table": b"x"}), "Word"),
    "old slides": (write_ole({"PowerPoint Document": b"x"}), "PowerPoint"),
    "a mail of Outlook": (write_ole({"__properties_version1.0": b"x"}), "邮件"),
    "an old Visio drawing": (write_ole({"VisioDocument": b"x"}), "Visio"),
    "Excel 2": (b"\x09\0\x04\0\x02\0\x10\0", "Excel 4.0"),
    "Excel 4": (b"\x09\x04\x06\0\0\0\x10\0\0\0", "Excel 4.0"),
    "bytes of nothing known": (bytes(range(256)) * 4, "认不出"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_workbook_is_told_in_one_clear_sentence(what):
    data, word = REFUSED[what]
    with pytest.raises(UnreadableFileError) as refused:
        container_of(data, LIMIT)
    sentence = refused.value.sentence
    assert word in sentence
    assert re.search(r"请.{2,}。$", sentence), "says what to do"
    assert not re.search(r"[A-Z][a-z]+Error|Exception|Traceback|None", sentence)


def test_kinds_that_differ_for_a_clerk_have_sentences_that_differ():
    sentences = set()
    for data, _ in REFUSED.values():
        with pytest.raises(UnreadableFileError) as refused:
            container_of(data, LIMIT)
        sentences.add(refused.value.sentence)
    assert len(sentences) >= len({word for _, word in REFUSED.values()})


SHEET_2003 = (
    '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<!-- a -->\n{}'.format(
        '<ss:Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"/>'
    )
)
KNOWN = {
    "a workbook": (a_file(GRID), "xlsx"),
    "an old workbook": (a_file(GRID, ending=".xls"), "xls"),
    "an old workbook in capitals": (write_ole({"WORKBOOK": b"x"}), "xls"),
    "a workbook of Excel 5": (write_ole({"Book": b"x"}), "xls"),
    "a workbook with a document in it": (write_ole({"Workbook": b"x", "MBD1/WordDocument": b"x"}), "xls"),
    "an old workbook without container": (b"\x09\x08\x08\0\0\x05\x05\0\xbb\x0d\xcc\x07", "xls"),
    "an encrypted workbook": (write_ole({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}), "encrypted"),
    "a binary workbook": (zipped("[Content_Types].xml", "xl/workbook.bin"), "xlsb"),
    "a workbook with backslashes": (zipped("[Content_Types].xml", "xl\\workbook.xml"), "xlsx"),
    "a workbook in capitals": (zipped("[Content_Types].xml", "XL/Workbook.xml"), "xlsx"),
    "a workbook with parts of other names": (
        an_opc("openxmlformats-officedocument.spreadsheetml.sheet.main"), "xlsx",
    ),
    "a workbook with macros": (an_opc("ms-excel.sheet.macroEnabled.main"), "xlsx"),
    "types in UTF-16": (
        zipped("main", types=TYPES.format("ms-excel.template.macroEnabled.main").encode("utf-16")), "xlsx",
    ),
    "an OpenDocument table": (an_odf("spreadsheet"), "ods"),
    "an OpenDocument template": (an_odf("spreadsheet-template"), "ods"),
    "an OpenDocument file without media type": (zipped("content.xml", "META-INF/manifest.xml"), "ods"),
    "a flat OpenDocument table": (
        b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument'
        b':xmlns:office:1.0" office:mimetype="application/vnd.oasis.opendocument.spreadsheet"/>',
        "fods",
    ),
    "returns packed together": (zipped("报表.xlsx"), "package"),
    "an empty package": (zipped(), "package"),
    "a web page": (f"<html><table>{ROW}</table>".encode(), "html"),
    "a web page in capitals": (f"\n<!DOCTYPE HTML>\n<HTML><TABLE>{ROW}".encode("gbk"), "html"),
    "a bare table": (f"<table border=1>{ROW}</table>".encode(), "html"),
    "a title and a table": (f"2019年3月进度表<br><table>{ROW}</table>".encode(), "html"),
    "a web page as XML": (f'<?xml version="1.0"?><html><body>{ROW}'.encode(), "html"),
    "a web archive": (
        b'MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related;\r\n', "mhtml",
    ),
    "a table of Excel 2003 in XML": (SHEET_2003.encode(), "spreadsheetml"),
    "a table of Excel 2003 in UTF-16": (SHEET_2003.encode("utf-16"), "spreadsheetml"),
    "a text in UTF-8": ("项目名称,总投资\n滨河路,500\n".encode(), "delimited"),
    "a text with a mark": ("\ufeff项目名称,总投资\n".encode(), "delimited"),
    "a text in GB18030": ("项目名称,总投资\n滨河路,500\n".encode("gb18030"), "delimited"),
    "a text in UTF-16": ("项目名称\t总投资".encode("utf-16"), "delimited"),
    "a text in UTF-16 without mark": ("项目名称\t总投资\r\n滨河路\t500".encode("utf-16-le"), "delimited"),
    "a long text": (("a" + "项目" * 50_000).encode(), "delimited"),
    "a text that begins like a bitmap": ("BM,项目名称\n1,滨河路\n".encode(), "delimited"),
    "a text that begins like a zip": ("PK,项目名称\n1,滨河路\n".encode(), "delimited"),
    "a text that begins like a program": ("MZ,项目名称\n".encode() + b"1,2\n" * 99, "delimited"),
    "a text that begins like dBase": (b"1,\t\t" + "项目\t总投资\n".encode() * 9, "delimited"),
    "a text that begins like SYLK": (b"ID;Project;Total\r\n1;A;500\r\n", "delimited"),
    "a text in brackets": ("[1] 项目,总投资\n".encode(), "delimited"),
    "a text with less-than": ("<5 万元,滨河路\n".encode(), "delimited"),
    "a text with links": (b"<a href='x'>y</a>,<a href='z'>w</a>\n", "delimited"),
    "a letter": ("各单位：\n请于5日前报送。\n".encode(), "delimited"),
    "a text with empty bytes": (b"a\0,b\n" + b"1,2\n" * 9, "delimited"),
}  # fmt: skip


@pytest.mark.parametrize("what", KNOWN)
def test_a_return_is_known_by_its_bytes(what):
    data, container = KNOWN[what]
    assert container_of(data, LIMIT) == container


def test_looking_at_the_beginning_of_a_text_takes_no_time_whatever_it_is():
    for text in (
        "<!--" * 16_000,
        "<!-- -->" * 8_000,
        "a:\n" * 20_000,
        "<table " * 9_000,
        "{ " * 30_000,
    ):
        assert container_of(text.encode(), LIMIT) in ("delimited", "html", "mhtml")
