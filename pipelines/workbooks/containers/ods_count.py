"""The second count of OpenDocument tables: a scan of the XML's own signs, without a parser.

Knows of the reader only the names of elements; how a cell's value is read is nothing it cares for.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import DAMAGED, Count, ReadingLimits
from pipelines.workbooks.containers.ods import CONTENT, pieces_of
from pipelines.workbooks.containers.ods_body import ASIDE, BLOCKS, CELLS, GROUPS, PARAGRAPHS
from pipelines.workbooks.containers.text_encoding import codec_of_charset
from pipelines.workbooks.containers.zip_parts import open_package

_ATTRIBUTES = rb"(?:\s+[^\s=<>\"'/]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'))*\s*"
_PREFIX = rb"(?:[^\s<>/:=\"'!?]+:)?"
_CELL = _PREFIX + rb"(?:covered-)?table-cell"
# A cell of one plain paragraph or none at one go; else one tag, one comment, one piece of text after another.
_TOKEN = re.compile(
    rb"<" + _CELL + rb"(?P<cell>" + _ATTRIBUTES + rb")(?:/>|>"
    rb"(?:<" + _PREFIX + rb"p" + _ATTRIBUTES + rb"(?:/>|>(?P<plain>[^<]*)</" + _PREFIX + rb"p\s*>))?"
    rb"</" + _CELL + rb"\s*>)"
    rb"|<(?P<end>/?)(?P<name>[^\s<>/=\"'!?]+)(?P<given>" + _ATTRIBUTES + rb")(?P<empty>/?)>"
    rb"|<!--.*?-->|<!\[CDATA\[(?P<cdata>.*?)\]\]>|<\?.*?\?>"
    rb"|(?P<text>[^<]+)",
    re.DOTALL,
)  # fmt: skip
_REPEATS = re.compile(rb"[\s:]number-(columns|rows)-repeated\s*=\s*[\"'](\d{1,9})\d*[\"']")
# What makes a cell count without any text: a value, an error, or a formula that has no value of any kind.
_VALUE = re.compile(
    rb"[\s:](?:value|date-value|time-value|boolean-value|string-value)\s*=\s*(?:\"[^\"]|'[^'])"
)
_KIND = re.compile(rb"[\s:]value-type\s*=\s*[\"']([a-z]*)")
_FORMULA = re.compile(rb"[\s:]formula\s*=\s*(?:\"[^\"]|'[^'])")
_SIGNS = frozenset({"s", "tab", "line-break"})
# A tag, comment or processing instruction longer than this is none that a spreadsheet writes.
_LONGEST = 64 << 20
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")


def count_ods(data: bytes, limits: ReadingLimits) -> Count:
    """The non-empty cells of every sheet of a package."""
    with open_package(data, limits.max_unpacked) as package:
        if CONTENT not in package:
            raise UnreadableFileError(DAMAGED)
        return _count(package.stream(CONTENT))


def count_fods(data: bytes, limits: ReadingLimits) -> Count:
    """The non-empty cells of every sheet of a flat XML file."""
    return _count(pieces_of(data))


@dataclass
class _Scan:
    """Where the scan stands: the elements that are open, and what the open row and cell amount to."""

    counts: dict[int, int] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    passed_over: int = 0
    is_in_spreadsheet: bool = False
    paragraphs: int = 0
    row_repeats: int = 1
    row_cells: int = 0
    cell: bytes = b""
    has_text: bool = False
    has_paragraph: bool = False

    def tag(self, name: str, given: bytes, *, is_empty: bool) -> None:
        """A start tag."""
        if self.passed_over or not self._is_known(name):
            self.passed_over += not is_empty
            return
        if name == "table":
            self.counts[len(self.counts)] = 0
        elif name == "table-row":
            self.row_repeats, self.row_cells = _repeats(given, b"rows"), 0
        elif name in CELLS:
            self.cell, self.has_text, self.has_paragraph = given, False, False
        elif name in PARAGRAPHS:
            # Between two paragraphs stands a line break.
            self.has_text = self.has_text or self.has_paragraph
            self.has_paragraph = True
            self.paragraphs += 1
        elif name in _SIGNS:
            self.has_text = True
        elif name == "spreadsheet":
            self.is_in_spreadsheet = True
        self.open.append(name)
        if is_empty:
            self.end()

    def end(self) -> None:
        """An end tag."""
        if self.passed_over:
            self.passed_over -= 1
            return
        if not self.open:
            raise UnreadableFileError(DAMAGED)
        name = self.open.pop()
        if name in CELLS:
            self.add(self.cell, has_text=self.has_text)
        elif name in PARAGRAPHS:
            self.paragraphs -= 1
        elif name == "spreadsheet":
            self.is_in_spreadsheet = False
        elif name == "table-row" and self.counts:
            self.counts[len(self.counts) - 1] += self.row_cells * self.row_repeats

    def add(self, given: bytes, *, has_text: bool) -> None:
        """A whole cell."""
        if has_text or (given and _has_value(given)):
            self.row_cells += _repeats(given, b"columns")

    def text(self, text: bytes) -> None:
        """A piece of text."""
        if text and self.paragraphs and not self.passed_over:
            self.has_text = True

    @property
    def is_in_row(self) -> bool:
        return not self.passed_over and bool(self.open) and self.open[-1] == "table-row"

    def _is_known(self, name: str) -> bool:
        """Whether an element may lead to a cell's text where it stands."""
        if not self.is_in_spreadsheet:
            return name != "master-styles"
        around = self.open[-1]
        if around == "spreadsheet":
            return name == "table"
        if around == "table" or around in GROUPS:
            return name == "table-row" or name in GROUPS
        if around == "table-row":
            return name in CELLS
        if around in CELLS or around in BLOCKS:
            return name in PARAGRAPHS or name in BLOCKS
        return name not in ASIDE


