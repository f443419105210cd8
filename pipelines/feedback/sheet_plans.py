"""How a sheet to be written is described: its rows, and what makes a form of it.

Plain data, so that what an answer or a template says can be tested without a file. Turning it into
bytes is ``spreadsheet``'s.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

from pipelines.workbooks.cells import CellValue, MergedRange, Position

SheetValue: TypeAlias = CellValue | Decimal
Visibility = Literal["visible", "hidden", "very_hidden"]


@dataclass(frozen=True)
class CellStyle:
    """How cells look; ``fill`` is a colour such as ``FFF2CC``."""

    points: int = 11
    is_bold: bool = False
    fill: str | None = None
    horizontal: Literal["left", "center", "right"] | None = None
    wraps: bool = False
    has_border: bool = False
    number_format: str = "General"
    is_unlocked: bool = False


@dataclass(frozen=True)
class InputCheck:
    """What may be typed into areas; without ``kind`` only the message is shown.

    ``choices`` serve the kind ``list``: at most 255 characters together, none with a comma.
    """

    areas: Sequence[MergedRange]
    kind: Literal["list", "decimal", "date"] | None = None
    choices: Sequence[str] = ()
    title: str = ""
    message: str = ""
    error: str = ""


@dataclass(frozen=True)
class SheetLook:
    """What makes a sheet a form: areas are 0-based (top, left, bottom, right), inclusive.

    Of two styles over one cell the later holds. A cell of ``stale`` stands out as long as it holds
    that value. ``frozen_rows`` stay in sight; ``repeated_rows`` (first, last) and the first
    ``repeated_columns`` stand on every page. Of a sheet with ``printed_columns`` only the first so many
    are printed, and the others are hidden.
    """

    widths: Sequence[float] = ()
    heights: Mapping[int, float] = field(default_factory=dict)
    styles: Sequence[tuple[MergedRange, CellStyle]] = ()
    checks: Sequence[InputCheck] = ()
    comments: Mapping[Position, str] = field(default_factory=dict)
    stale: Mapping[Position, Decimal] = field(default_factory=dict)
    frozen_rows: int = 0
    repeated_rows: tuple[int, int] | None = None
    repeated_columns: int = 0
    printed_columns: int | None = None
    pages_wide: int = 1
    paper: Literal["A4", "A3"] = "A4"
    is_landscape: bool = False
    is_protected: bool = False


@dataclass(frozen=True)
class SheetPlan:
    """One sheet to be written; '' is an empty cell, ``look`` None a plain copy of ``rows``."""

    name: str
    rows: Sequence[Sequence[SheetValue]]
    merges: Sequence[MergedRange] = ()
    visibility: Visibility = "visible"
    look: SheetLook | None = None
