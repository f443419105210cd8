"""Which kind of text a file is: markup by its first element, a message by its headers, else a delimited table.

Only the beginning is looked at, and nothing is decoded for good: which encoding a text has is the
business of those who read it.
"""

import re
from typing import Literal, TypeAlias

from pipelines.workbooks import foreign_kinds as foreign
from pipelines.workbooks.cells import UnreadableFileError

TextContainer: TypeAlias = Literal["fods", "delimited", "html", "mhtml", "spreadsheetml"]

_ELEMENT = re.compile(r"<([A-Za-z_][\w.:-]*)([^>]*)")
_TABLE = re.compile(r"<table[\s>]", re.IGNORECASE)
_CELL = re.compile(r"<t[rdh][\s>]", re.IGNORECASE)
_HTML_ROOTS = {
    "html", "head", "body", "meta", "title", "style", "script", "link", "base", "center", "div", "form",
    "table", "thead", "tbody", "tr", "td", "th", "frameset",
}  # fmt: skip
_HEADER_LINE = re.compile(r"[A-Za-z][A-Za-z-]*:[ \t]?\S")
_MESSAGE = re.compile(r"^mime-version:", re.IGNORECASE | re.MULTILINE)
_WEB_ARCHIVE = re.compile(
    r"^content-type:\s*(?:multipart/related|text/html)", re.IGNORECASE | re.MULTILINE
)
_JSON = re.compile(r"\{\s*(?:\"[^\"\n]*\"\s*:|\}\s*\Z)|\[\s*(?:\{\s*[\"}]|\[\s*[\"\d\[\]-])")
# Signs that are in no text but by accident: control characters, line ends and the like left out.
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x19\x1c-\x1f]")
_MOST_CONTROL = 0.01
# A text with so many empty bytes is a damaged text; with more of them it is none.
_MOST_EMPTY = 0.2
# What a text of this country's offices is made of: ASCII, punctuation, Chinese characters, full width.
_COMMON = re.compile(
    r"[\t\n\r\x20-\x7e\u00a0-\u00ff\u2000-\u26ff\u3000-\u33ff\u4e00-\u9fff\uff00-\uffef]"
)
_LEAST_COMMON = 0.9


def container_of_text(head: bytes) -> TextContainer | None:
    """The container of a text, from its beginning; None where the bytes are no text at all.

    Raises UnreadableFileError for markup that is no table, JSON and mail.
    """
    text = _signs(head)
    if text is None:
        return None
    text = text.lstrip("\ufeff \t\r\n\f\v")
    if text.startswith("<"):
        return _markup(text)
    if _HEADER_LINE.match(text) and _MESSAGE.search(text, 0, 4096):
        if _WEB_ARCHIVE.search(text):
            return "mhtml"
        raise UnreadableFileError(foreign.MAIL.sentence)
    if _JSON.match(text):
        raise UnreadableFileError(foreign.JSON.sentence)
    return "html" if _has_table(text) else "delimited"


def _signs(head: bytes) -> str | None:
    """The text, its ASCII signs at least, whatever the encoding: enough to tell kinds apart. None: no text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head[: len(head) // 2 * 2].decode("utf-16", "replace")
    elif b"\0" in head and (wide := _wide_signs(head)) is not None:
        return wide
    else:
        text = head.decode("latin-1").removeprefix("\xef\xbb\xbf")
    return text if _is_text(text) else None


def _wide_signs(head: bytes) -> str | None:
    """UTF-16 without its mark, known by what its signs are."""
    for encoding in ("utf-16-le", "utf-16-be"):
        text = head[: len(head) // 2 * 2].decode(encoding, "replace")
        if len(_COMMON.findall(text)) >= _LEAST_COMMON * len(text):
            return text
    return None


def _is_text(text: str) -> bool:
    return len(_CONTROL.findall(text)) <= _MOST_CONTROL * len(text) and text.count(
        "\0"
    ) <= _MOST_EMPTY * len(text)


def _markup(text: str) -> TextContainer:
    is_xml = text.startswith("<?xml")
    element = _ELEMENT.match(text, _after_prologue(text))
    if element is None:
        return "html" if _has_table(text) else "delimited"
    name, attributes = element.group(1).rpartition(":")[2].lower(), element.group(2)
    if name == "workbook":
        if "gnumeric" in attributes:
            raise UnreadableFileError(foreign.GNUMERIC.sentence)
        return "spreadsheetml"
    if name == "document" and "opendocument" in attributes:
        return _flat_open_document(attributes)
    if name in _HTML_ROOTS or (not is_xml and _has_table(text)):
        return "html"
    if name == "svg":
        raise UnreadableFileError(foreign.PICTURE)
    if is_xml or "xmlns" in attributes:
        raise UnreadableFileError(foreign.BY_ROOT.get(name, foreign.OTHER_XML).sentence)
    return "delimited"


def _has_table(text: str) -> bool:
    table = _TABLE.search(text)
    return table is not None and _CELL.search(text, table.end()) is not None


def _flat_open_document(attributes: str) -> TextContainer:
    """ODF 1.3 part 3 §3.1.2: the root names the media type."""
    if (
        any(kind in attributes for kind in foreign.OPEN_SPREADSHEETS)
        or "mimetype" not in attributes
    ):
        return "fods"
    raise UnreadableFileError(foreign.OTHER_OPEN_DOCUMENT.sentence)


def _after_prologue(text: str) -> int:
    """Where the first element may begin: behind declarations, comments and the document type."""
    at = 0
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if text.startswith("<?", at):
            end = "?>"
        elif text.startswith("<!--", at):
            end = "-->"
        elif text.startswith("<!", at):
            end = ">"
        else:
            return at
        found = text.find(end, at)
        if found < 0:
            return len(text)
        at = found + len(end)
