"""What an .xls says once for all its sheets: their names and places, texts, fonts, formats, the first day.

The cells are ``xls``'s business.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers import biff
from pipelines.workbooks.containers.biff_strings import (
    codec_of,
    shared_strings,
    unicode_text,
)
from pipelines.workbooks.containers.book import DAMAGED
from pipelines.workbooks.containers.number_formats import (
    BUILTIN_FORMATS,
    TemporalKind,
    is_temporal,
)

_FILEPASS, _CODEPAGE, _DATE_1904, _RECALCID = 0x002F, 0x0042, 0x0022, 0x01C1
_FONT, _FORMAT, _XF = 0x0031, 0x041E, 0x00E0
_STRIKEOUT = 0x0008
# There is no font of this number ([MS-XLS] §2.5.129).
_NO_FONT = 4
# What Windows takes texts for that name no code page of their own, where its language is simple Chinese.
_OWN_CODE_PAGE = 936


@dataclass(frozen=True)
class BoundSheet:
    """One entry of the table of sheets ([MS-XLS] §2.4.28): where its substream begins, and what it is."""

    at: int
    is_worksheet: bool
    is_hidden: bool
    name: str


@dataclass(frozen=True)
class Globals:
    """What holds for all sheets. ``runs``: (first letter, font) pairs of the texts that change their font.

    ``was_calculated``: a program that calculates has saved the file ([MS-XLS] §2.4.215 RecalcId).
    ``kinds`` and ``fonts`` are by the number of the cell format: what its numbers mean, its font.
    """

    version: biff.Version
    codec: str
    is_1904: bool
    was_calculated: bool
    sheets: Sequence[BoundSheet]
    texts: Sequence[str]
    runs: Mapping[int, bytes]
    kinds: Sequence[TemporalKind | None]
    fonts: Sequence[int]
    struck_fonts: frozenset[int]


def read_globals(stream: bytes) -> Globals:
    """Read the first substream.

    Raises UnreadableFileError for damage, and for a stream that is still encrypted.
    """
    contents = _Contents(stream)
    by_number = contents.by_number
    if _FILEPASS in by_number:
        raise UnreadableFileError(DAMAGED)
    bounds = by_number.get(biff.BOUNDSHEET, [])
    version = biff.version_of(stream)
    codec = codec_of(_first_word(by_number.get(_CODEPAGE), _OWN_CODE_PAGE))
    texts, runs = shared_strings(contents.strings)
    formats: dict[int, TemporalKind | None] = {**BUILTIN_FORMATS}
    formats.update(_number_format(raw, version, codec) for raw in by_number.get(_FORMAT, ()))
    pairs = [struct.unpack_from("<HH", raw) for raw in by_number.get(_XF, ()) if len(raw) >= 4]
    return Globals(
        version=version,
        codec=codec,
        is_1904=_first_word(by_number.get(_DATE_1904), 0) == 1,
        was_calculated=_RECALCID in by_number,
        sheets=_sheets(stream, bounds, version, codec),
        texts=texts,
        runs=runs,
        kinds=[formats.get(number) for _, number in pairs],
        fonts=[font for font, _ in pairs],
        struck_fonts=frozenset(_struck(by_number.get(_FONT, ()))),
    )


class _Contents:
    """The records of the first substream that matter here, and the table of texts with its continuations.

    Raises UnreadableFileError where the substream has no end.
    """

    def __init__(self, stream: bytes) -> None:
        wanted = {biff.BOUNDSHEET, _FILEPASS, _CODEPAGE, _DATE_1904, _FONT, _FORMAT, _XF, _RECALCID}
        self.by_number: dict[int, list[bytes]] = {}
        self.strings: list[bytes] = []
        for number, at, size in biff.records(stream, 0):
            if number == biff.EOF:
                return
            if number in wanted:
                self.by_number.setdefault(number, []).append(stream[at : at + size])
            elif number == biff.SST and not self.strings:
                self.strings = biff.continued(stream, at, size)
        raise UnreadableFileError(DAMAGED)


def _first_word(found: Sequence[bytes] | None, otherwise: int) -> int:
    if not found or len(found[0]) < 2:
        return otherwise
    return int.from_bytes(found[0][:2], "little")


def _number_format(
    raw: bytes, version: biff.Version, codec: str
) -> tuple[int, TemporalKind | None]:
    number = _first_word([raw], 0)
    if version == 8:
        text = unicode_text(raw, 4, _first_word([raw[2:4]], 0))
    else:
        text = raw[3:].decode(codec, "replace")
    return number, is_temporal(text)


def _sheets(
    stream: bytes, bounds: Sequence[bytes], version: biff.Version, codec: str
) -> list[BoundSheet]:
    """The table of sheets. Raises UnreadableFileError where two worksheets claim one place."""
    if not biff.has_globals(stream):
        return [BoundSheet(0, is_worksheet=True, is_hidden=False, name="Sheet1")]
    sheets = [_bound_sheet(raw, version, codec) for raw in bounds]
    places = [sheet.at for sheet in sheets if sheet.is_worksheet]
    if len(set(places)) < len(places):
        raise UnreadableFileError(DAMAGED)
    return sheets


def _bound_sheet(raw: bytes, version: biff.Version, codec: str) -> BoundSheet:
    if len(raw) < 7:
        raise UnreadableFileError(DAMAGED)
    at, state, kind, count = struct.unpack_from("<IBBB", raw)
    if version == 8:
        name = unicode_text(raw, 7, count)
    else:
        name = raw[7 : 7 + count].decode(codec, "replace")
    return BoundSheet(at, kind == biff.WORKSHEET, bool(state & 3), name)


def _struck(fonts: Sequence[bytes]) -> list[int]:
    numbers = (number + (number >= _NO_FONT) for number in range(len(fonts)))
    return [
        number
        for number, raw in zip(numbers, fonts, strict=True)
        if _first_word([raw[2:4]], 0) & _STRIKEOUT
    ]
