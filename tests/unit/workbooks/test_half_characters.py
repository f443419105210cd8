"""Half a character is shown as the gap it is, and everything else as it stands."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.workbooks.cells import Sheet, Workbook
from pipelines.workbooks.half_characters import mend


def test_half_a_character_becomes_a_gap_and_two_halves_the_character_they_are():
    sheet = Sheet(
        "表\udc00", False, [["a\ud83cb", "\ud842\udfb7", 1.5]],
        error_cells={(1, 0): "#\ud83c"}, stray_cells={(9, 9): "远\ud83c"},
    )  # fmt: skip
    mend(Workbook([sheet]))
    assert (sheet.name, sheet.rows) == ("表\ufffd", [["a\ufffdb", "𠮷", 1.5]])
    assert (sheet.error_cells, sheet.stray_cells) == ({(1, 0): "#\ufffd"}, {(9, 9): "远\ufffd"})


def test_halves_of_two_cells_do_not_make_a_character():
    sheet = Sheet("表", False, [["\ud842", "\udfb7"]])
    mend(Workbook([sheet]))
    assert sheet.rows == [["\ufffd", "\ufffd"]]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_whole_texts_stay_as_they_are(texts):
    sheet = Sheet("表", False, [list(texts)])
    mend(Workbook([sheet]))
    assert sheet.rows == [texts]
