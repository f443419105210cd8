"""A grid as large as what is used, and no larger than it may be; nothing beyond it is lost."""

import pytest

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import ReadingLimits, SheetBook
from pipelines.workbooks.grid import build_sheet

LIMITS = ReadingLimits(max_rows=1_000, max_columns=100, max_cells=10_000)


def a_book(*cells, **more):
    book = SheetBook("表", **more)
    for row, column in cells:
        book.rows.setdefault(row, {})[column] = f"{row}/{column}"
    return book


def built(book, limits=LIMITS):
    return build_sheet(book, book.filled_cells, limits)


def test_every_cell_stands_at_its_place():
    sheet = built(a_book((0, 0), (2, 3)))
    assert sheet.rows == [["0/0", "", "", ""], [""] * 4, ["", "", "", "2/3"]]
    assert (sheet.used_cells, sheet.counted_cells) == (2, 2)


def test_an_empty_sheet_has_no_rows():
    assert built(a_book()).rows == []


@pytest.mark.parametrize("far", [(1_048_575, 16_383), (5_000, 0), (0, 5_000)])
def test_a_cell_far_away_is_kept_beside_the_grid(far):
    table = [(row, column) for row in range(20) for column in range(10)]
    sheet = built(a_book(*table, far))
    assert (len(sheet.rows), len(sheet.rows[0])) == (20, 10)
    assert sheet.stray_cells == {far: f"{far[0]}/{far[1]}"}
    assert sheet.used_cells == 201


def test_where_two_far_cells_together_would_make_the_grid_too_large_neither_is_lost():
    table = [(row, column) for row in range(20) for column in range(10)]
    sheet = built(a_book(*table, (900, 0), (0, 90)))
    assert sheet.used_cells == 202
    assert len(sheet.rows) * len(sheet.rows[0]) <= LIMITS.max_cells


def test_many_cells_beyond_the_limits_are_refused():
    with pytest.raises(UnreadableFileError, match="第 2000 行、第 1 列") as refused:
        built(a_book(*((row, 0) for row in range(2_000))))
    assert "1000 行、100 列" in refused.value.sentence


def test_a_table_that_is_a_little_too_long_loses_no_row_it_is_refused():
    rows = [(row, column) for row in range(1_003) for column in range(5)]
    with pytest.raises(UnreadableFileError, match="第 1003 行"):
        built(a_book(*rows))


def test_far_cells_side_by_side_are_left_aside_together():
    table = [(row, column) for row in range(20) for column in range(10)]
    far = [(row, column) for row in (5_000, 5_001) for column in (3, 4)]
    sheet = built(a_book(*table, *far))
    assert set(sheet.stray_cells) == set(far)


@pytest.mark.parametrize("far", [(1 << 25, 0), (0, 1 << 25), (3_000_000_000, 2)])
def test_a_cell_farther_than_any_program_reaches_is_refused(far):
    with pytest.raises(UnreadableFileError, match=f"第 {far[0] + 1} 行") as refused:
        built(a_book((0, 0), far))
    assert "没有这么多行列" in refused.value.sentence
    with pytest.raises(UnreadableFileError, match="没有这么多行列"):
        built(a_book((0, 0), error_cells={far: "#REF!"}))


def test_the_farthest_cell_of_a_program_is_a_stray():
    far = (1 << 24) - 1, 16_383
    assert set(built(a_book((0, 0), far)).stray_cells) == {far}


def test_errors_and_uncalculated_formulas_reach_as_far_as_cells():
    sheet = built(a_book((0, 0), error_cells={(3, 1): "#REF!"}, uncached_formulas={(1, 4)}))
    assert (len(sheet.rows), len(sheet.rows[0])) == (4, 5)
    assert sheet.used_cells == 3


def test_two_counts_that_disagree_refuse_the_file():
    with pytest.raises(UnreadableFileError, match="1 与 2"):
        build_sheet(a_book((0, 0)), 2, LIMITS)


def test_merges_hidden_rows_and_columns_end_with_the_grid():
    book = a_book(
        (1, 1),
        merges=[(0, 0, 1_048_575, 16_383), (5, 5, 6, 6), (1, 1, 1, 9)],
        hidden_rows={0, 7},
        hidden_columns={1, 9},
    )
    sheet = built(book)
    assert sheet.merges == [(0, 0, 1, 1)]
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({0}, {1})
