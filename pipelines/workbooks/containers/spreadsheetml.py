"""“XML 表格 2003” (SpreadsheetML, urn:schemas-microsoft-com:office:spreadsheet) → cells.

Where cells stand and what styles say are ``spreadsheetml_sheet``'s and ``spreadsheetml_styles``'s.
"""

import re
from collections.abc import Iterator

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import DAMAGED, Book, ReadingLimits
from pipelines.workbooks.containers.spreadsheetml_sheet import WorkbookReading
from pipelines.workbooks.containers.text_encoding import decode_text
from pipelines.workbooks.containers.xml_events import parse_xml

_DECLARATION = re.compile(r"\A\s*<\?xml\b(?:[^>]*?encoding\s*=\s*[\"']([^\"']+)[\"'])?[^>]*\?>")
_DECLARED = re.compile(rb"<\?xml\b[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_PIECE = 1 << 16


def read_spreadsheetml(data: bytes, limits: ReadingLimits) -> Book:
    """Every worksheet. Raises UnreadableFileError for XML that is damaged, and for other XML."""
    reading = WorkbookReading(limits)
    parse_xml(_pieces(workbook_text(data)), reading.on_start, reading.on_end, reading.on_text)
    if not reading.is_workbook:
        raise UnreadableFileError(DAMAGED)
    return reading.book


def workbook_text(data: bytes) -> str:
    """The document without its declaration, whose encoding is often not the one it is written in."""
    declared = _DECLARED.match(data.lstrip()[:400])
    text = decode_text(data, declared.group(1).decode("ascii") if declared else None)
    return _DECLARATION.sub("", text, count=1)


def _pieces(text: str) -> Iterator[bytes]:
    for start in range(0, len(text), _PIECE):
        yield text[start : start + _PIECE].encode("utf-8")
