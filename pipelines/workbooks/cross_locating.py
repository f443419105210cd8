"""Finding cross-tables in a sheet: units down, indicators across, headings of several levels.

The heading of the column of units is where a table begins; which rows belong to the heading, and what
stands over which column, is told from merges, and from where texts stand in a table typed without them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from pipelines.text import compact, is_placeholder
from pipelines.workbooks.cells import MergedRange, Position, Sheet
from pipelines.workbooks.cross_headings import CrossTableBook, split_heading
from pipelines.workbooks.figures import fits
from pipelines.workbooks.heading_books import LONGEST_HEADING
from pipelines.workbooks.headings import Meaning
from pipelines.workbooks.locating import (
    MAX_LEVELS,
    Block,
    Column,
    heading_row,
)
from pipelines.workbooks.values import read_money

# What heads a row of units of measure below the headings.
_UNIT_ROW = frozenset({"计量单位", "单位"})

_Merges = Mapping[Position, MergedRange]
_Sources = list[dict[int, Position]]


def locate_cross_table(sheet: Sheet, book: CrossTableBook, telling: Iterable[int]) -> Block | None:
    """The first block that has the units' names and at least one indicator; None when there is none.

    ``telling`` are the rows in which a cell heads the units.
    """
    if not book.form.indicators:
        return None
    for row in telling:
        column = _name_heading(sheet, row, book)
        if column is not None:
            block = _block_at(sheet, row, column, 0, book)
            if _is_convincing(block, book):
                return block
    return None


def repeated_cross_table(
    sheet: Sheet, row: int, block: Block, book: CrossTableBook
) -> Block | None:
    """The block that begins anew at ``row`` (续表, a second table below), or None."""
    name = block.column_of(book.form.name_field.name)
    if name is None or not _is_name_heading(sheet.at(row, name.number), book):
        return None
    again = _block_at(sheet, row, name.number, row, book)
    return again if _is_convincing(again, book) else None


def _is_convincing(block: Block, book: CrossTableBook) -> bool:
    own = {field.name for field in book.form.own_fields}
    return book.form.name_field.name in block.known_fields and bool(block.known_fields - own)


def _name_heading(sheet: Sheet, row: int, book: CrossTableBook) -> int | None:
    for column, value in enumerate(sheet.rows[row]):
        if _is_name_heading(value, book):
            return column
    return None


def _is_name_heading(value: object, book: CrossTableBook) -> bool:
    is_short = isinstance(value, str) and 0 < len(value) <= LONGEST_HEADING
    return is_short and book.is_name_heading(str(value))


def _block_at(sheet: Sheet, row: int, column: int, first_row: int, book: CrossTableBook) -> Block:
    merges = sheet.merged
    top = bottom = row
    if (row, column) in merges:
        top, bottom = merges[row, column][0], merges[row, column][2]
    while top > first_row and bottom - top < MAX_LEVELS:
        if not _is_upper_level(sheet, top - 1, column, merges, book):
            break
        top -= 1
    while bottom + 1 < len(sheet.rows) and bottom - top < MAX_LEVELS:
        if not _is_lower_level(sheet, bottom, column, merges):
            break
        bottom += 1
    sources = _sources(sheet, top, bottom, column, merges)
    return Block(top, bottom, tuple(_columns(sheet, top, bottom, sources, merges, book)))


def _is_upper_level(
    sheet: Sheet, row: int, name_column: int, merges: _Merges, book: CrossTableBook
) -> bool:
    """Whether the row above holds group titles: texts over the columns of figures, no title, no caption."""
    filled = [(c, value) for c, value in enumerate(sheet.rows[row]) if value != ""]
    if not filled or any(not isinstance(value, str) for _, value in filled):
        return False
    texts = [(c, str(value)) for c, value in filled]
    if any(":" in compact(text) and not compact(text).startswith("其中") for _, text in texts):
        return False
    over_figures = [(c, text) for c, text in texts if c > name_column]
    beside = [c for c, _ in texts if c <= name_column]
    if not over_figures or any(not _reaches_below(row, c, merges) for c in beside):
        return False
    is_wide = any((row, c) in merges and merges[row, c][3] > c for c, _ in over_figures)
    words = [split_heading(text).words for _, text in over_figures]
    names = [each for each in words if each and book.meaning((each,)) is not None]
    return bool(names) or (is_wide and any(words)) or len([each for each in words if each]) > 1


def _reaches_below(row: int, column: int, merges: _Merges) -> bool:
    return (row, column) in merges and merges[row, column][2] > row


def _is_lower_level(sheet: Sheet, bottom: int, name_column: int, merges: _Merges) -> bool:
    """Whether the row below still belongs to the heading: no unit's name, no figure, only words."""
    row = bottom + 1
    if any(
        _reaches_below(bottom, column, merges) and merges[bottom, column][2] - row < MAX_LEVELS
        for column in range(len(sheet.rows[bottom]))
    ):
        return True
    cells = [(c, value) for c, value in enumerate(sheet.rows[row]) if value != ""]
    if not any(column > name_column for column, _ in cells):
        return False
    for column, value in cells:
        if not isinstance(value, str) or is_placeholder(value):
            return False
        if column <= name_column and compact(value) not in _UNIT_ROW:
            return False
        if read_money(value, "万元").amount is not None:
            return False
    return True


