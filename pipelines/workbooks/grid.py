"""Sparse cells → the grid that tables are looked for in, never larger than the limits allow.

What lies beyond the grid is kept beside it: a stray cell is a question to its sender, not a gigabyte.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from heapq import nlargest

from pipelines.workbooks.cells import CellValue, MergedRange, Position, Sheet, UnreadableFileError
from pipelines.workbooks.containers.book import ReadingLimits, SheetBook

# So many cells may stand far from all the others and be taken for a slip of the hand.
_MOST_STRAYS = 100
# So many empty rows or columns lie before them; a table that is merely too long is refused.
_EMPTY_STRETCH = 50
# Twice the rows of the largest programs (LibreOffice, Gnumeric: 2^24), none has nearly as many columns; what is
# told of a cell holds its place as a 32-bit integer.
_FARTHEST = 1 << 25


def build_sheet(book: SheetBook, counted: int, limits: ReadingLimits) -> Sheet:
    """The sheet at its true positions.

    Raises UnreadableFileError where the second count found another number of cells, where a cell stands
    farther away than any program can show it, and where no grid within the limits holds all cells but a few.
    """
    if book.filled_cells != counted:
        raise UnreadableFileError(
            f"工作表“{book.name}”两种读法得到的单元格数不同（{book.filled_cells} 与 {counted}），"
            "文件可能有损坏。请用 Excel 打开，另存为新的 .xlsx 后重新报送。"
        )
    height, width = _extent(book, limits)
    merges = [m for m in (_within(m, height, width) for m in book.merges) if m is not None]
    return Sheet(
        name=book.name,
        is_hidden=book.is_hidden,
        rows=_dense(book.rows, height, width),
        merges=merges,
        error_cells=book.error_cells,
        uncached_formulas=book.uncached_formulas,
        stray_cells=_beyond(book.rows, height, width),
        hidden_rows=frozenset(row for row in book.hidden_rows if row < height),
        filtered_rows=frozenset(row for row in book.filtered_rows if row < height),
        hidden_columns=frozenset(column for column in book.hidden_columns if column < width),
        struck_cells=frozenset(book.struck_cells),
        counted_cells=counted,
    )


def _extent(book: SheetBook, limits: ReadingLimits) -> Position:
    """Height and width of the grid: all that is used, or where that is too large all but a few cells far away.

    What stands farthest from the others goes first.
    """
    filled = {row: set(cells) for row, cells in book.rows.items()}
    for row, column in (*book.error_cells, *book.uncached_formulas):
        filled.setdefault(row, set()).add(column)
    columns = Counter(column for cells in filled.values() for column in cells)
    whole = extent = _reach(filled), _reach(columns)
    if max(whole) > _FARTHEST:
        raise UnreadableFileError(
            f"工作表“{book.name}”在第 {whole[0]} 行、第 {whole[1]} 列这么远的地方有内容，表格软件没有这么多行列，"
            "文件可能有损坏。请用 Excel 或 WPS 打开检查，另存为新的 .xlsx 后重新报送。"
        )
    left = _MOST_STRAYS
    while not _fits(extent, limits):
        far = _farthest(filled, columns)
        left -= len(far)
        if left < 0 or not far:
            raise UnreadableFileError(
                f"工作表“{book.name}”用到了第 {whole[0]} 行、第 {whole[1]} 列，超过上限"
                f"（{limits.max_rows} 行、{limits.max_columns} 列，合计 {limits.max_cells} 格）。"
                "请删去表外多余的内容后重新报送。"
            )
        _drop(far, filled, columns)
        extent = _reach(filled), _reach(columns)
    return extent


def _reach(numbers: Collection[int]) -> int:
    return max(numbers, default=-1) + 1


def _farthest(filled: Mapping[int, set[int]], columns: Collection[int]) -> list[Position]:
    """The cells behind the last empty stretch of rows or of columns, whichever leads farther; none without one."""
    row, row_before = _last_stretch(filled)
    column, column_before = _last_stretch(columns)
    if max(row - row_before, column - column_before) < _EMPTY_STRETCH:
        return []
    if (row + 1) / (row_before + 2) >= (column + 1) / (column_before + 2):
        return [(r, c) for r, used in filled.items() if r >= row for c in used]
    return [(r, c) for r, used in filled.items() for c in used if c >= column]


def _last_stretch(numbers: Collection[int]) -> tuple[int, int]:
    """The last line behind an empty stretch, and the line before that; without one the same line twice."""
    lines = nlargest(_MOST_STRAYS + 1, numbers)
    for line, before in zip(lines, [*lines[1:], -1], strict=True):
        if line - before >= _EMPTY_STRETCH:
            return line, before
    return 0, 0


def _drop(cells: Collection[Position], filled: dict[int, set[int]], columns: Counter[int]) -> None:
    for row, column in cells:
        filled[row].discard(column)
        columns[column] -= 1
        if not filled[row]:
            del filled[row]
        if not columns[column]:
            del columns[column]


def _fits(extent: Position, limits: ReadingLimits) -> bool:
    height, width = extent
    return (
        height <= limits.max_rows
        and width <= limits.max_columns
        and height * width <= limits.max_cells
    )


def _dense(
    rows: Mapping[int, Mapping[int, CellValue]], height: int, width: int
) -> list[list[CellValue]]:
    grid: list[list[CellValue]] = [[""] * width for _ in range(height)]
    for row, cells in rows.items():
        if row < height:
            line = grid[row]
            for column, value in cells.items():
                if column < width:
                    line[column] = value
    return grid


def _beyond(
    rows: Mapping[int, Mapping[int, CellValue]], height: int, width: int
) -> dict[Position, CellValue]:
    """The cells that are not in the grid."""
    return {
        (row, column): value
        for row, cells in rows.items()
        if row >= height or max(cells) >= width
        for column, value in cells.items()
        if row >= height or column >= width
    }


def _within(merge: MergedRange, height: int, width: int) -> MergedRange | None:
    """A merge cut to the grid; None where nothing of it is left, or only one cell."""
    top, left, bottom, right = merge
    bottom, right = min(bottom, height - 1), min(right, width - 1)
    if top > bottom or left > right or (top, left) == (bottom, right):
        return None
    return top, left, bottom, right
