"""One worksheet of an .xls, record by record: cells, what is hidden, struck through or merged.

What all sheets share (texts, formats, fonts) is read by ``xls_globals`` before.
"""

import struct
from collections.abc import Callable, Mapping, Sequence

from pipelines.workbooks.cells import CellValue, Position, UnreadableFileError
from pipelines.workbooks.containers import biff
from pipelines.workbooks.containers.biff_strings import Pieces, coded_text
from pipelines.workbooks.containers.book import DAMAGED, CellBudget, SheetBook
from pipelines.workbooks.containers.number_formats import from_serial
from pipelines.workbooks.containers.struck_texts import fonts_shown
from pipelines.workbooks.containers.xls_globals import BoundSheet, Globals

_ROW, _COLINFO, _DEFAULT_ROW_HEIGHT = 0x0208, 0x007D, 0x0225
_MERGE_CELLS, _FILTER_MODE = 0x00E5, 0x009B
_MOST_COLUMNS = 256

_CELL = struct.Struct("<HHH")
_NUMBER = struct.Struct("<HHHd")
_RK = struct.Struct("<HHHI")
_FORMULA_RESULT = struct.Struct("<HHH8sH")
_XF_BITS = 0x0FFF
_NOTHING, _CALCULATE_ON_LOAD = bytes(8), 0x0002

# What the first byte of a formula's result says where its last two are 0xFFFF ([MS-XLS] §2.5.133).
_TEXT_FOLLOWS, _BOOLEAN, _ERROR, _EMPTY_TEXT = 0, 1, 2, 3


