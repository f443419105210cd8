"""An .xlsb → its worksheets ([MS-XLSB]), record by record as the parts are unpacked.

Nothing of the file is executed, no external link followed, no formula read: what a formula gave is stored
beside it. The extent a sheet declares (BrtWsDim) is not asked.
"""

import struct
from collections.abc import Callable, Iterable, Mapping

from pipelines.workbooks.cells import CellValue, UnreadableFileError
from pipelines.workbooks.containers import biff12
from pipelines.workbooks.containers.biff import ERROR_TEXTS, UNKNOWN_ERROR, rk_number
from pipelines.workbooks.containers.book import (
    DAMAGED,
    Book,
    CellBudget,
    ReadingLimits,
    SheetBook,
)
from pipelines.workbooks.containers.number_formats import from_serial
from pipelines.workbooks.containers.struck_texts import fonts_shown
from pipelines.workbooks.containers.xlsb_globals import (
    SheetPart,
    Styles,
    Texts,
    contents_of,
    styles_of,
    texts_of,
)
from pipelines.workbooks.containers.zip_parts import open_package

_COLUMNS, _MERGE, _SHEET_FORMAT = 60, 176, 485
_BEGIN_FILTER, _FILTER_COLUMN = 161, 163
_MOST_COLUMNS = 16_384
_XF_BITS = 0x00FFFFFF


def read_xlsb(data: bytes, limits: ReadingLimits) -> Book:
    """Read the worksheets of a workbook.

    Raises UnreadableFileError for damage, for a cell written twice and for more than the limits allow.
    """
    try:
        with open_package(data, limits.max_unpacked) as parts:
            contents = contents_of(parts)
            texts = texts_of(parts, contents.strings) if contents.strings else Texts()
            styles = styles_of(parts, contents.styles) if contents.styles else Styles()
            budget = CellBudget(limits.max_cells)
            sheets = [
                _Sheet(entry, texts, styles, contents.is_1904, budget).read(
                    parts.stream(entry.part)
                )
                for entry in contents.sheets
            ]
    except (struct.error, IndexError) as error:  # a record too short for what it holds
        raise UnreadableFileError(DAMAGED) from error
    return Book(sheets, contents.is_1904)


