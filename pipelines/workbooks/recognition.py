"""Which form a workbook is: by its headings, with title, sheet and file name deciding (contract §7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.declarations.forms import Form
from pipelines.text import compact
from pipelines.workbooks.cells import Sheet, Workbook
from pipelines.workbooks.cross_headings import CrossTableBook
from pipelines.workbooks.cross_locating import locate_cross_table
from pipelines.workbooks.heading_books import HeadingBooks
from pipelines.workbooks.headings import HeadingBook
from pipelines.workbooks.locating import Block, locate_block
from pipelines.workbooks.own_sheets import is_own_sheet


@dataclass
class Recognition:
    """The form of a file and, by sheet number, where its tables begin.

    ``other_form`` is a second form found in the same file; ``seen`` says what an unknown file held.
    """

    form: Form | None
    blocks: dict[int, Block] = field(default_factory=dict)
    other_form: tuple[str, Form] | None = None
    seen: str = ""
    sheet: str | None = None


@dataclass(frozen=True)
class _Candidate:
    """``titled_at`` is where the last word of the form's title ends in a title, sheet or file name; 0 without."""

    form: Form
    block: Block
    titled_at: int

    @property
    def is_titled(self) -> bool:
        return self.titled_at > 0

    @property
    def has_required(self) -> bool:
        known = self.block.known_fields
        return all(f.name in known for f in self.form.fields if f.is_required)

    @property
    def rank(self) -> tuple[bool, int, bool, str]:
        """Of forms that fit alike the ledger goes first: everything else refers to it."""
        header = self.form.header
        return (self.has_required, self.block.score, header.is_ledger, header.form_id)


def recognise(
    workbook: Workbook,
    file_name: str,
    forms: Sequence[Form],
    books: HeadingBooks,
    form_id: str | None = None,
) -> Recognition:
    """Tell the form of the visible sheets; with ``form_id`` only that form is looked for."""
    considered = [form for form in forms if form_id in (None, form.form_id)]
    found: list[tuple[int, _Candidate]] = []
    for number, sheet in enumerate(workbook.sheets):
        if sheet.is_hidden or not sheet.rows or is_own_sheet(sheet):
            continue
        candidate = _best(sheet, file_name, considered, books)
        if candidate is not None:
            found.append((number, candidate))
    if not found:
        return _unrecognised(workbook)
    return _settle(workbook, found, books)


def _settle(
    workbook: Workbook, found: list[tuple[int, _Candidate]], books: Mapping[str, HeadingBook]
) -> Recognition:
    _, leading = max(found, key=lambda pair: (pair[1].is_titled, pair[1].rank[:2], -pair[0]))
    recognition = Recognition(leading.form)
    for number, candidate in found:
        sheet = workbook.sheets[number]
        if candidate.form is leading.form:
            recognition.blocks[number] = candidate.block
        elif candidate.has_required:
            recognition.other_form = (sheet.name, candidate.form)
    return recognition


def _best(
    sheet: Sheet, file_name: str, forms: Sequence[Form], books: HeadingBooks
) -> _Candidate | None:
    candidates = []
    telling = books.telling_rows(sheet)
    for form in forms:
        if form.form_id not in telling:
            continue
        block = locate_table(sheet, books[form.form_id], telling[form.form_id])
        if block is not None:
            candidates.append(_Candidate(form, block, _titled_at(sheet, block, file_name, form)))
    if not candidates:
        return None
    most = max(candidate.block.score for candidate in candidates)
    titled = [c for c in candidates if c.is_titled and c.block.score * 2 >= most]
    titled = _without_weaker_titles(titled)
    return max(titled or candidates, key=lambda candidate: candidate.rank)


def _without_weaker_titles(titled: Sequence[_Candidate]) -> list[_Candidate]:
    """Of cross-tables, which share their headings, only those the end of the title names: 任务…完成情况."""
    last = max((c.titled_at for c in titled if c.form.is_cross_table), default=0)
    return [c for c in titled if not c.form.is_cross_table or c.titled_at == last]


def locate_table(sheet: Sheet, book: HeadingBook, telling: Sequence[int]) -> Block | None:
    """The first table of a form on a sheet, a list or a cross-table; ``telling`` are the form's rows there."""
    if isinstance(book, CrossTableBook):
        return locate_cross_table(sheet, book, telling)
    return locate_block(sheet, book, telling=telling)


def _titled_at(sheet: Sheet, block: Block, file_name: str, form: Form) -> int:
    above = [value for row in sheet.rows[: block.top] for value in row if isinstance(value, str)]
    words = (form.header.title, *form.header.title_words)
    ends = [
        plain.rfind(word) + len(word)
        for plain in map(compact, (*above, sheet.name, file_name))
        for word in words
        if word in plain
    ]
    return max(ends, default=0)


def sheet_words(sheet: Sheet) -> str:
    """The first words of a sheet, by which its sender knows it."""
    texts = [
        " ".join(value.split())
        for row in sheet.rows[:20]
        for value in row
        if isinstance(value, str) and value.strip()
    ]
    return "、".join(texts[:6])[:80]


def _unrecognised(workbook: Workbook) -> Recognition:
    """Say what the first sheet with content shows, so that the sender knows which file it was."""
    for sheet in workbook.sheets:
        if sheet.is_hidden or is_own_sheet(sheet):
            continue
        if seen := sheet_words(sheet):
            return Recognition(None, seen=seen, sheet=sheet.name)
    return Recognition(None, seen="表里没有内容", sheet=workbook.sheets[0].name)
