"""What a file is, is told from its bytes; what is no workbook gets one clear Chinese sentence."""

import io
import re
import zipfile

import pytest
from grids import a_file

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.detection import container_of

GRID = "项目名称 | 总投资\n滨河路 | 500"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zipped(*names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


REFUSED = {
    "an empty file": (b"", "空"),
    "a PDF": (b"%PDF-1.7 ...", "PDF"),
    "a RAR archive": (b"Rar!\x1a\x07\x00", "RAR"),
    "a 7z archive": (b"7z\xbc\xaf\x27\x1c", "7z"),
    "a PNG picture": (b"\x89PNG\r\n\x1a\n", "图片"),
    "a JPEG picture": (b"\xff\xd8\xff\xe0", "图片"),
    "a picture of a phone": (b"\0\0\0\x18ftypheim", "图片"),
    "moving pictures of a phone": (b"\0\0\0\x18ftypavis", "图片"),
    "a WebP picture": (b"RIFF\x24\0\0\0WEBPVP8 ", "图片"),
    "an RTF document": (b"{\\rtf1\\ansi", "RTF"),
    "a web page": ("<html><table><tr><td>项目</td></table>".encode(), "网页"),
    "a text in UTF-8": ("项目名称,总投资\n滨河路,500\n".encode(), "文本"),
    "a text in GB18030": ("项目名称,总投资\n滨河路,500\n".encode("gb18030"), "文本"),
    "a text in UTF-16": ("项目名称\t总投资".encode("utf-16"), "文本"),
    "a text longer than what is looked at": (("a" + "项目" * 5000).encode(), "文本"),
    "a text that begins like a bitmap": ("BM,项目名称\n1,滨河路\n".encode(), "文本"),
    "a Word document": (zipped("[Content_Types].xml", "word/document.xml"), "Word"),
    "an OpenDocument file": (zipped("mimetype", "content.xml"), "OpenDocument"),
    "an archive of files": (zipped("报表.xlsx"), "压缩包"),
    "a workbook cut short": (a_file(GRID)[:-400], "不完整"),
    "an old Office file without a workbook": (OLE + b"\0" * 600, "Word"),
    "an encrypted workbook": (OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
    "bytes of nothing known": (bytes(range(256)) * 4, "认不出"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_workbook_is_told_in_one_clear_sentence(what):
    data, word = REFUSED[what]
    with pytest.raises(UnreadableFileError) as refused:
        container_of(data)
    sentence = refused.value.sentence
    assert word in sentence
    assert re.search(r"请.{2,}。$", sentence), "says what to do"
    assert not re.search(r"[A-Z][a-z]+Error|Exception|Traceback|None", sentence)


def test_kinds_that_differ_for_a_clerk_have_sentences_that_differ():
    sentences = set()
    for data, _ in REFUSED.values():
        with pytest.raises(UnreadableFileError) as refused:
            container_of(data)
        sentences.add(refused.value.sentence)
    words = {word for _, word in REFUSED.values()} - {"网页"}  # one sentence with plain text
    assert len(sentences) >= len(words)


@pytest.mark.parametrize(("ending", "container"), [(".xlsx", "xlsx"), (".xls", "xls")])
def test_a_workbook_is_known_by_its_bytes(ending, container):
    assert container_of(a_file(GRID, ending=ending)) == container