def _count(pieces: Iterable[bytes]) -> Count:
    scan = _Scan()
    window, enough = b"", 0
    for piece in _as_utf8(pieces):
        window += piece
        if len(window) < enough:
            continue
        window = _scanned(scan, window)
        # A long token is looked at again when twice as much of it is there, so that each byte costs little.
        enough = 2 * len(window)
        if len(window) > _LONGEST:
            raise UnreadableFileError(DAMAGED)
    if _scanned(scan, window).strip() or scan.open:
        raise UnreadableFileError(DAMAGED)
    return scan.counts


def _scanned(scan: _Scan, window: bytes) -> bytes:
    """Take every token that is whole; what is left begins the next window."""
    at = 0
    while token := _TOKEN.match(window, at):
        given = token["cell"]
        if given is not None:
            if scan.is_in_row:
                scan.add(given, has_text=bool(token["plain"]))
        elif token["name"] is not None:
            if token["end"]:
                scan.end()
            else:
                name = token["name"].rpartition(b":")[2].decode("utf-8", "replace")
                scan.tag(name, token["given"], is_empty=bool(token["empty"]))
        elif token["text"] is not None or token["cdata"] is not None:
            scan.text(token["text"] or token["cdata"] or b"")
        at = token.end()
    return window[at:]


def _has_value(given: bytes) -> bool:
    if _VALUE.search(given):
        return True
    kinds = _KIND.findall(given)
    if b"error" in kinds:
        return True
    return _FORMULA.search(given) is not None and (not kinds or kinds[0] != b"string")


def _repeats(given: bytes, what: bytes) -> int:
    if b"-repeated" not in given:
        return 1
    return next((max(int(n), 1) for kind, n in _REPEATS.findall(given) if kind == what), 1)


def _as_utf8(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The text in UTF-8, where it says that it is something else."""
    decoder: codecs.IncrementalDecoder | None = None
    for number, piece in enumerate(pieces):
        if number == 0 and (encoding := _encoding(piece)) is not None:
            decoder = codecs.getincrementaldecoder(encoding)("replace")
        yield decoder.decode(piece).encode("utf-8") if decoder else piece


def _encoding(head: bytes) -> str | None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    declared = _DECLARED.match(head)
    if declared is None:
        return None
    name = codec_of_charset(declared[1].decode("ascii"))
    if name is None:
        raise UnreadableFileError(DAMAGED)
    return name
