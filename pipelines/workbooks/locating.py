"""Finding tables in a sheet: the heading rows, what each column is, and where a block begins anew.

Rows are judged by how many headings a form knows in them, not by looking tabular (workbooks.md).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from pipelines.declarations.forms import GENERIC_FIELDS, Form
from pipelines.text import column_letter, compact
from pipelines.workbooks.cells import CellValue, MergedRange, Position, Sheet
from pipelines.workbooks.heading_books import LONGEST_HEADING, SEARCH_ROWS
from pipelines.workbooks.headings import HeadingBook, Meaning, take_apart

# How many rows headings have at most.
MAX_LEVELS = 5
# The headings of a form's template come with every return; others come once, and long ones would stay in memory.
_MOST_REMEMBERED_LETTERS = 4_000
_CAPTIONS = ("填报单位", "报表期", "报告期", "附件", "表号", "制定机关", "有效期")


@dataclass(frozen=True)
class Column:
    """One column of a located table; ``meaning`` is None for a heading the form does not know."""

    number: int
    heading_row: int
    heading: str
    parts: tuple[str, ...]
    meaning: Meaning | None
    unit: str | None

    @property
    def letter(self) -> str:
        return column_letter(self.number)

    @property
    def field(self) -> str | None:
        return (self.meaning.field or None) if self.meaning else None


@dataclass(frozen=True)
class Block:
    """The heading rows (inclusive, 0-based) of one table and its columns from left to right."""

    top: int
    bottom: int
    columns: tuple[Column, ...]

    @cached_property
    def known_fields(self) -> frozenset[str]:
        return frozenset(column.field for column in self.columns if column.field)

    @cached_property
    def score(self) -> int:
        """How many telling fields it shows; 序号 and 备注 tell nothing about the form."""
        return len(self.known_fields - set(GENERIC_FIELDS))

    def column_of(self, field: str) -> Column | None:
        """The first column that holds a field."""
        return next((column for column in self.columns if column.field == field), None)


def locate_block(
    sheet: Sheet, book: HeadingBook, first_row: int = 0, telling: Sequence[int] | None = None
) -> Block | None:
    """The block whose heading rows begin at or below ``first_row``, None when there is none.

    At least two telling fields must be known, one of them the form's name column or half of all. ``telling``:
    the only rows in which the form knows a heading, where somebody has looked before.
    """
    merges = sheet.merged
    best: Block | None = None
    rows = range(first_row, min(len(sheet.rows), first_row + SEARCH_ROWS))
    for row in rows if telling is None else telling:
        if best is not None and row > best.bottom + MAX_LEVELS and _is_convincing(best, book.form):
            break  # below a table's headings stand its rows
        if telling is None and _direct_hits(sheet, row, book) < 1:
            continue
        top, bottom = _heading_rows(sheet, row, merges, first_row, book)
        block = _block(sheet, top, bottom, merges, book)
        if best is None or block.score > best.score:
            best = block
    if best is None or not _is_convincing(best, book.form):
        return None
    return best


def repeated_block(sheet: Sheet, row: int, block: Block, book: HeadingBook) -> Block | None:
    """The block that begins anew at ``row`` (续表, a second table below), or None."""
    name_column = block.column_of(book.form.name_field.name)
    if name_column is None or not _repeats(sheet, row, name_column, book):
        return None
    if _direct_hits(sheet, row, book) < max(2, block.score // 2):
        return None
    merges = sheet.merged
    top, bottom = _heading_rows(sheet, row, merges, row, book)
    return _block(sheet, top, bottom, merges, book)


def _block(
    sheet: Sheet,
    top: int,
    bottom: int,
    merges: Mapping[Position, MergedRange],
    book: HeadingBook,
) -> Block:
    """The block of these heading rows, one met before where all that is written in them is the same."""
    width = max((len(sheet.rows[row]) for row in range(top, bottom + 1)), default=0)
    texts = tuple(
        tuple(sheet.text(row, column) for column in range(width)) for row in range(top, bottom + 1)
    )
    over = tuple(
        ((row, column), merges[row, column])
        for row in range(top, bottom + 1)
        if row in sheet.merged_rows
        for column in range(width)
        if (row, column) in merges
    )
    letters = sum(len(text) for row in texts for text in row)
    read = _known_block if letters <= _MOST_REMEMBERED_LETTERS else _read_block
    return read(book, top, texts, over)


def _read_block(
    book: HeadingBook,
    top: int,
    texts: tuple[tuple[str, ...], ...],
    over: tuple[tuple[Position, MergedRange], ...],
) -> Block:
    """The block of heading rows with these texts and merges, the first of them ``top``.

    A column stands in for the one it may replace where that is missing.
    """
    bottom, merges = top + len(texts) - 1, dict(over)
    above: list[list[CellValue]] = [[] for _ in range(top)]
    here = [(max(t, top), left, min(b, bottom), right) for t, left, b, right in merges.values()]
    sheet = Sheet("", False, above + [list(row) for row in texts], list(dict.fromkeys(here)))
    block = Block(top, bottom, tuple(_columns(sheet, top, bottom, merges, book)))
    missing = {
        stand_in: field
        for stand_in, field in book.form.stand_ins.items()
        if field not in block.known_fields
    }
    if not missing:
        return block
    return replace(block, columns=tuple(_in_place(column, missing) for column in block.columns))


_known_block = lru_cache(maxsize=1_024)(_read_block)


def _in_place(column: Column, missing: Mapping[str, str]) -> Column:
    if column.meaning is None or (field := missing.get(column.meaning.field)) is None:
        return column
    return replace(column, meaning=replace(column.meaning, field=field))


def resembles(sheet: Sheet, book: HeadingBook) -> bool:
    """Whether some row names two fields of a form, although no table could be located.

    One of them is the name or an amount: a sheet that heads drop-down lists names only choices.
    """
    telling = {field.name for field in (book.form.name_field, *book.form.figures)}
    for row in range(min(len(sheet.rows), SEARCH_ROWS)):
        fields = _named_fields(sheet, row, book)
        if len(fields) >= 2 and fields & telling:
            return True
    return False


def _repeats(sheet: Sheet, row: int, column: Column, book: HeadingBook) -> bool:
    """Whether the cell under the name heading is that heading again."""
    value = sheet.at(row, column.number)
    if not isinstance(value, str) or not value or len(value) > LONGEST_HEADING:
        return False
    meaning = book.meaning((take_apart(value).words,))
    if meaning is None:
        return False
    return column.field in (meaning.field, book.form.stand_ins.get(meaning.field))


def _is_convincing(block: Block, form: Form) -> bool:
    score = block.score
    headings = [column for column in block.columns if column.heading]
    has_name = form.name_field.name in block.known_fields
    return score >= 2 and (has_name or score * 2 >= len(headings))


def _direct_hits(sheet: Sheet, row: int, book: HeadingBook) -> int:
    """How many different fields single cells of a row name."""
    return len(_named_fields(sheet, row, book))


def _named_fields(sheet: Sheet, row: int, book: HeadingBook) -> set[str]:
    fields: set[str] = set()
    for value in sheet.rows[row]:
        if isinstance(value, str) and value and len(value) <= LONGEST_HEADING:
            meaning = book.meaning((take_apart(value).words,))
            if meaning is not None and meaning.field not in GENERIC_FIELDS:
                fields.add(meaning.field)
    return fields


def _heading_rows(
    sheet: Sheet,
    anchor: int,
    merges: Mapping[Position, MergedRange],
    first_row: int,
    book: HeadingBook,
) -> tuple[int, int]:
    top = bottom = anchor
    while top > first_row and anchor - top < MAX_LEVELS and _is_group_row(sheet, top - 1, merges):
        top -= 1
    while bottom + 1 < len(sheet.rows) and bottom - top < MAX_LEVELS:
        if not _is_lower_level(sheet, top, bottom, merges, book):
            break
        bottom += 1
    return top, bottom


def _is_group_row(sheet: Sheet, row: int, merges: Mapping[Position, MergedRange]) -> bool:
    """Whether a row holds group titles: merged over some columns, or downwards into the table."""
    filled = [c for c, value in enumerate(sheet.rows[row]) if value != ""]
    texts = [value for c in filled if isinstance(value := sheet.rows[row][c], str)]
    if len(filled) < 2 or len(texts) < len(filled) or any(_is_caption(text) for text in texts):
        return False
    ranges = [merges[row, c] for c in filled if (row, c) in merges]
    return any(bottom > row or right > left for _, left, bottom, right in ranges)


def _is_caption(text: str) -> bool:
    """Whether a text says something about the table (填报单位：…, 单位：万元), not about a column."""
    plain = compact(text)
    return ":" in plain or plain.startswith(_CAPTIONS)


def _is_lower_level(
    sheet: Sheet,
    top: int,
    bottom: int,
    merges: Mapping[Position, MergedRange],
    book: HeadingBook,
) -> bool:
    """Whether the row below ``bottom`` still belongs to the heading."""
    row = bottom + 1
    reaching = [merges[bottom, c] for c in range(len(sheet.rows[bottom])) if (bottom, c) in merges]
    if any(low >= row and high >= top and low - high < MAX_LEVELS for high, _, low, _ in reaching):
        return True
    cells = [(c, value) for c, value in enumerate(sheet.rows[row]) if value != ""]
    if not cells or any(not isinstance(value, str) for _, value in cells):
        return False
    levels = [_levels(sheet, top, row, column, merges) for column, _ in cells]
    return all(len(parts) > 1 and book.meaning(parts) is not None for parts in levels)


def _levels(
    sheet: Sheet, top: int, bottom: int, column: int, merges: Mapping[Position, MergedRange]
) -> tuple[str, ...]:
    """The heading words of a column from the top level down, merges expanded, repeats dropped."""
    return tuple(take_apart(text).words for text in _written(sheet, top, bottom, column, merges))


def _written(
    sheet: Sheet, top: int, bottom: int, column: int, merges: Mapping[Position, MergedRange]
) -> list[str]:
    texts: list[str] = []
    for row in range(top, bottom + 1):
        if (row, column) in merges:
            merge = merges[row, column]
            text = sheet.text(merge[0], merge[1]) if merge[0] >= top else ""
        else:
            text = sheet.text(row, column)
            if not text and row < bottom and sheet.text(row + 1, column):
                text = _carried_title(sheet, row, column)
        if text.strip() and (not texts or texts[-1] != text):
            texts.append(text)
    return texts


def _carried_title(sheet: Sheet, row: int, column: int) -> str:
    """The group title to the left where a title was typed once and not merged."""
    if row in sheet.merged_rows:
        return ""
    for left in range(column - 1, -1, -1):
        if text := sheet.text(row, left):
            return text if sheet.text(row + 1, left) else ""
    return ""


def _columns(
    sheet: Sheet,
    top: int,
    bottom: int,
    merges: Mapping[Position, MergedRange],
    book: HeadingBook,
) -> Iterator[Column]:
    width = max((len(sheet.rows[row]) for row in range(top, bottom + 1)), default=0)
    for number in range(width):
        written = _written(sheet, top, bottom, number, merges)
        headings = [take_apart(text) for text in written]
        parts = tuple(heading.words for heading in headings if heading.words)
        units = [heading.unit for heading in headings if heading.unit]
        yield Column(
            number=number,
            heading_row=heading_row(sheet, top, bottom, number, merges),
            heading=" › ".join(" ".join(text.split()) for text in written),
            parts=parts,
            meaning=book.meaning(parts) if parts else None,
            unit=units[-1] if units else None,
        )


def heading_row(
    sheet: Sheet, top: int, bottom: int, column: int, merges: Mapping[Position, MergedRange]
) -> int:
    """The lowest row that holds the column's own heading."""
    for row in range(bottom, top - 1, -1):
        if sheet.text(row, column):
            return row
        if (row, column) in merges and merges[row, column][1] == column:
            return merges[row, column][0]
    return bottom
