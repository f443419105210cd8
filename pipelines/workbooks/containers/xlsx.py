"""Workbooks of Excel 2007 and later, .xlsx and .xlsm, transitional and strict (ECMA-376) → sheets.

A reading of our own, because libraries build grids before they know how large, and show errors and formulas
without a result as blanks. Macros, external links and pictures are never opened.
"""

from pipelines.workbooks.containers.book import Book, CellBudget, ReadingLimits, SheetBook
from pipelines.workbooks.containers.xlsx_filters import table_filters
from pipelines.workbooks.containers.xlsx_package import Contents, SheetEntry, contents_of
from pipelines.workbooks.containers.xlsx_sheet import Shared, SheetReading
from pipelines.workbooks.containers.xlsx_strings import SharedStrings, read_shared_strings
from pipelines.workbooks.containers.xlsx_styles import CellFormats, read_cell_formats
from pipelines.workbooks.containers.zip_parts import ZipParts, open_package


def read_xlsx(data: bytes, limits: ReadingLimits) -> Book:
    """Read every worksheet.

    Raises UnreadableFileError for damage, a DTD, a missing sheet, a cell written twice, and beyond the limits.
    """
    with open_package(data, limits.max_unpacked) as parts:
        contents = contents_of(parts)
        shared = _shared(parts, contents, limits)
        sheets = [_read_sheet(parts, entry, shared) for entry in contents.sheets]
    return Book(sheets, contents.is_1904)


def _shared(parts: ZipParts, contents: Contents, limits: ReadingLimits) -> Shared:
    strings, formats = SharedStrings(), CellFormats()
    if contents.strings is not None:
        strings = read_shared_strings(parts.stream(contents.strings), limits.max_cells)
    if contents.styles is not None:
        formats = read_cell_formats(parts.stream(contents.styles))
    return Shared(strings, formats, contents.is_1904, CellBudget(limits.max_cells))


def _read_sheet(parts: ZipParts, entry: SheetEntry, shared: Shared) -> SheetBook:
    book = SheetBook(entry.name, entry.is_hidden)
    reading = SheetReading(book, shared)
    reading.read(parts.stream(entry.part))
    if book.hidden_rows:
        ranges = reading.filters.rows + table_filters(parts, entry.part, reading.tables)
        book.filtered_rows = {
            row for row in book.hidden_rows if any(top <= row <= bottom for top, bottom in ranges)
        }
    return book