class _Sheet:
    """One worksheet while it is read. Of a cell, each kind has its method, which is given what follows its head."""

    def __init__(
        self, entry: SheetPart, texts: Texts, styles: Styles, is_1904: bool, budget: CellBudget
    ) -> None:
        self._book = SheetBook(entry.name, entry.is_hidden)
        self._texts = texts
        self._styles = styles
        self._is_1904 = is_1904
        self._budget = budget
        self._row = 0
        self._column = -1
        self._rows_told: set[int] = set()
        self._hides_untold_rows = False
        self._filter_rows = range(0)
        self._is_filtered = False

    def read(self, pieces: Iterable[bytes]) -> SheetBook:
        """Read the part to its end. Raises UnreadableFileError where its cells have none."""
        cells, others = self._cell_kinds(), self._other_records()
        is_within, is_complete = False, False
        for number, content in biff12.records(pieces):
            if is_within and number in cells:
                if biff12.SHORT_BLANK <= number <= biff12.SHORT_SHARED:
                    self._column += 1
                    (xf,) = struct.unpack_from("<I", content)
                    cells[number](xf & _XF_BITS, content[4:])
                else:
                    self._column, xf = struct.unpack_from("<II", content)
                    cells[number](xf & _XF_BITS, content[8:])
            elif number in others:
                others[number](content)
            elif number in (biff12.BEGIN_CELLS, biff12.END_CELLS):
                is_within = number == biff12.BEGIN_CELLS
                is_complete = not is_within
        if not is_complete:
            raise UnreadableFileError(DAMAGED)
        return self._finished()

    def _cell_kinds(self) -> Mapping[int, Callable[[int, bytes], None]]:
        return {
            **dict.fromkeys((biff12.CELL_BLANK, biff12.SHORT_BLANK), self._blank),
            **dict.fromkeys((biff12.CELL_RK, biff12.SHORT_RK), self._rk),
            **dict.fromkeys((biff12.CELL_REAL, biff12.SHORT_REAL, biff12.FORMULA_REAL), self._real),
            **dict.fromkeys(
                (biff12.CELL_BOOL, biff12.SHORT_BOOL, biff12.FORMULA_BOOL), self._boolean
            ),
            **dict.fromkeys(
                (biff12.CELL_ERROR, biff12.SHORT_ERROR, biff12.FORMULA_ERROR), self._error
            ),
            **dict.fromkeys((biff12.CELL_TEXT, biff12.SHORT_TEXT, biff12.FORMULA_TEXT), self._text),
            **dict.fromkeys((biff12.CELL_SHARED, biff12.SHORT_SHARED), self._shared_text),
            biff12.CELL_RICH_TEXT: self._rich_text,
        }

    def _other_records(self) -> Mapping[int, Callable[[bytes], None]]:
        return {
            biff12.ROW: self._row_begins,
            _COLUMNS: self._columns,
            _MERGE: self._merge,
            _SHEET_FORMAT: self._sheet_format,
            _BEGIN_FILTER: self._filter,
            _FILTER_COLUMN: self._filter_column,
        }

    def _blank(self, _xf: int, _content: bytes) -> None:
        """A cell of nothing but a format; the one to its right counts from it."""

    def _rk(self, xf: int, content: bytes) -> None:
        self._put_number(xf, rk_number(struct.unpack_from("<I", content)[0]))

    def _real(self, xf: int, content: bytes) -> None:
        self._put_number(xf, struct.unpack_from("<d", content)[0])

    def _boolean(self, xf: int, content: bytes) -> None:
        self._put(xf, content[0] != 0)

    def _error(self, xf: int, content: bytes) -> None:
        self._claim()
        position = self._row, self._column
        self._book.error_cells[position] = ERROR_TEXTS.get(content[0], UNKNOWN_ERROR)
        self._strike(xf, b"")

    def _text(self, xf: int, content: bytes) -> None:
        self._put(xf, biff12.wide_text(content, 0)[0])

    def _rich_text(self, xf: int, content: bytes) -> None:
        self._put(xf, *biff12.rich_text(content, 0))

    def _shared_text(self, xf: int, content: bytes) -> None:
        (number,) = struct.unpack_from("<I", content)
        self._put(xf, self._texts.texts[number], self._texts.runs.get(number, b""))

    def _put_number(self, xf: int, number: float) -> None:
        kinds = self._styles.kinds
        kind = kinds[xf] if xf < len(kinds) else None
        self._put(xf, number if kind is None else from_serial(number, kind, self._is_1904))

    def _put(self, xf: int, value: CellValue, runs: bytes = b"") -> None:
        if value == "":
            return
        self._claim()
        cells = self._book.rows.get(self._row)
        if cells is None:
            cells = self._book.rows[self._row] = {}
        cells[self._column] = value
        if self._styles.struck_fonts:
            self._strike(xf, runs)

    def _claim(self) -> None:
        """One more cell, which no other may have filled."""
        self._book.refuse_filled(self._row, self._column)
        self._budget.spend()

    def _strike(self, xf: int, runs: bytes) -> None:
        fonts = self._styles.fonts
        own = fonts[xf] if xf < len(fonts) else -1
        if fonts_shown(own, runs) <= self._styles.struck_fonts:
            self._book.struck_cells.add((self._row, self._column))

    def _row_begins(self, content: bytes) -> None:
        """BrtRowHdr (§2.4.744): hidden by its flag, or by a height of nothing."""
        self._row, height, flags = struct.unpack_from("<I4xHxB", content)
        self._column = -1
        self._rows_told.add(self._row)
        if flags & 0x10 or height == 0:
            self._book.hidden_rows.add(self._row)

    def _sheet_format(self, content: bytes) -> None:
        """BrtWsFmtInfo (§2.4.871): whether rows that are not told are hidden."""
        self._hides_untold_rows = bool(content[8] & 0x02)

    def _columns(self, content: bytes) -> None:
        """BrtColInfo (§2.4.338): hidden by its flag, or by a width of nothing."""
        first, last, width, flags = struct.unpack_from("<III4xB", content)
        if flags & 1 or width == 0:
            self._book.hidden_columns.update(range(first, min(last + 1, _MOST_COLUMNS)))

    def _merge(self, content: bytes) -> None:
        self._budget.spend()
        top, bottom, left, right = struct.unpack_from("<IIII", content)
        self._book.merges.append((top, left, bottom, right))

    def _filter(self, content: bytes) -> None:
        top, bottom = struct.unpack_from("<II", content)
        self._filter_rows = range(top, bottom + 1)

    def _filter_column(self, _content: bytes) -> None:
        self._is_filtered = True

    def _finished(self) -> SheetBook:
        book = self._book
        if self._hides_untold_rows:
            book.hidden_rows |= book.rows.keys() - self._rows_told
        if self._is_filtered:
            book.filtered_rows = {row for row in book.hidden_rows if row in self._filter_rows}
        return book
