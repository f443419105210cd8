"""Web pages named .xls, as government systems, old Excel and LibreOffice write them → cells.

The only importer of lxml here. Nothing a page points to is fetched, no script runs; what its elements mean
is ``html_page``'s.
"""

import re
from typing import cast

from lxml import etree

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import DAMAGED, Book, CellBudget, ReadingLimits
from pipelines.workbooks.containers.html_marks import Marks
from pipelines.workbooks.containers.html_page import PageReader
from pipelines.workbooks.containers.text_encoding import decode_text

SHEET_NAME = "原件"
_CHARSET = re.compile(rb"<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9._:-]+)", re.IGNORECASE)  # fmt: skip
_HEAD = 4_096
_PIECE = 1 << 16
_OPEN_TAG = re.compile(r"</?[A-Za-z]")
_BEGINNING = re.compile(r"<html[\s>]", re.IGNORECASE)
_END = re.compile(r"</html", re.IGNORECASE)
_TABLE = re.compile(r"<table[\s>]", re.IGNORECASE)
_TABLE_END = re.compile(r"</table", re.IGNORECASE)

FRAMES = (
    "这个网页只是外壳，表格内容在另外的文件夹里，没有一起报来。"
    "请用 Excel 打开原表，另存为“Excel 工作簿(.xlsx)”后重新报送。"
)
NO_TABLE = "这是网页，但里面没有表格（可能是登录页或出错页）。请重新导出报表，另存为 .xlsx 后报送。"


def read_html(data: bytes, limits: ReadingLimits) -> Book:
    """One page, one sheet; several only where LibreOffice wrote several.

    Raises UnreadableFileError for bytes that are no text, for a page without a table, and for one whose
    sheets lie in other files.
    """
    reader = read_page(
        html_text(data), PageReader(SHEET_NAME, limits, CellBudget(limits.max_cells), Marks())
    )
    if not reader.has_table:
        raise UnreadableFileError(FRAMES if reader.has_frames else NO_TABLE)
    return Book(reader.sheets)


def html_text(data: bytes, charset: str | None = None) -> str:
    """The text of a page, by what its head declares, or else by what came with it."""
    declared = _CHARSET.search(data[:_HEAD])
    return decode_text(data, declared.group(1).decode("ascii") if declared else charset)


def read_page(text: str, reader: PageReader) -> PageReader:
    """Send a page through a reader, to its end. Raises UnreadableFileError for one that was cut
    off, and where the parser gives up."""
    # What a parser of UTF-8 sends is str; the stubs allow for bytes.
    target = cast("etree.ParserTarget", reader)
    if _is_cut_off(text):
        raise UnreadableFileError(
            "网页文件不完整（没有结尾，可能没有复制完、下载中断），后面的内容会丢。请重新导出后报送。"
        )
    parser = etree.HTMLParser(target=target, encoding="utf-8", no_network=True)
    try:
        for start in range(0, len(text), _PIECE):
            parser.feed(text[start : start + _PIECE].encode("utf-8"))
        if text:
            parser.close()
    except etree.LxmlError as error:
        raise UnreadableFileError(DAMAGED) from error
    return reader


def _is_cut_off(text: str) -> bool:
    """Whether a page ends inside a tag, or inside a table of a document that was to have an end."""
    if (last := text.rfind("<")) > text.rfind(">") and _OPEN_TAG.match(text, last):
        return True
    if _END.search(text, max(len(text) - _HEAD, 0)) or not _BEGINNING.search(text[:_HEAD]):
        return False
    return len(_TABLE.findall(text)) > len(_TABLE_END.findall(text))
