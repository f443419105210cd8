"""The headings of all forms together: which forms know a text is asked once, not once of every form.

Most texts of a sheet are rows of a table and no form's heading; that is told without asking any form's book. What a
heading means to one form is that form's book's to say.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from pipelines.declarations.forms import GENERIC_FIELDS, Form
from pipelines.workbooks.cells import Sheet
from pipelines.workbooks.cross_headings import CrossTableBook, plain_heading
from pipelines.workbooks.headings import HeadingBook, any_of, is_near_spelling, take_apart

# How far down headings are looked for, and how long their texts are.
SEARCH_ROWS = 40
LONGEST_HEADING = 60
_REMEMBERED = 16_384


class HeadingBooks(dict[str, HeadingBook]):
    """The book of each form by its id, and what they know together."""

    def __init__(self, forms: Sequence[Form]) -> None:
        super().__init__(
            {f.form_id: CrossTableBook(f) if f.is_cross_table else HeadingBook(f) for f in forms}
        )
        lists = [book for book in self.values() if not isinstance(book, CrossTableBook)]
        self._lists = {book.form.form_id: book for book in lists}
        self._spellings = frozenset[str]().union(*(book.spellings for book in lists))
        self._is_dated = any_of(pattern for book in lists for pattern in book.dated_spellings)
        self._crosses = [book for book in self.values() if isinstance(book, CrossTableBook)]
        self._unit_headings = frozenset[str]().union(*(b.unit_headings for b in self._crosses))
        self._known = lru_cache(maxsize=_REMEMBERED)(self._find)
        named = (
            alias for book in self.values() for f in book.form.own_fields for alias in f.aliases
        )
        self._has_plain_letters = any(map(_may_be_plain, named))

    def forms_naming(self, text: str) -> tuple[str, ...]:
        """The forms by which a cell of this text may be a heading that tells something.

        Of a list: one that names a field, 序号 and 备注 aside; of a cross-table: one that heads the units.
        """
        if not 0 < len(text) <= LONGEST_HEADING:
            return ()
        # Codes, numbers and days: no heading is written in such letters alone.
        return () if text.isascii() and not self._has_plain_letters else self._known(text)

    def telling_rows(self, sheet: Sheet) -> Mapping[str, list[int]]:
        """The rows of a sheet in which a form may find such a heading, by form, as far down as it is looked for."""
        found: dict[str, list[int]] = {}
        for number, row in enumerate(sheet.rows[:SEARCH_ROWS]):
            named = {
                form for value in row if type(value) is str for form in self.forms_naming(value)
            }
            for form_id in named:
                found.setdefault(form_id, []).append(number)
        return found

    def _find(self, text: str) -> tuple[str, ...]:
        crossed: list[str] = []
        if plain_heading(text) in self._unit_headings:
            crossed = [b.form.form_id for b in self._crosses if b.is_name_heading(text)]
        words = take_apart(text).words
        if not is_near_spelling(words, self._spellings, self._is_dated):
            return tuple(crossed)
        meanings = ((form_id, book.meaning((words,))) for form_id, book in self._lists.items())
        listed = [f for f, m in meanings if m is not None and m.field not in GENERIC_FIELDS]
        return (*listed, *crossed)


def _may_be_plain(alias: str) -> bool:
    """Whether a heading may stand in a cell of plain letters, digits and strokes; its year may be left out."""
    parts = [w for part in alias.split(">") for w in (take_apart(part).words, plain_heading(part))]
    return any(part.replace("年", "").replace("度", "").isascii() for part in parts)
