"""OpenDocument spreadsheets (ODF 1.3): a package, or one flat XML file.

What the elements mean is the business of ``ods_body`` and ``ods_styles``.
"""

import re
from collections.abc import Iterator

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import DAMAGED, Book, ReadingLimits
from pipelines.workbooks.containers.ods_body import Body
from pipelines.workbooks.containers.ods_styles import Styles
from pipelines.workbooks.containers.xml_events import parse_as_written, parse_xml
from pipelines.workbooks.containers.zip_parts import ZipParts, open_package

CONTENT = "content.xml"
_STYLES = "styles.xml"
_MANIFEST = "META-INF/manifest.xml"
# Where the whole document is encrypted at once (ODF 1.4 part 2 §3.4).
_ENCRYPTED_WHOLE = "encrypted-package"
_ENCRYPTED = re.compile(
    rb"full-path\s*=\s*[\"']content\.xml[\"'][^<>]*>\s*<(?:[\w.-]+:)?encryption-data[\s>]"
)
_PIECE = 1 << 18
_LOCKED = "文件设了打开密码，无法读取。请用 WPS 或 LibreOffice 打开，另存时不选“用密码保存”，然后重新报送。"
_NO_SPREADSHEET = "这是 OpenDocument 文件，里面没有工作表。请用 Excel 或 WPS 打开原表，另存为“Excel 工作簿(.xlsx)”后重新报送。"


def read_ods(data: bytes, limits: ReadingLimits) -> Book:
    """Read a package. Raises UnreadableFileError for damage, a password, and a document of another kind."""
    styles = Styles()
    with open_package(data, limits.max_unpacked) as package:
        refuse_encrypted(package)
        if _STYLES in package:
            _read_common_styles(package, styles)
        return _read_body(package.stream(CONTENT), styles, limits)


def read_fods(data: bytes, limits: ReadingLimits) -> Book:
    """Read a flat XML file. Raises UnreadableFileError as :func:`read_ods` does."""
    return _read_body(pieces_of(data), Styles(), limits)


def pieces_of(data: bytes) -> Iterator[bytes]:
    """A file in pieces, as a part of a package comes."""
    for start in range(0, len(data), _PIECE):
        yield data[start : start + _PIECE]


def refuse_encrypted(package: ZipParts) -> None:
    """Raise UnreadableFileError for a package with a password, and for one without its main part."""
    if _ENCRYPTED_WHOLE in package or _is_content_encrypted(package):
        raise UnreadableFileError(_LOCKED)
    if CONTENT not in package:
        raise UnreadableFileError(DAMAGED)


def _is_content_encrypted(package: ZipParts) -> bool:
    """Whether the manifest has the main part's key (ODF 1.3 part 2 §4.5).

    Searched and not parsed: old OpenOffice wrote a DOCTYPE into this part, and only into this one.
    """
    return _MANIFEST in package and _ENCRYPTED.search(package.read(_MANIFEST)) is not None


def _read_common_styles(package: ZipParts, styles: Styles) -> None:
    """The named styles; the automatic ones of this part belong to headers and footers."""
    automatic = 0

    def on_start(name: str, given: dict[str, str]) -> None:
        nonlocal automatic
        if automatic or name in ("automatic-styles", "master-styles"):
            automatic += 1
        else:
            styles.start(name, given)

    def on_end(name: str) -> None:
        nonlocal automatic
        if automatic:
            automatic -= 1
        else:
            styles.end(name)

    parse_xml(package.stream(_STYLES), on_start, on_end)


def _read_body(pieces: Iterator[bytes], styles: Styles, limits: ReadingLimits) -> Book:
    body = Body(styles, limits)
    parse_as_written(pieces, body.on_start, body.on_end, body.on_text)
    if not body.has_spreadsheet:
        raise UnreadableFileError(_NO_SPREADSHEET)
    return body.book