class SheetReader:
    """One worksheet while it is read. Each record has its method: content at ``at``, ``size`` bytes long.

    ``perhaps_uncached``: formulas of result 0 that ask to be calculated when the file is opened.
    ``has_results``: some formula has another result, or does not ask.
    """

    def __init__(
        self, stream: bytes, bound: BoundSheet, shared: Globals, budget: CellBudget
    ) -> None:
        self._stream = stream
        self._start = bound.at
        self._shared = shared
        self._budget = budget
        self._book = SheetBook(bound.name, bound.is_hidden)
        self.perhaps_uncached: list[Position] = []
        self.has_results = False
        self._rk_numbers: dict[int, float] = {}
        self._awaits_text: tuple[int, int, int] | None = None
        self._rows_told: set[int] = set()
        self._hides_untold_rows = False
        self._is_filtered = False

    def read(self) -> SheetBook:
        """Read the substream to its end. Raises UnreadableFileError where it has none, or is none."""
        handlers = self._handlers()
        depth = 0
        for number, at, size in biff.records(self._stream, self._start):
            if number == biff.BOF:
                depth += 1
            elif depth == 0:
                break
            elif number == biff.EOF:
                depth -= 1
                if depth == 0:
                    return self._finished()
            elif depth == 1 and number in handlers:  # deeper lie charts, with cells of their own
                handlers[number](at, size)
        raise UnreadableFileError(DAMAGED)

    def _handlers(self) -> Mapping[int, Callable[[int, int], None]]:
        return {
            biff.NUMBER: self._number,
            biff.RK: self._rk,
            biff.MULRK: self._several_rk,
            biff.LABELSST: self._shared_text,
            biff.LABEL: self._own_text,
            biff.RSTRING: self._own_text,
            biff.BOOLERR: self._boolean_or_error,
            **dict.fromkeys(biff.FORMULAS, self._formula),
            biff.STRING: self._text_of_formula,
            _ROW: self._row,
            _COLINFO: self._columns,
            _DEFAULT_ROW_HEIGHT: self._default_row,
            _MERGE_CELLS: self._merges,
            _FILTER_MODE: self._filter_mode,
        }

    def _number(self, at: int, _size: int) -> None:
        row, column, xf, value = _NUMBER.unpack_from(self._stream, at)
        self._put_number(row, column, xf, value)

    def _rk(self, at: int, _size: int) -> None:
        row, column, xf, rk = _RK.unpack_from(self._stream, at)
        self._put_number(row, column, xf, self._rk_number(rk))

    def _several_rk(self, at: int, size: int) -> None:
        row, column = struct.unpack_from("<HH", self._stream, at)
        content = self._stream[at + 4 : at + 4 + (size - 6) // 6 * 6]
        for offset, (xf, rk) in enumerate(struct.iter_unpack("<HI", content)):
            self._put_number(row, column + offset, xf, self._rk_number(rk))

    def _rk_number(self, rk: int) -> float:
        number = self._rk_numbers.get(rk)
        if number is None:
            number = self._rk_numbers[rk] = biff.rk_number(rk)
        return number

    def _shared_text(self, at: int, _size: int) -> None:
        row, column, xf, number = _RK.unpack_from(self._stream, at)
        self._put(row, column, xf, self._shared.texts[number], self._shared.runs.get(number, b""))

    def _own_text(self, at: int, size: int) -> None:
        """LABEL and RSTRING: the text lies in the cell; of RSTRING its runs behind it."""
        row, column, xf = _CELL.unpack_from(self._stream, at)
        pieces = biff.continued(self._stream, at + 6, size - 6)
        if self._shared.version == 8:
            self._put(row, column, xf, _long_text(pieces))
            return
        raw = b"".join(pieces)
        text, end = coded_text(raw, 2, int.from_bytes(raw[:2], "little"), self._shared.codec)
        narrow = raw[end + 1 :] if len(raw) > end else b""
        runs = b"".join(
            struct.pack("<HH", *pair) for pair in zip(narrow[::2], narrow[1::2], strict=False)
        )
        self._put(row, column, xf, text, runs)

    def _boolean_or_error(self, at: int, _size: int) -> None:
        row, column, xf = _CELL.unpack_from(self._stream, at)
        value, is_error = self._stream[at + 6], self._stream[at + 7]
        if is_error:
            self._put_error(row, column, xf, value)
        else:
            self._put(row, column, xf, value != 0)

    def _formula(self, at: int, _size: int) -> None:
        """A formula by its stored result; one whose text should follow and does not is not calculated."""
        self._settle_awaited()
        row, column, xf, result, flags = _FORMULA_RESULT.unpack_from(self._stream, at)
        if result == _NOTHING and flags & _CALCULATE_ON_LOAD:
            self.perhaps_uncached.append((row, column))
        else:
            self.has_results = True
        if result[6:] != b"\xff\xff":
            self._put_number(row, column, xf, struct.unpack("<d", result)[0])
        elif result[0] == _TEXT_FOLLOWS:
            self._awaits_text = (row, column, xf)
        elif result[0] == _BOOLEAN:
            self._put(row, column, xf, result[2] != 0)
        elif result[0] == _ERROR:
            self._put_error(row, column, xf, result[2])
        elif result[0] != _EMPTY_TEXT:
            self._put_uncached(row, column)

    def _text_of_formula(self, at: int, size: int) -> None:
        if self._awaits_text is None:
            return
        row, column, xf = self._awaits_text
        self._awaits_text = None
        pieces = biff.continued(self._stream, at, size)
        if self._shared.version == 8:
            text = _long_text(pieces)
        else:
            raw = b"".join(pieces)
            count = int.from_bytes(raw[:2], "little")
            text, _ = coded_text(raw, 2, count, self._shared.codec)
        self._put(row, column, xf, text)

    def _settle_awaited(self) -> None:
        if self._awaits_text is not None:
            row, column, _ = self._awaits_text
            self._awaits_text = None
            self._put_uncached(row, column)

    def _put_number(self, row: int, column: int, xf: int, number: float) -> None:
        kinds = self._shared.kinds
        kind = kinds[xf & _XF_BITS] if xf & _XF_BITS < len(kinds) else None
        value = number if kind is None else from_serial(number, kind, self._shared.is_1904)
        self._put(row, column, xf, value)

    def _put_uncached(self, row: int, column: int) -> None:
        self._claim(row, column)
        self._book.uncached_formulas.add((row, column))

    def _put_error(self, row: int, column: int, xf: int, code: int) -> None:
        self._claim(row, column)
        self._book.error_cells[row, column] = biff.ERROR_TEXTS.get(code, biff.UNKNOWN_ERROR)
        self._strike(row, column, xf, b"")

    def _put(self, row: int, column: int, xf: int, value: CellValue, runs: bytes = b"") -> None:
        if value == "":
            return
        self._claim(row, column)
        cells = self._book.rows.get(row)
        if cells is None:
            cells = self._book.rows[row] = {}
        cells[column] = value
        if self._shared.struck_fonts:
            self._strike(row, column, xf, runs)

    def _claim(self, row: int, column: int) -> None:
        """One more cell, which no other may have filled."""
        self._book.refuse_filled(row, column)
        self._budget.spend()

    def _strike(self, row: int, column: int, xf: int, runs: bytes) -> None:
        fonts = self._shared.fonts
        own = fonts[xf & _XF_BITS] if xf & _XF_BITS < len(fonts) else -1
        if fonts_shown(own, runs) <= self._shared.struck_fonts:
            self._book.struck_cells.add((row, column))

    def _row(self, at: int, _size: int) -> None:
        """ROW (§2.4.221): hidden by its flag, or by a height of nothing."""
        row, height, flags = struct.unpack_from("<H4xH4xH", self._stream, at)
        self._rows_told.add(row)
        if flags & 0x20 or height == 0:
            self._book.hidden_rows.add(row)

    def _default_row(self, at: int, _size: int) -> None:
        self._hides_untold_rows = bool(self._stream[at] & 0x02)

    def _columns(self, at: int, _size: int) -> None:
        """COLINFO (§2.4.53): hidden by its flag, or by a width of nothing."""
        first, last, width, flags = struct.unpack_from("<HHH2xH", self._stream, at)
        if flags & 1 or width == 0:
            self._book.hidden_columns.update(range(first, min(last + 1, _MOST_COLUMNS)))

    def _merges(self, at: int, size: int) -> None:
        ranges = self._stream[at + 2 : at + 2 + (size - 2) // 8 * 8]
        self._budget.spend(len(ranges) // 8)
        self._book.merges += [
            (top, left, bottom, right)
            for top, bottom, left, right in struct.iter_unpack("<HHHH", ranges)
        ]

    def _filter_mode(self, _at: int, _size: int) -> None:
        self._is_filtered = True

    def _finished(self) -> SheetBook:
        self._settle_awaited()
        book = self._book
        if self._hides_untold_rows:
            book.hidden_rows |= book.rows.keys() - self._rows_told
        if self._is_filtered:
            book.filtered_rows = set(book.hidden_rows)
        return book


def _long_text(pieces: Sequence[bytes]) -> str:
    """A text of BIFF8 that may go on in CONTINUE records, behind its length of two bytes."""
    source = Pieces(pieces)
    count, flags = struct.unpack("<HB", source.take(3)) if len(pieces[0]) > 2 else (0, 0)
    return source.letters(count, bool(flags & 1))
