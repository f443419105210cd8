"""An .xlsb gives every cell at its place, by kind; calamine, where it can, finds as many."""

import struct
from datetime import date

import pytest
import xlsb_packages as xb

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers import biff12, xlsb_count
from pipelines.workbooks.containers.book import ReadingLimits
from pipelines.workbooks.containers.xlsb import read_xlsb
from pipelines.workbooks.containers.xlsb_count import count_xlsb

LIMITS = ReadingLimits()
TEXTS = xb.shared_texts(
    xb.rich("甲"), xb.rich(""), xb.rich("甲乙", (0, 1)), xb.rich("甲乙", (1, 1))
)
LOOKS = xb.styles(
    formats={170: "yyyy-mm"}, struck=[False, True], cells=[(0, 0), (14, 0), (170, 0), (0, 1)]
)


def read(data):
    """The sheets, after the second count has found the same cells."""
    book = read_xlsb(data, LIMITS)
    counted = count_xlsb(data, LIMITS)
    assert [s.filled_cells for s in book.sheets] == [counted[n] for n in range(len(book.sheets))]
    return book


def one(*cells, **given):
    (sheet,) = read(xb.package(xb.worksheet(*cells, **given), texts=TEXTS, looks=LOOKS)).sheets
    return sheet


def test_every_kind_of_cell_arrives():
    sheet = one(
        xb.row(0),
        xb.cell(biff12.CELL_BLANK, 0),
        xb.cell(biff12.CELL_RK, 1, struct.pack("<I", (12345 << 2) | 3)),
        xb.cell(biff12.CELL_ERROR, 2, b"\x07"),
        xb.cell(biff12.CELL_BOOL, 3, b"\1"),
        xb.cell(biff12.CELL_REAL, 4, xb.real(0.1)),
        xb.cell(biff12.CELL_TEXT, 5, xb.text("滨河路")),
        xb.cell(biff12.CELL_SHARED, 6, struct.pack("<I", 0)),
        xb.cell(biff12.CELL_RICH_TEXT, 7, xb.rich("三纬路", (0, 0))),
        xb.row(5),
        xb.cell(biff12.FORMULA_TEXT, 0, xb.text("已开工") + b"\0" * 10),
        xb.cell(biff12.FORMULA_REAL, 1, xb.real(2.0) + b"\0" * 10),
        xb.cell(biff12.FORMULA_BOOL, 2, b"\0" * 11),
        xb.cell(biff12.FORMULA_ERROR, 3, b"\x2a" + b"\0" * 10),
        xb.cell(biff12.FORMULA_TEXT, 4, xb.text("") + b"\0" * 10),
        xb.cell(biff12.CELL_SHARED, 6, struct.pack("<I", 1)),
    )
    assert sheet.rows == {
        0: {1: 123.45, 3: True, 4: 0.1, 5: "滨河路", 6: "甲", 7: "三纬路"},
        5: {0: "已开工", 1: 2.0, 2: False},
    }
    assert sheet.error_cells == {(0, 2): "#DIV/0!", (5, 3): "#N/A"}


def test_cells_that_do_not_tell_their_column_follow_the_one_before():
    sheet = one(
        xb.row(0),
        xb.cell(biff12.CELL_REAL, 2, xb.real(1)),
        xb.short_cell(biff12.SHORT_BLANK),
        xb.short_cell(biff12.SHORT_REAL, xb.real(2)),
        xb.short_cell(biff12.SHORT_SHARED, struct.pack("<I", 0)),
        xb.row(1),
        xb.short_cell(biff12.SHORT_TEXT, xb.text("乙")),
        xb.short_cell(biff12.SHORT_ERROR, b"\x17"),
    )
    assert sheet.rows == {0: {2: 1.0, 4: 2.0, 5: "甲"}, 1: {0: "乙"}}
    assert sheet.error_cells == {(1, 1): "#REF!"}


def test_dates_are_told_by_the_formats_of_cells():
    cells = [xb.row(0), *(xb.cell(biff12.CELL_REAL, n, xb.real(43539), xf=n) for n in range(3))]
    assert one(*cells).rows == {0: {0: 43539.0, 1: date(2019, 3, 15), 2: date(2019, 3, 15)}}
    book = read(xb.package(xb.worksheet(*cells), looks=LOOKS, is_1904=True))
    assert book.is_1904
    assert book.sheets[0].rows[0][1] == date(2023, 3, 16)


