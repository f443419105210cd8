"""An .xls as Excel 5.0 to 2003 and WPS (.et) write it → its worksheets ([MS-XLS]; BIFF5/7 and BIFF8).

Nothing of the file is executed, no external link followed, no formula read: what a formula gave is stored
beside it. Dimensions the file declares are not asked.
"""

import struct

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers import biff
from pipelines.workbooks.containers.book import DAMAGED, Book, CellBudget, ReadingLimits, SheetBook
from pipelines.workbooks.containers.xls_globals import read_globals
from pipelines.workbooks.containers.xls_sheets import SheetReader


def read_xls(data: bytes, limits: ReadingLimits) -> Book:
    """Read the worksheets of a workbook, or the one sheet of a stream that has no workbook around it.

    Raises UnreadableFileError for damage, for a cell written twice and for more cells than the limits allow.
    """
    stream = biff.stream_of(data)
    budget = CellBudget(limits.max_cells)
    try:
        shared = read_globals(stream)
        readers = [
            SheetReader(stream, bound, shared, budget)
            for bound in shared.sheets
            if bound.is_worksheet
        ]
        sheets = [reader.read() for reader in readers]
    except (struct.error, IndexError, EOFError) as error:  # a record too short for what it holds
        raise UnreadableFileError(DAMAGED) from error
    if not shared.was_calculated and not any(reader.has_results for reader in readers):
        for reader, sheet in zip(readers, sheets, strict=True):
            _take_for_uncached(reader, sheet)
    return Book(sheets, shared.is_1904)


def _take_for_uncached(reader: SheetReader, sheet: SheetBook) -> None:
    """Where all formulas of a file are 0 and ask to be calculated, the program that wrote it never did so."""
    for row, column in reader.perhaps_uncached:
        if sheet.rows.get(row, {}).pop(column, None) is None:
            continue
        if not sheet.rows[row]:
            del sheet.rows[row]
        sheet.uncached_formulas.add((row, column))
