"""Cell formats of an .xlsx, as far as they change what a value means: dates, and text struck through.

Colours, borders and widths tell nothing here; formats for conditions (dxfs) do not apply to a cell by number.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from pipelines.workbooks.containers.number_formats import (
    BUILTIN_FORMATS,
    TemporalKind,
    is_temporal,
)
from pipelines.workbooks.containers.xlsx_package import is_true, number_in
from pipelines.workbooks.containers.xml_events import parse_xml

_SECTIONS = frozenset({"numFmts", "fonts", "cellXfs"})


@dataclass
class CellFormats:
    """By the style a cell gives (as written, “0” where it gives none): what its numbers are, what is struck.

    Only styles for which there is something to say are in ``temporal`` and in ``struck``.
    """

    temporal: dict[str, TemporalKind] = field(default_factory=dict)
    struck: set[str] = field(default_factory=set)


@dataclass
class _Styles:
    """What the part says, gathered while it is read (CT_Stylesheet, ECMA-376-1 §18.8.39)."""

    section: str = ""
    codes: dict[str, TemporalKind | None] = field(default_factory=dict)
    struck_fonts: list[bool] = field(default_factory=list)
    formats: list[tuple[str, str]] = field(default_factory=list)

    def on_start(self, name: str, given: dict[str, str]) -> None:
        if name in _SECTIONS:
            self.section = name
        elif name == "numFmt" and self.section == "numFmts":
            self.codes[given.get("numFmtId", "")] = is_temporal(given.get("formatCode", ""))
        elif name == "font" and self.section == "fonts":
            self.struck_fonts.append(False)
        elif name == "strike" and self.section == "fonts" and self.struck_fonts:
            self.struck_fonts[-1] = is_true(given.get("val", "1"))
        elif name == "xf" and self.section == "cellXfs":
            self.formats.append((given.get("numFmtId", "0"), given.get("fontId", "0")))

    def on_end(self, name: str) -> None:
        if name == self.section:
            self.section = ""

    def kind_of(self, code: str) -> TemporalKind | None:
        """What a number format shows; one that the file declares comes before the built-in one."""
        if code in self.codes:
            return self.codes[code]
        return BUILTIN_FORMATS.get(number_in(code))

    def is_struck(self, font: str) -> bool:
        """Whether the font of this number is struck through; one that is not there is not."""
        number = number_in(font)
        return 0 <= number < len(self.struck_fonts) and self.struck_fonts[number]


def read_cell_formats(pieces: Iterable[bytes]) -> CellFormats:
    """The formats of the styles part. Raises UnreadableFileError for damage.

    Files of one writer have the same part to the last byte; one that comes in a single piece is read once.
    """
    iterator = iter(pieces)
    head, more = next(iterator, b""), next(iterator, None)
    return _known(head) if more is None else _read(chain((head, more), iterator))


def _read(pieces: Iterable[bytes]) -> CellFormats:
    styles = _Styles()
    parse_xml(pieces, styles.on_start, styles.on_end)
    kinds = ((number, styles.kind_of(code)) for number, (code, _) in enumerate(styles.formats))
    return CellFormats(
        temporal={str(number): kind for number, kind in kinds if kind is not None},
        struck={str(n) for n, (_, font) in enumerate(styles.formats) if styles.is_struck(font)},
    )


@lru_cache(maxsize=16)
def _known(part: bytes) -> CellFormats:
    return _read([part])
