"""What an .xlsb says once for all its sheets: their names and parts, texts, fonts, formats, the first day.

The cells are ``xlsb``'s business.
"""

import posixpath
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers import biff12
from pipelines.workbooks.containers.book import DAMAGED
from pipelines.workbooks.containers.number_formats import (
    BUILTIN_FORMATS,
    TemporalKind,
    is_temporal,
)
from pipelines.workbooks.containers.xlsx_package import OTHER_SHEETS, Relation, relations_of
from pipelines.workbooks.containers.zip_parts import ZipParts

_BUNDLE_SHEET, _WORKBOOK_PROPERTIES = 156, 153
_FONT, _FORMAT, _XF, _BEGIN_CELL_XFS, _END_CELL_XFS = 43, 44, 47, 617, 618
_STRIKEOUT = 0x0008


@dataclass(frozen=True)
class SheetPart:
    """One worksheet: its name, whether it is shown, its part."""

    name: str
    is_hidden: bool
    part: str


@dataclass(frozen=True)
class Contents:
    """The worksheets in order, the parts of texts and formats (None: there are none), and the calendar."""

    sheets: Sequence[SheetPart]
    strings: str | None
    styles: str | None
    is_1904: bool


@dataclass(frozen=True)
class Styles:
    """By the number of the cell format: what its numbers mean, its font; and the fonts that strike through."""

    kinds: Sequence[TemporalKind | None] = ()
    fonts: Sequence[int] = ()
    struck_fonts: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Texts:
    """The shared texts; ``runs`` are the (first letter, font) pairs of those that change their font."""

    texts: Sequence[str] = ()
    runs: Mapping[int, bytes] = field(default_factory=dict)


def contents_of(parts: ZipParts) -> Contents:
    """The table of contents of a package.

    Raises UnreadableFileError where there is no workbook, and for a sheet whose part is not there.
    """
    roots = relations_of(parts, "").values()
    named = (relation.part for relation in roots if relation.kind == "officeDocument")
    workbook = next((part for part in named if part), None) or parts.find("xl/workbook.bin")
    if workbook is None:
        raise UnreadableFileError(DAMAGED)
    relations = relations_of(parts, workbook)
    sheets: list[SheetPart] = []
    is_1904 = False
    for number, content in biff12.records(parts.stream(workbook)):
        if number == _BUNDLE_SHEET:
            sheet = _sheet_part(content, relations)
            if sheet is not None:
                sheets.append(sheet)
        elif number == _WORKBOOK_PROPERTIES:
            is_1904 = bool(content[0] & 1)
    return Contents(
        sheets,
        _serving(parts, workbook, relations, "sharedStrings"),
        _serving(parts, workbook, relations, "styles"),
        is_1904,
    )


def texts_of(parts: ZipParts, name: str) -> Texts:
    """The table of shared texts (§2.4.789 BrtSSTItem)."""
    texts: list[str] = []
    runs: dict[int, bytes] = {}
    for number, content in biff12.records(parts.stream(name)):
        if number == biff12.SHARED_TEXT:
            text, formatting = biff12.rich_text(content, 0)
            if formatting:
                runs[len(texts)] = formatting
            texts.append(text)
    return Texts(texts, runs)


def styles_of(parts: ZipParts, name: str) -> Styles:
    """The formats and fonts of cells."""
    formats: dict[int, TemporalKind | None] = {**BUILTIN_FORMATS}
    struck: list[int] = []
    pairs: list[tuple[int, int]] = []
    fonts_seen = 0
    is_for_cells = False
    for number, content in biff12.records(parts.stream(name)):
        if number == _FORMAT:
            code, _ = biff12.wide_text(content, 2)
            formats[int.from_bytes(content[:2], "little")] = is_temporal(code)
        elif number == _FONT:
            if int.from_bytes(content[2:4], "little") & _STRIKEOUT:
                struck.append(fonts_seen)
            fonts_seen += 1
        elif number in (_BEGIN_CELL_XFS, _END_CELL_XFS):
            is_for_cells = number == _BEGIN_CELL_XFS
        elif number == _XF and is_for_cells:
            pairs.append(struct.unpack_from("<2xHH", content))
    kinds = [formats.get(number_format) for number_format, _ in pairs]
    return Styles(kinds, [font for _, font in pairs], frozenset(struck))


def _sheet_part(content: bytes, relations: Mapping[str, Relation]) -> SheetPart | None:
    """BrtBundleSh (§2.4.311); None for a sheet of another kind. Before its release Excel 2007 began it with four zeros."""
    start = 4 if len(content) >= 16 and _is_of_a_beta(content) else 0
    (state,) = struct.unpack_from("<I", content, start)
    identity, end = biff12.wide_text(content, start + 8)
    name, _ = biff12.wide_text(content, end)
    relation = relations.get(identity)
    if not identity or (relation is not None and relation.kind in OTHER_SHEETS):
        return None
    if relation is None or relation.part is None:
        raise UnreadableFileError(
            f"工作表“{name}”的内容在文件里找不到，文件已损坏。"
            "请用 Excel 或 WPS 打开检查，另存为新的 .xlsx 后重新报送。"
        )
    return SheetPart(name, bool(state & 3), relation.part)


def _is_of_a_beta(content: bytes) -> bool:
    """Whether two texts fill the record to its end only when read four bytes on."""
    first = int.from_bytes(content[12:16], "little")
    second = 16 + 2 * first
    if first > 255 or second + 4 > len(content):
        return False
    letters = int.from_bytes(content[second : second + 4], "little")
    return len(content) == second + 4 + 2 * letters


def _serving(
    parts: ZipParts, workbook: str, relations: Mapping[str, Relation], kind: str
) -> str | None:
    """The part of this kind: the one the workbook names, else the one of the usual name."""
    named = [relation.part for relation in relations.values() if relation.kind == kind]
    usual = parts.find(posixpath.join(posixpath.dirname(workbook), f"{kind}.bin"))
    return next((part for part in named if part), usual)
