"""Web archives (MHTML, RFC 2557) named .xls or .mht → cells: their parts by the email package.

What a page means is ``html_page``'s. Locations are names to tell parts apart, never opened.
"""

from email import message_from_bytes
from email.errors import (
    CloseBoundaryNotFoundDefect,
    InvalidBase64CharactersDefect,
    InvalidBase64LengthDefect,
    InvalidBase64PaddingDefect,
    MessageError,
    StartBoundaryNotFoundDefect,
)
from email.message import Message

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import DAMAGED, Book, CellBudget, ReadingLimits, SheetBook
from pipelines.workbooks.containers.html import NO_TABLE, html_text, read_page
from pipelines.workbooks.containers.html_marks import Marks
from pipelines.workbooks.containers.html_page import PageReader
from pipelines.workbooks.containers.mhtml_sheets import Page, sheet_pages

# Bytes that are missing or that no writer makes: something was lost on the way.
_LOSSES = (
    CloseBoundaryNotFoundDefect,
    StartBoundaryNotFoundDefect,
    InvalidBase64CharactersDefect,
    InvalidBase64LengthDefect,
    InvalidBase64PaddingDefect,
)
_MOST_PARTS = 2_000


def read_mhtml(data: bytes, limits: ReadingLimits) -> Book:
    """Every sheet of the archive. Raises UnreadableFileError where parts are damaged or missing."""
    pages, style_sheets = _parts(data)
    budget = CellBudget(limits.max_cells)
    sheets: list[SheetBook] = []
    for page in sheet_pages(pages):
        marks = Marks()
        for style_sheet in style_sheets:
            marks.learn(style_sheet)
        read = read_page(page.text, PageReader(page.name, limits, budget, marks)).sheets
        for sheet in read:
            sheet.is_hidden = page.is_hidden
        sheets += read
    if not sheets:
        raise UnreadableFileError(NO_TABLE)
    return Book(sheets)


def _parts(data: bytes) -> tuple[list[Page], list[str]]:
    """The pages and the style sheets, as text."""
    pages: list[Page] = []
    style_sheets: list[str] = []
    try:
        for part in _all_parts(message_from_bytes(data.lstrip())):
            kind, charset = part.get_content_type(), part.get_content_charset()
            if kind not in ("text/html", "application/xhtml+xml", "text/css"):
                continue
            content = part.get_payload(decode=True)
            if not isinstance(content, bytes) or _is_damaged(part):
                raise UnreadableFileError(DAMAGED)
            if kind == "text/css":
                style_sheets.append(html_text(content, charset))
            else:
                location = str(part.get("Content-Location", ""))
                pages.append(Page(location, html_text(content, charset)))
    except (MessageError, ValueError, LookupError, RecursionError) as error:
        raise UnreadableFileError(DAMAGED) from error
    return pages, style_sheets


def _all_parts(message: Message) -> list[Message]:
    parts: list[Message] = []
    for part in message.walk():
        parts.append(part)
        if len(parts) > _MOST_PARTS or (part.is_multipart() and _is_damaged(part)):
            raise UnreadableFileError(DAMAGED)
    return parts


def _is_damaged(part: Message) -> bool:
    return any(isinstance(defect, _LOSSES) for defect in part.defects)