def _sources(sheet: Sheet, top: int, bottom: int, name_column: int, merges: _Merges) -> _Sources:
    """For each heading row: column → the cell whose text stands there, merged or carried to the right."""
    width = max((len(sheet.rows[row]) for row in range(top, bottom + 1)), default=0)
    levels: _Sources = []
    for row in range(top, bottom + 1):
        level: dict[int, Position] = {}
        merged_here = (merges[row, c] for c in range(width) if (row, c) in merges)
        has_wide_merge = any(right > left for _, left, _, right in merged_here)
        for column in range(width):
            if (row, column) in merges:
                merge = merges[row, column]
                if merge[0] >= top and sheet.text(merge[0], merge[1]).strip():
                    level[column] = merge[0], merge[1]
            elif text := sheet.text(row, column).strip():
                is_row_label = column <= name_column and compact(text) in _UNIT_ROW
                if not (is_row_label and any(column in above for above in levels)):
                    level[column] = row, column
            elif column - 1 > name_column and not has_wide_merge:
                above = levels[-1] if levels else {}
                if (
                    column - 1 in level
                    and above.get(column) == above.get(column - 1)
                    and _has_text_below(sheet, row, bottom, column)
                    and _has_text_below(sheet, row, bottom, column - 1)
                ):
                    level[column] = level[column - 1]
        levels.append(level)
    return levels


def _has_text_below(sheet: Sheet, row: int, bottom: int, column: int) -> bool:
    return any(sheet.text(below, column).strip() for below in range(row + 1, bottom + 1))


def _columns(
    sheet: Sheet, top: int, bottom: int, sources: _Sources, merges: _Merges, book: CrossTableBook
) -> list[Column]:
    width = max((len(sheet.rows[row]) for row in range(top, bottom + 1)), default=0)
    read = list(_read_columns(sheet, top, bottom, width, sources, merges, book))
    shown = {column.field for column in read}
    # 目标 stands beside 完成; alone it may be the figure under a wrong word, and is asked about.
    return [
        replace(column, meaning=None)
        if column.meaning is not None and _is_alone(column.meaning, shown)
        else column
        for column in read
    ]


def _is_alone(meaning: Meaning, shown: set[str | None]) -> bool:
    return meaning.reference_to is not None and meaning.reference_to not in shown


def _read_columns(
    sheet: Sheet,
    top: int,
    bottom: int,
    width: int,
    sources: _Sources,
    merges: _Merges,
    book: CrossTableBook,
) -> Iterator[Column]:
    left: str | None = None
    for number in range(width):
        cells = list(dict.fromkeys(level[number] for level in sources if number in level))
        written = [sheet.text(*cell) for cell in cells]
        levels = [split_heading(text) for text in written]
        parts = tuple(level.words for level in levels if level.words)
        meaning = book.meaning_beside(parts, left) if parts else None
        if parts:
            left = _indicator_of(meaning, book)
        units = next((level.units for level in reversed(levels) if level.units), ())
        yield Column(
            number=number,
            heading_row=heading_row(sheet, top, bottom, number, merges),
            heading=" › ".join(" ".join(text.split()) for text in written),
            parts=parts,
            meaning=meaning,
            unit=_unit(units, meaning, book),
        )


def _indicator_of(meaning: Meaning | None, book: CrossTableBook) -> str | None:
    """The indicator a column is about; None for the columns beside them and for unknown ones."""
    if meaning is None:
        return None
    field = meaning.reference_to or meaning.field
    return field if field not in {own.name for own in book.form.own_fields} else None


def _unit(units: tuple[str, ...], meaning: Meaning | None, book: CrossTableBook) -> str | None:
    """Of the units a heading names (个、万元) the one that fits what is measured, else the first."""
    declared = book.form.by_name.get(meaning.field) if meaning is not None else None
    if declared is not None:
        units = tuple(unit for unit in units if fits(declared.kind, unit)) or units
    return units[0] if units else None