def test_hidden_filtered_merged_and_struck_are_told():
    sheet = one(
        xb.row(0),
        xb.cell(biff12.CELL_REAL, 0, xb.real(1), xf=3),
        xb.cell(biff12.CELL_SHARED, 1, struct.pack("<I", 2)),
        xb.cell(biff12.CELL_SHARED, 2, struct.pack("<I", 3)),
        xb.row(1, is_hidden=True),
        xb.row(7, height=0),
        before=xb.record(60, struct.pack("<IIIIH", 3, 4, 0, 0, 0))
        + xb.record(60, struct.pack("<IIIIH", 6, 6, 2000, 0, 1)),
        after=xb.record(161, struct.pack("<IIII", 0, 5, 0, 3))
        + xb.record(163, struct.pack("<IH", 0, 0))
        + xb.record(176, struct.pack("<IIII", 0, 1, 2, 3)),
    )
    assert (sheet.hidden_rows, sheet.filtered_rows) == ({1, 7}, {1})
    assert sheet.hidden_columns == {3, 4, 6}
    assert sheet.merges == [(0, 2, 1, 3)]
    assert sheet.struck_cells == {(0, 0), (0, 1)}
    assert read(xb.package(xb.worksheet(), state=2)).sheets[0].is_hidden


def test_rows_that_are_not_told_may_be_hidden_together():
    sheet_format = xb.record(485, struct.pack("<IHHBBH", 0, 8, 300, 2, 0, 0))
    sheet = one(xb.row(0), xb.cell(biff12.CELL_REAL, 0, xb.real(1)), before=sheet_format)
    assert not sheet.hidden_rows
    sheet = one(xb.cell(biff12.CELL_REAL, 0, xb.real(1)), before=sheet_format)
    assert sheet.hidden_rows == {0}


def test_only_worksheets_become_sheets():
    assert read(xb.package(xb.worksheet(), kind="chartsheet")).sheets == []


def test_one_cell_far_away_costs_one_cell():
    far = [xb.row(1_048_575), xb.cell(biff12.CELL_REAL, 16_383, xb.real(7))]
    sheet = one(xb.row(0), xb.cell(biff12.CELL_SHARED, 0, struct.pack("<I", 1)), *far)
    assert sheet.rows == {1_048_575: {16_383: 7.0}}


def test_a_workbook_calamine_does_not_read_is_counted_by_its_records(monkeypatch):
    def panic(_data):
        raise BaseException("a panic is no Exception")

    monkeypatch.setattr(xlsb_count.CalamineWorkbook, "from_filelike", panic, raising=False)
    assert one(xb.row(0), xb.cell(biff12.CELL_REAL, 0, xb.real(1))).filled_cells == 1


def test_a_cell_calamine_does_not_find_is_noticed(monkeypatch):
    data = xb.package(xb.worksheet(xb.row(0), xb.cell(biff12.CELL_REAL, 0, xb.real(1))))
    monkeypatch.setattr(xlsb_count, "_shown_by_calamine", lambda _data: [0])
    with pytest.raises(UnreadableFileError, match="损坏"):
        count_xlsb(data, LIMITS)


FIRST = xb.cell(biff12.CELL_REAL, 1, xb.real(111))
AN_ERROR = xb.cell(biff12.CELL_ERROR, 1, b"\x07")


@pytest.mark.parametrize("again", [FIRST, AN_ERROR, xb.row(2) + FIRST])
def test_a_cell_written_twice_is_refused_and_named(again):
    data = xb.package(xb.worksheet(xb.row(2), FIRST, again))
    with pytest.raises(UnreadableFileError, match="第 3 行第 2 列写了两次"):
        read_xlsb(data, LIMITS)


def test_two_values_for_one_place_are_more_records_than_calamine_shows(monkeypatch):
    data = xb.package(xb.worksheet(xb.row(2), FIRST, FIRST))
    assert count_xlsb(data, LIMITS) == {0: 2}
    monkeypatch.setattr(xlsb_count, "_shown_by_calamine", lambda _data: [1])
    with pytest.raises(UnreadableFileError, match="损坏"):
        count_xlsb(data, LIMITS)


SHEET = xb.worksheet(xb.row(0), xb.cell(biff12.CELL_REAL, 0, xb.real(1)))
DAMAGED = {
    "no zip": b"PK\3\4",
    "a sheet that breaks off": xb.package(SHEET[: SHEET.index(xb.record(146)) - 3]),
    "a sheet without end": xb.package(SHEET[: SHEET.index(xb.record(146))]),
    "a text that is not in the table": xb.package(
        xb.worksheet(xb.row(0), xb.cell(biff12.CELL_SHARED, 0, struct.pack("<I", 9))), texts=TEXTS
    ),
    "a cell too short": xb.package(xb.worksheet(xb.row(0), xb.record(biff12.CELL_REAL, b"\0" * 9))),
    "a text cut off": xb.package(
        xb.worksheet(xb.row(0), xb.cell(biff12.CELL_TEXT, 0, struct.pack("<I", 1 << 30)))
    ),
    "no such sheet": xb.package(SHEET, more={"xl/_rels/workbook.bin.rels": b"<Relationships/>"}),
}


@pytest.mark.parametrize("what", DAMAGED)
def test_damage_is_said_and_never_half_read(what):
    with pytest.raises(UnreadableFileError, match="损坏"):
        read_xlsb(DAMAGED[what], LIMITS)


def test_more_cells_than_allowed_are_refused():
    with pytest.raises(UnreadableFileError, match="超过 0 个"):
        read_xlsb(xb.package(SHEET), ReadingLimits(max_cells=0))
