"""The hidden sheet by which a workbook is known again: facts for programs, and how it looked unmarked.

Facts are pairs in the first two columns, as ``workbooks.own_sheets`` reads them; a template may have
put more there, which stays. Far to the right stands what a later answer needs to undo this one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from pipelines.feedback.marking.book import Book
from pipelines.feedback.marking.cells import SheetCells, texts_of
from pipelines.feedback.marking.ooxml import Address, new_root, parse_address, q
from pipelines.text import cell_name, column_letter, escape_formula, unescape_formula
from pipelines.workbooks.own_sheets import ANSWER_SHEET, MARK_SHEET, MARK_WORD

# Columns AA to AE: the earlier fills; AG: the reasons a reply may choose from.
_SHEET, _FILL, _APPLIES, _IS_NEW, _CELLS = range(26, 31)
_REASONS = 32
_CELLS_IN_ONE = 2_500  # names of ten characters each fit a cell's 32,767


@dataclass(frozen=True)
class EarlierFill:
    """How a marked cell looked: its fill, whether that applied, whether the cell was there at all."""

    fill: str
    applies: str
    is_new: bool


class MarkSheet:
    """The hidden sheet of one workbook, made when there is none."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._part = own_mark_part(book)
        if self._part is None:
            root = new_root("worksheet")
            etree.SubElement(root, q("sheetData"))
            self._part = book.add_sheet(MARK_SHEET, root, state="veryHidden")
        book.hide(MARK_SHEET)
        self._cells = SheetCells(book.package.root(self._part))
        self._cells.write_text((0, 0), MARK_WORD)

    def earlier_fills(self) -> dict[str, dict[Address, EarlierFill]]:
        """Sheet name → cell → how it looked before it was marked."""
        assert self._part is not None
        texts = texts_of(self._book.package, self._part)
        found: dict[str, dict[Address, EarlierFill]] = {}
        for row in sorted({row for row, column in texts if column == _SHEET and row}):
            said = [texts.get((row, column), "") for column in range(_SHEET, _CELLS + 1)]
            earlier = EarlierFill(said[1], said[2], said[3] == "1")
            addresses = [parse_address(name) for name in said[4].split()]
            found.setdefault(unescape_formula(said[0]), {}).update(
                {address: earlier for address in addresses if address}
            )
        return found

    def is_of_an_answer(self) -> bool:
        """Whether an answer of ours was written into the workbook, and not only a template's facts."""
        return self._cells.find((0, _SHEET)) is not None

    def forget(self) -> None:
        """Drop what the last answer left here, apart from the facts."""
        for row in list(self._cells.row_numbers()):
            for column in (*range(_SHEET, _CELLS + 1), _REASONS):
                if self._cells.find((row, column)) is not None:
                    self._cells.remove((row, column))

    def state(self, facts: Mapping[str, str]) -> None:
        """Say these facts; those of a template stay, the same fact is replaced."""
        assert self._part is not None
        texts = texts_of(self._book.package, self._part)
        row_of = {text: row for (row, column), text in texts.items() if column == 0 and row}
        last = max((row for row, column in texts if column in (0, 1)), default=0)
        for key, value in facts.items():
            if key not in row_of:
                last += 1
                row_of[key] = last
            self._cells.write_text((row_of[key], 0), escape_formula(key))
            self._cells.write_text((row_of[key], 1), escape_formula(value))

    def remember(self, marked: Mapping[str, Mapping[Address, EarlierFill]]) -> None:
        """Note how the marked cells looked; cells that looked alike share a row."""
        self._cells.write_text((0, _SHEET), ANSWER_SHEET)
        row = 1
        for sheet, by_address in marked.items():
            alike: dict[EarlierFill, list[str]] = {}
            for address, earlier in by_address.items():
                alike.setdefault(earlier, []).append(cell_name(*address))
            for earlier, names in alike.items():
                for start in range(0, len(names), _CELLS_IN_ONE):
                    listed = " ".join(names[start : start + _CELLS_IN_ONE])
                    said = (
                        escape_formula(sheet),
                        earlier.fill,
                        earlier.applies,
                        str(int(earlier.is_new)),
                        listed,
                    )
                    for column, text in enumerate(said, _SHEET):
                        if text:
                            self._cells.write_text((row, column), text)
                    row += 1

    def list_reasons(self, reasons: Sequence[str]) -> str:
        """Write the reasons below each other; the formula by which a list finds them."""
        for row, reason in enumerate(reasons, 1):
            self._cells.write_text((row, _REASONS), escape_formula(reason))
        letter = column_letter(_REASONS)
        return f"'{MARK_SHEET}'!${letter}$2:${letter}${len(reasons) + 1}"


def own_mark_part(book: Book) -> str | None:
    """The part of the hidden sheet; None where there is none of ours."""
    part = book.worksheet_parts().get(MARK_SHEET)
    if part is None or texts_of(book.package, part).get((0, 0)) != MARK_WORD:
        return None
    return part
