"""Bytes → cells: the only importer of python_calamine.

Formats are told apart by ``detection``; what the reader hides is found by ``census``.
"""

import io
from dataclasses import dataclass

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from pipelines.workbooks.cells import CellValue, Sheet, UnreadableFileError, Workbook
from pipelines.workbooks.census import SheetCensus, count_xls, count_xlsx
from pipelines.workbooks.detection import container_of


@dataclass(frozen=True)
class ReadingLimits:
    """How large a return may be; beyond it the file is refused before a grid is built."""

    max_bytes: int = 50 << 20
    max_unpacked: int = 400 << 20
    max_rows: int = 20_000
    max_columns: int = 512
    max_cells: int = 2_000_000


def read_workbook(data: bytes, limits: ReadingLimits) -> Workbook:
    """Read every worksheet at its true positions.

    Raises UnreadableFileError with a sentence for the submitter: no workbook, encrypted, damaged, too
    large, or when the reader and the census disagree on the number of cells.
    """
    if len(data) > limits.max_bytes:
        raise UnreadableFileError(
            f"文件有 {len(data) >> 20} MB，超过上限 {limits.max_bytes >> 20} MB。"
            "请删去图片和无关工作表后重新报送。"
        )
    container = container_of(data)
    census = count_xlsx(data, limits.max_unpacked) if container == "xlsx" else count_xls(data)
    _guard_extent(census, limits)
    workbook = _read_with_calamine(data, census)
    if not workbook.sheets:
        raise UnreadableFileError("工作簿里没有工作表。请检查后重新报送。")
    return workbook


def _guard_extent(census: dict[str, SheetCensus], limits: ReadingLimits) -> None:
    for name, sheet in census.items():
        rows, columns = sheet.last_row + 1, sheet.last_column + 1
        if (
            rows > limits.max_rows
            or columns > limits.max_columns
            or rows * columns > limits.max_cells
        ):
            raise UnreadableFileError(
                f"工作表“{name}”用到了第 {rows} 行、第 {columns} 列，超过上限"
                f"（{limits.max_rows} 行、{limits.max_columns} 列）。请删去表外多余的内容后重新报送。"
            )


def _read_with_calamine(data: bytes, census: dict[str, SheetCensus]) -> Workbook:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        metadata = [m for m in book.sheets_metadata if m.typ is SheetTypeEnum.WorkSheet]
        sheets = []
        for entry in metadata:
            source = book.get_sheet_by_name(entry.name)
            rows = [list(row) for row in source.to_python(skip_empty_area=False)]
            merges = [(*start, *end) for start, end in source.merged_cell_ranges or []]
            is_hidden = entry.visible is not SheetVisibleEnum.Visible
            sheets.append(_sheet(entry.name, is_hidden, rows, merges, census.get(entry.name)))
    except UnreadableFileError:
        raise
    except BaseException as error:  # a Rust panic arrives as BaseException, not Exception
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise UnreadableFileError(
            "文件已损坏，读不出来。请用 Excel 打开，另存为新的 .xlsx 后重新报送。"
        ) from error
    return Workbook(sheets)


def _sheet(
    name: str,
    is_hidden: bool,
    rows: list[list[CellValue]],
    merges: list[tuple[int, int, int, int]],
    census: SheetCensus | None,
) -> Sheet:
    seen = census or SheetCensus()
    sheet = Sheet(
        name=name,
        is_hidden=is_hidden,
        rows=_padded(rows, seen),
        merges=merges,
        error_cells={p: t for p, t in seen.error_cells.items() if _at(rows, p) == ""},
        uncached_formulas={p for p in seen.uncached_formulas if _at(rows, p) == ""},
        counted_cells=seen.counted_cells if census else None,
    )
    for (row, column), text in seen.error_cells.items():
        if _at(rows, (row, column)) != "":
            sheet.rows[row][column] = ""
            sheet.error_cells[row, column] = text
    if sheet.counted_cells is not None and sheet.counted_cells != sheet.used_cells:
        raise UnreadableFileError(
            f"工作表“{name}”两种读法得到的单元格数不同（{sheet.used_cells} 与 {sheet.counted_cells}），"
            "文件可能有损坏。请用 Excel 打开，另存为新的 .xlsx 后重新报送。"
        )
    return sheet


def _padded(rows: list[list[CellValue]], census: SheetCensus) -> list[list[CellValue]]:
    """Rows up to the last used one, even where the reader stops early; nothing below it."""
    width = max((len(row) for row in rows), default=0)
    width = max(width, census.last_column + 1)
    height = max(census.last_row + 1, _last_filled(rows) + 1)
    padded = [row + [""] * (width - len(row)) for row in rows[:height]]
    return padded + [[""] * width for _ in range(height - len(padded))]


def _last_filled(rows: list[list[CellValue]]) -> int:
    for number in range(len(rows) - 1, -1, -1):
        if any(value != "" for value in rows[number]):
            return number
    return -1


def _at(rows: list[list[CellValue]], position: tuple[int, int]) -> CellValue:
    row, column = position
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""
