"""Bytes become cells at their true places; what a reader would hide is found and told."""

import io
import re
import zipfile
from datetime import datetime

import pytest
from grids import a_file

from pipelines.workbooks import reading
from pipelines.workbooks.cells import UnreadableFileError, raw_text
from pipelines.workbooks.reading import ReadingLimits, read_workbook

GRID = """
     | 标题
     |
     | 项目名称 | 总投资 | 时间
     | 滨河路 | 500 | d:2019-03-15
     | 三纬路 | 0.1 | '007
"""


def read(data, **limits):
    return read_workbook(data, ReadingLimits(**limits))


@pytest.mark.parametrize("ending", [".xlsx", ".xls"])
def test_cells_keep_their_place_and_their_kind(ending):
    (sheet,) = read(a_file(GRID, ending=ending)).sheets
    assert sheet.at(0, 1) == "标题"
    assert sheet.at(2, 1) == "项目名称"
    assert (sheet.at(3, 2), sheet.at(4, 2)) == (500, 0.1)
    assert sheet.at(3, 3) in (datetime(2019, 3, 15), datetime(2019, 3, 15).date())
    assert sheet.at(4, 3) == "007"
    assert sheet.at(99, 99) == ""
    assert sheet.used_cells == sheet.counted_cells == 10


def test_errors_and_formulas_without_value_are_not_blank():
    data = a_file(GRID, {"C4": "#REF!", "C5": "=C4*2", "D4": "=1+1 -> 2", "E5": "#N/A"})
    (sheet,) = read(data).sheets
    assert sheet.error_cells == {(3, 2): "#REF!", (4, 4): "#N/A"}
    assert sheet.uncached_formulas == {(4, 2)}
    assert sheet.at(3, 3) == 2
    assert sheet.used_cells == sheet.counted_cells


def test_merged_ranges_and_all_sheets_are_told():
    first, second = read(a_file(GRID, merges=["B1:D1"], more=["第二张"])).sheets
    assert first.merges == [(0, 1, 0, 3)]
    assert (second.name, second.at(0, 0)) == ("Sheet2", "第二张")


@pytest.mark.parametrize(
    ("limits", "word"),
    [
        ({"max_rows": 4}, "行"),
        ({"max_columns": 3}, "列"),
        ({"max_cells": 19}, "上限"),
        ({"max_bytes": 1000}, "MB"),
        ({"max_unpacked": 100}, "太大"),
    ],
)
def test_a_file_beyond_a_limit_is_refused_in_words(limits, word):
    with pytest.raises(UnreadableFileError, match=word):
        read(a_file(GRID), **limits)
    assert read(a_file(GRID), max_rows=5, max_columns=4, max_cells=20).sheets


def test_one_cell_far_away_is_kept_and_builds_no_grid():
    (sheet,) = read(a_file(GRID, {"A1048576": "1"})).sheets
    assert sheet.stray_cells == {(1_048_575, 0): 1.0}
    assert len(sheet.rows) == 5


def repacked(data, part, change):
    """The workbook with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            body = old.read(item)
            new.writestr(item.filename, change(body) if item.filename == part else body)
    return out.getvalue()


def test_a_document_type_definition_is_refused():
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa">]>'
    data = repacked(
        a_file(GRID),
        "xl/worksheets/sheet1.xml",
        lambda body: bomb + body[body.index(b"?>") + 2 if body.startswith(b"<?") else 0 :],
    )
    with pytest.raises(UnreadableFileError, match="DOCTYPE"):
        read(data)


def test_a_flipped_bit_in_the_archive_is_damage_and_no_other_figure():
    data = bytearray(a_file(GRID))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    data[info.header_offset + 30 + len(info.filename) + 40] ^= 1
    with pytest.raises(UnreadableFileError, match="损坏"):
        read(bytes(data))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_a_broken_table_of_contents_is_damage(part):
    with pytest.raises(UnreadableFileError):
        read(repacked(a_file(GRID), part, lambda body: body[: len(body) // 2]))


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("ending", [".xlsx", ".xls"])
def test_a_workbook_cut_short_is_refused_and_never_half_read(ending, keep):
    data = a_file(GRID, ending=ending)
    try:
        whole, part = read(data), read(data[: int(len(data) * keep)])
    except UnreadableFileError as refused:
        assert re.search("请", refused.sentence)
    else:
        assert part.sheets[0].rows == whole.sheets[0].rows, "only padding may be missing"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12, "12"),
        (12.0, "12"),
        (0.1, "0.1"),
        (1e21, "1" + "0" * 21),
        (1e-7, "0.0000001"),
        (True, "TRUE"),
        (datetime(2019, 3, 15), "2019-03-15"),
        (datetime(2019, 3, 15, 8, 30), "2019-03-15 08:30:00"),
        (" 甲 ", " 甲 "),
    ],
)
def test_the_raw_text_of_a_cell_is_what_was_read(value, text):
    assert raw_text(value) == text


def test_a_text_that_fills_all_cells_is_refused_before_it_fills_the_memory(monkeypatch):
    monkeypatch.setattr(reading, "_MOST_LETTERS", 100)
    with pytest.raises(UnreadableFileError, match="文字有"):
        read(a_file("长" * 60 + " | " + "长" * 60))
    assert read(a_file("长" * 60)).sheets


def test_many_large_grids_are_refused_together():
    grid = "a | | |\n | | | d"
    assert read(a_file(grid, more=[grid]), max_cells=8).sheets
    with pytest.raises(UnreadableFileError, match="合起来太大"):
        read(a_file(grid, more=[grid, grid]), max_cells=8)
