"""An earlier answer taken out of a workbook that came back: our sheets, comments and colours.

Excel, WPS and LibreOffice number styles anew when they save, so the earlier fills are remembered as
XML, and given back only where our colour still is: what the submitter coloured since stays.
"""

from bisect import bisect_left
from collections.abc import Mapping

from lxml import etree

from pipelines.feedback.marking.book import Book
from pipelines.feedback.marking.cells import SheetCells, texts_of
from pipelines.feedback.marking.colours import COLOUR_OF
from pipelines.feedback.marking.comments import SheetComments
from pipelines.feedback.marking.mark_sheet import EarlierFill, MarkSheet, own_mark_part
from pipelines.feedback.marking.ooxml import Address, drop_attribute
from pipelines.feedback.marking.rules_sheet import RULES_HEADINGS
from pipelines.feedback.marking.styles import Styles
from pipelines.workbooks.own_sheets import (
    ANSWER_SHEET,
    FINDING_ID_HEADING,
    NOTE_HEADING,
    OWN_SHEETS,
    REASON_HEADING,
    RULES_SHEET,
)

_ANSWER_HEADINGS = {FINDING_ID_HEADING, REASON_HEADING, NOTE_HEADING}
_OURS = set(COLOUR_OF.values())
_NO_FILL = EarlierFill('<fill><patternFill patternType="none"/></fill>', "", False)


def remove_earlier_answer(book: Book, styles: Styles) -> None:
    """Give the submitter's sheets back the look they had before our last answer, if there was one."""
    mark = MarkSheet(book) if own_mark_part(book) else None
    was_answer = mark is not None and mark.is_of_an_answer()
    own = [n for n in (ANSWER_SHEET, RULES_SHEET) if _is_ours(book, n, was_answer)]
    if not own and not was_answer:
        return
    earlier = mark.earlier_fills() if mark else {}
    for name in own:
        book.remove_sheet(name)
    for name, part in book.worksheet_parts().items():
        if name not in OWN_SHEETS:
            _clear_sheet(book, styles, part, earlier.get(name, {}))
    if mark:
        mark.forget()
    book.open_at(book.first_visible())


def _is_ours(book: Book, name: str, was_answer: bool) -> bool:
    """Whether a sheet of this name has our headings: a submitter may have one of the same name."""
    part = book.worksheet_parts().get(name)
    if part is None or was_answer:
        return part is not None
    wanted = _ANSWER_HEADINGS if name == ANSWER_SHEET else set(RULES_HEADINGS)
    by_row: dict[int, set[str]] = {}
    for (row, _), text in texts_of(book.package, part).items():
        by_row.setdefault(row, set()).add(text.strip())
    return any(wanted <= texts for texts in by_row.values())


def _clear_sheet(
    book: Book, styles: Styles, part: str, earlier: Mapping[Address, EarlierFill]
) -> None:
    looks = {n for n in range(styles.look_count()) if styles.solid_colour_of(n) in _OURS}
    cells = SheetCells(book.package.peek(part))
    marked = cells.with_looks(looks)
    if not marked and book.package.related(part, "comments") is None:
        return
    book.package.root(part)
    comments = SheetComments(book.package, part, cells)
    comments.remove_ours()
    comments.close()
    nearest = _Nearest(earlier)
    for address, cell in marked:
        known = earlier.get(address)
        if known and known.is_new and not len(cell):
            cells.remove(address)
        else:
            _give_back(cell, known or nearest.to(address), styles)


def _give_back(cell: etree._Element, earlier: EarlierFill, styles: Styles) -> None:
    look = styles.with_fill(
        int(cell.get("s") or 0), styles.fill_from(earlier.fill), earlier.applies
    )
    if look:
        cell.set("s", str(look))
    else:
        drop_attribute(cell, "s")


class _Nearest:
    """Rows may have been added, deleted or copied since: then the nearest marked cell of the column tells."""

    def __init__(self, earlier: Mapping[Address, EarlierFill]) -> None:
        self._earlier = earlier
        self._rows: dict[int, list[int]] = {}
        for row, column in sorted(earlier):
            self._rows.setdefault(column, []).append(row)

    def to(self, address: Address) -> EarlierFill:
        row, column = address
        rows = self._rows.get(column)
        if not rows:
            return _NO_FILL
        position = bisect_left(rows, row)
        beside = rows[max(position - 1, 0) : position + 1]
        return self._earlier[min(beside, key=lambda other: abs(other - row)), column]
