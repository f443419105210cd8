"""The second count of a web archive: its parts cut at their boundaries (RFC 2046 §5.1), without a parser."""

import binascii
import re
from collections.abc import Iterator

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import DAMAGED, Count, ReadingLimits
from pipelines.workbooks.containers.html import html_text
from pipelines.workbooks.containers.html_count import count_page
from pipelines.workbooks.containers.mhtml_sheets import Page, sheet_pages

_HEADER_END = re.compile(rb"\r?\n\r?\n|\r\r")
_FOLDED = re.compile(rb"[\r\n]+[ \t]+")
_BOUNDARY = re.compile(rb"boundary\s*=\s*(?:\"([^\"]+)\"|([^\s;\"]+))", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
_FIELD = re.compile(rb"(?m)^([A-Za-z-]+)[ \t]*:[ \t]*([^\r\n]*)")
_DEEPEST = 10
_PAGES = (b"text/html", b"application/xhtml+xml")


def count_mhtml(data: bytes, _limits: ReadingLimits) -> Count:
    """Cells that hold something, by sheets. Raises UnreadableFileError for parts that cannot be decoded."""
    pages = sheet_pages(list(_pages(data.lstrip(), _DEEPEST)))
    return dict(enumerate(number for page in pages for number in count_page(page.text)))


def _pages(entity: bytes, depth: int) -> Iterator[Page]:
    head, body = _split(entity)
    fields = {name.lower(): value for name, value in _FIELD.findall(_FOLDED.sub(b" ", head))}
    kind = fields.get(b"content-type", b"")
    if kind.lower().startswith(b"multipart/"):
        found = _BOUNDARY.search(kind)
        if found is None or not depth:
            raise UnreadableFileError(DAMAGED)
        boundary = re.escape(found.group(1) or found.group(2))
        pieces = re.split(rb"(?:\A|\r?\n|\r)--" + boundary + rb"(?:--)?[ \t]*(?=[\r\n]|\Z)", body)
        for piece in pieces[1:]:
            yield from _pages(piece.lstrip(b"\r\n"), depth - 1)
    elif kind.lower().startswith(_PAGES):
        charset = _CHARSET.search(kind)
        text = html_text(
            _decoded(body, fields.get(b"content-transfer-encoding", b"").strip().lower()),
            charset.group(1).decode("ascii") if charset else None,
        )
        yield Page(fields.get(b"content-location", b"").decode("utf-8", "replace"), text)


def _split(entity: bytes) -> tuple[bytes, bytes]:
    found = _HEADER_END.search(entity)
    return (entity, b"") if found is None else (entity[: found.start()], entity[found.end() :])


def _decoded(body: bytes, encoding: bytes) -> bytes:
    try:
        if encoding == b"base64":
            return binascii.a2b_base64(body)
        return binascii.a2b_qp(body) if encoding == b"quoted-printable" else body
    except binascii.Error as error:
        raise UnreadableFileError(DAMAGED) from error
