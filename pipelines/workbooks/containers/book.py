"""What the reader of a container gives: every cell at its true place, and what a person would see of it.

Sparse, so that one cell at the far end of a sheet costs one cell. How it becomes a grid is ``grid``'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.workbooks.cells import CellValue, MergedRange, Position, UnreadableFileError


@dataclass(frozen=True)
class ReadingLimits:
    """How large a return may be; beyond it the file is refused before a grid is built.

    ``max_unpacked`` counts the bytes of all parts of a package that are unpacked, ``max_cells`` the filled
    cells of one file and the cells of one sheet's grid.
    """

    max_bytes: int = 50 << 20
    max_unpacked: int = 400 << 20
    max_rows: int = 100_000
    max_columns: int = 16_384
    max_cells: int = 2_000_000


@dataclass
class SheetBook:
    """One sheet: non-empty values by 0-based row and column, and the cells a person sees otherwise.

    ``error_cells`` (error values, their text) and ``uncached_formulas`` (formulas without a calculated value)
    are in no row of ``rows``. A text is non-empty where it has at least one character, be it a space.
    ``filtered_rows`` are those of ``hidden_rows`` that an active filter hides. A merge may reach anywhere.
    """

    name: str
    is_hidden: bool = False
    rows: dict[int, dict[int, CellValue]] = field(default_factory=dict)
    error_cells: dict[Position, str] = field(default_factory=dict)
    uncached_formulas: set[Position] = field(default_factory=set)
    merges: list[MergedRange] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    filtered_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    struck_cells: set[Position] = field(default_factory=set)

    @property
    def filled_cells(self) -> int:
        """How many cells hold something, errors and uncalculated formulas included."""
        filled = sum(map(len, self.rows.values()))
        return filled + len(self.error_cells) + len(self.uncached_formulas)

    def refuse_filled(self, row: int, column: int) -> None:
        """To be asked before a cell is filled: Excel itself calls a file damaged where one is written twice.

        Raises UnreadableFileError, the cell named, where it holds something already.
        """
        if (
            column in self.rows.get(row, ())
            or (row, column) in self.error_cells
            or (row, column) in self.uncached_formulas
        ):
            raise UnreadableFileError(
                f"工作表“{self.name}”的第 {row + 1} 行第 {column + 1} 列写了两次，不知道以哪个为准，"
                "文件已损坏。请用 Excel 或 WPS 打开检查，另存为新的 .xlsx 后重新报送。"
            )


@dataclass
class Book:
    """The worksheets of one file in its own order; ``is_1904`` where days count from 1904-01-01."""

    sheets: list[SheetBook]
    is_1904: bool = False


class CellBudget:
    """Counts filled cells while they are read, so that a trap is noticed before it fills the memory."""

    def __init__(self, max_cells: int) -> None:
        self.max_cells = max_cells
        self.spent = 0

    def spend(self, cells: int = 1) -> None:
        """Count so many more cells. Raises UnreadableFileError beyond the limit."""
        self.spent += cells
        if self.spent > self.max_cells:
            raise UnreadableFileError(
                f"文件里有内容的单元格超过 {self.max_cells} 个，不像一张报表。"
                "请删去无关内容后重新报送。"
            )


# A container's second count: non-empty cells by the number of the sheet in the file's order.
Count = Mapping[int, int]

DAMAGED = "文件已损坏，里面的内容读不出来。请用 Excel 或 WPS 打开，另存为新的 .xlsx 后重新报送。"
