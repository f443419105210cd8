"""The second count of an .xlsb: by calamine, whose cells these are; the only importer of python_calamine.

calamine shows errors and a few rare kinds of cells as nothing, and builds a grid as large as the farthest
cell asks for. A scan of the records counts the former, and everything where such a grid would be too large.
"""

import io
import struct
from dataclasses import dataclass

from python_calamine import CalamineWorkbook, SheetTypeEnum

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers import biff12
from pipelines.workbooks.containers.book import DAMAGED, Count, ReadingLimits
from pipelines.workbooks.containers.xlsb_globals import contents_of
from pipelines.workbooks.containers.zip_parts import ZipParts, open_package

_CELL_HEAD, _SHORT_HEAD = 8, 4
_SHORT = range(biff12.SHORT_BLANK, biff12.SHORT_SHARED + 1)
_CELLS = frozenset({*range(biff12.CELL_BLANK, biff12.SHORT_SHARED + 1), biff12.CELL_RICH_TEXT})
_BLANK = frozenset({biff12.CELL_BLANK, biff12.SHORT_BLANK})
_SHARED = frozenset({biff12.CELL_SHARED, biff12.SHORT_SHARED})
_OWN_TEXT = frozenset({biff12.CELL_TEXT, biff12.SHORT_TEXT, biff12.FORMULA_TEXT})
# What calamine 0.9 shows as empty: errors, texts with fonts of their own, cells that do not tell their column.
_ASIDE = frozenset(
    {biff12.CELL_ERROR, biff12.FORMULA_ERROR, biff12.CELL_RICH_TEXT, *_SHORT}
) - {biff12.SHORT_BLANK}  # fmt: skip


@dataclass
class _Scan:
    """One worksheet by its records: non-empty cells, those of them that calamine does not show, their extent."""

    cells: int = 0
    aside: int = 0
    height: int = 0
    width: int = 0


def count_xlsb(data: bytes, limits: ReadingLimits) -> Count:
    """Non-empty cells of each worksheet: by the scan alone where calamine finds no workbook in the file.

    Raises UnreadableFileError for damage, and where calamine finds other sheets or another number of cells than
    there are records: it shows one cell where a place has several.
    """
    try:
        with open_package(data, limits.max_unpacked) as parts:
            contents = contents_of(parts)
            empty = _empty_texts(parts, contents.strings)
            scans = [_scan(parts, sheet.part, empty) for sheet in contents.sheets]
    except (struct.error, IndexError) as error:
        raise UnreadableFileError(DAMAGED) from error
    is_small = all(scan.height * scan.width <= limits.max_cells for scan in scans)
    shown = _shown_by_calamine(data) if is_small else None
    if shown is not None and shown != [scan.cells - scan.aside for scan in scans]:
        raise UnreadableFileError(DAMAGED)
    return {number: scan.cells for number, scan in enumerate(scans)}


def _shown_by_calamine(data: bytes) -> list[int] | None:
    """Non-empty cells by the grids calamine builds; None for what it does not read at all, legal or not."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = [m.name for m in book.sheets_metadata if m.typ is SheetTypeEnum.WorkSheet]
        grids = (book.get_sheet_by_name(name).to_python() for name in names)
        return [sum(value != "" for row in grid for value in row) for grid in grids]
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:  # a Rust panic arrives as BaseException, not Exception
        return None


def _scan(parts: ZipParts, part: str, empty_texts: set[int]) -> _Scan:
    scan = _Scan()
    row, column = 0, -1
    for number, content in biff12.records(parts.stream(part)):
        if number == biff12.ROW:
            row, column = int.from_bytes(content[:4], "little"), -1
        elif number in _CELLS:
            is_short = number in _SHORT
            column = column + 1 if is_short else int.from_bytes(content[:4], "little")
            value = content[_SHORT_HEAD if is_short else _CELL_HEAD :]
            if _holds_something(number, value, empty_texts):
                scan.cells += 1
                scan.aside += number in _ASIDE
                scan.height, scan.width = max(scan.height, row + 1), max(scan.width, column + 1)
    return scan


def _holds_something(number: int, value: bytes, empty_texts: set[int]) -> bool:
    if number in _BLANK:
        return False
    if number in _SHARED:
        return int.from_bytes(value[:4], "little") not in empty_texts
    if number in _OWN_TEXT:
        return value[:4] not in (bytes(4), b"\xff" * 4)
    return number != biff12.CELL_RICH_TEXT or value[1:5] != bytes(4)


def _empty_texts(parts: ZipParts, name: str | None) -> set[int]:
    """The numbers of the shared texts without a letter."""
    if name is None:
        return set()
    items = (c for number, c in biff12.records(parts.stream(name)) if number == biff12.SHARED_TEXT)
    return {number for number, content in enumerate(items) if content[1:5] == bytes(4)}
