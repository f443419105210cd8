"""What a workbook holds, before anything is understood: sheets, cells, merges, kinds of cells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TypeAlias

CellValue: TypeAlias = str | float | int | bool | datetime | date | time | timedelta
Position: TypeAlias = tuple[int, int]
MergedRange: TypeAlias = tuple[int, int, int, int]

# The largest merge that is still taken as “this value holds for these cells”.
_LARGEST_MERGE = 2_000


class UnreadableFileError(Exception):
    """The file is no readable workbook. The sentence is in the submitter's language."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass
class Sheet:
    """One sheet at its true positions (0-based); '' is an empty cell.

    ``merges`` are (top, left, bottom, right), inclusive. ``error_cells`` and ``uncached_formulas`` are
    shown as empty: error values, and formulas nobody has calculated. ``stray_cells`` lie too far from the
    others to be part of the grid; ``rows`` does not reach to them. ``filtered_rows`` are those of the hidden
    rows that a filter hides. ``counted_cells`` is the independent count of non-empty cells.
    """

    name: str
    is_hidden: bool
    rows: list[list[CellValue]]
    merges: list[MergedRange] = field(default_factory=list)
    error_cells: dict[Position, str] = field(default_factory=dict)
    uncached_formulas: set[Position] = field(default_factory=set)
    stray_cells: dict[Position, CellValue] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    filtered_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    struck_cells: frozenset[Position] = frozenset()
    counted_cells: int | None = None

    def at(self, row: int, column: int) -> CellValue:
        """The value of a cell; '' beyond the used range."""
        if row >= len(self.rows):
            return ""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else ""

    def text(self, row: int, column: int) -> str:
        """The value of a cell as text; '' where there is none."""
        value = self.at(row, column)
        return value if isinstance(value, str) else raw_text(value)

    @cached_property
    def sound_merges(self) -> tuple[MergedRange, ...]:
        """The merges a program may have written: none twice, and no more cells than the grid has, small ones first."""
        left = sum(map(len, self.rows))
        sound: list[MergedRange] = []
        for merge in sorted(dict.fromkeys(self.merges), key=_cells_in):
            left -= _cells_in(merge)
            if left < 0:
                break
            sound.append(merge)
        return tuple(sound)

    @cached_property
    def merged(self) -> Mapping[Position, MergedRange]:
        """Every cell of the merges → its range; huge merges are left out, and of two that overlap the larger."""
        cells: dict[Position, MergedRange] = {}
        for merge in self.sound_merges:
            if _cells_in(merge) > _LARGEST_MERGE:
                break
            top, left, bottom, right = merge
            across = range(left, right + 1)
            covered = [(row, column) for row in range(top, bottom + 1) for column in across]
            if cells.keys().isdisjoint(covered):
                cells.update(dict.fromkeys(covered, merge))
        return cells

    @cached_property
    def merged_rows(self) -> frozenset[int]:
        """The rows with a cell of a merge."""
        return frozenset(row for row, _ in self.merged)

    def merge_below(self, heading: int, row: int, column: int) -> MergedRange | None:
        """The merge over a cell; None for one that begins in or above the heading row."""
        merge = self.merged.get((row, column))
        return merge if merge is not None and merge[0] > heading else None

    @cached_property
    def unseen_rows(self) -> frozenset[int]:
        """The rows with errors or uncalculated formulas, which are shown as empty."""
        return frozenset(row for row, _ in (*self.error_cells, *self.uncached_formulas))

    @property
    def used_cells(self) -> int:
        """How many cells hold something: errors, uncalculated formulas and stray cells included."""
        filled = sum([len(cells) - cells.count("") for cells in self.rows])
        aside = (self.error_cells, self.uncached_formulas, self.stray_cells)
        return filled + sum(map(len, aside))


@dataclass
class Workbook:
    """The sheets of one file in order. ``is_1904``: its days are counted from 1904, as old Macintosh files do."""

    sheets: list[Sheet]
    is_1904: bool = False


def _cells_in(merge: MergedRange) -> int:
    top, left, bottom, right = merge
    return (bottom - top + 1) * (right - left + 1)


def shortest_decimal(number: float | int) -> str:
    """The shortest decimal text of a number, without exponent and without a trailing “.0”."""
    text = repr(number)
    if "e" in text:
        text = format(Decimal(text), "f")
    return text.removesuffix(".0")


def raw_text(value: CellValue) -> str:
    """A cell's value as text, exactly as read."""
    if type(value) is float:
        return shortest_decimal(value)
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | int):
        return shortest_decimal(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def kind_of(value: CellValue) -> str:
    """The kind of a non-empty cell: text, boolean, number, date or time."""
    if type(value) is float:
        return "number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, float | int):
        return "number"
    return "date" if isinstance(value, date) else "time"
