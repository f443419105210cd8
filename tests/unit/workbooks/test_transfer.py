"""A workbook goes from the process that reads it to the one that understands it without losing anything."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.workbooks.cells import Sheet, UnreadableFileError, Workbook
from pipelines.workbooks.packages import Member
from pipelines.workbooks.transfer import as_bytes, from_bytes

VALUES = st.one_of(
    st.text(),
    st.floats(allow_nan=False),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)
POSITIONS = st.tuples(st.integers(0, 40), st.integers(0, 40))


@st.composite
def sheets(draw):
    width = draw(st.integers(0, 4))
    rows = st.lists(VALUES, min_size=width, max_size=width)
    return Sheet(
        name=draw(st.text()),
        is_hidden=draw(st.booleans()),
        rows=draw(st.lists(rows, max_size=5)) if width else [],
        merges=draw(st.lists(st.tuples(*[st.integers(0, 9)] * 4), max_size=2)),
        error_cells=draw(st.dictionaries(POSITIONS, st.text(), max_size=3)),
        uncached_formulas=draw(st.sets(POSITIONS, max_size=3)),
        stray_cells=draw(st.dictionaries(POSITIONS, VALUES, max_size=3)),
        hidden_rows=frozenset(draw(st.sets(st.integers(0, 50)))),
        filtered_rows=frozenset(draw(st.sets(st.integers(0, 50)))),
        hidden_columns=frozenset(draw(st.sets(st.integers(0, 50)))),
        struck_cells=frozenset(draw(st.sets(POSITIONS, max_size=3))),
        counted_cells=draw(st.integers(0, 100)),
    )


def types_of(sheet):
    cells = [*sheet.stray_cells.values(), *(value for row in sheet.rows for value in row)]
    return [type(value) for value in cells]


@given(st.lists(sheets(), max_size=3), st.booleans())
def test_whatever_a_workbook_holds_comes_through(given_sheets, is_1904):
    book = Workbook(given_sheets, is_1904)
    arrived = from_bytes(as_bytes(book))
    assert arrived == book
    assert [types_of(s) for s in arrived.sheets] == [types_of(s) for s in book.sheets]


def test_numbers_and_times_come_through_to_the_last_digit():
    row = [0.1, 1e22, 123456789012345678, datetime(2019, 3, 5, 8, 30), date(2019, 3, 5)]
    row += [time(8, 30, 0, 1), timedelta(days=9, microseconds=1), True, "\x00\x1f\uffff\U00020000"]
    book = Workbook([Sheet("表", False, [row])])
    assert from_bytes(as_bytes(book)) == book


def test_half_a_character_becomes_a_gap_and_two_halves_the_character_they_are():
    book = Workbook([Sheet("表\udc00", False, [["a\ud83cb", "\ud842\udfb7"]])])
    (sheet,) = from_bytes(as_bytes(book)).sheets
    assert (sheet.name, sheet.rows) == ("表\ufffd", [["a\ufffdb", "𠮷"]])


def test_what_a_package_holds_and_why_a_file_is_refused_come_through_too():
    members = (Member(1, "台账.xlsx", 10), Member(2, "photos/a.jpg", 20))
    assert from_bytes(as_bytes(members)) == members
    with pytest.raises(UnreadableFileError, match="已损坏"):
        from_bytes(as_bytes(UnreadableFileError("文件已损坏。")))
