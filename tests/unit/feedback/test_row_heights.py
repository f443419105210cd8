"""Widths are counted as a screen shows them: a Chinese character takes the room of two letters."""

import pytest

from pipelines.feedback.row_heights import fitting_height, text_width, wrapped_lines


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("abc 12", 6),
        ("滨河路", 6),
        ("（万元）", 8),
        ("Ａ1", 3),
        ("①", 2),
        ("ｱ", 1),
        ("“滨”…", 8),
        ("〿", 1),
    ],
)
def test_a_chinese_character_is_two_wide(text, width):
    assert text_width(text) == width


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("", 10, 1),
        ("滨河路改造", 10, 1),
        ("滨河路改造一", 10, 2),
        ("甲\n\n乙", 10, 3),
        ("abcde", 2.5, 2),
        ("abcdef", 2.5, 3),
    ],
)
def test_lines_break_where_the_room_ends_and_where_the_writer_broke_them(text, room, lines):
    assert wrapped_lines(text, room) == lines


def test_a_row_is_as_high_as_its_longest_cell():
    assert fitting_height(["短", "滨河路改造一期工程"], [10, 10]) == 2 * 15 + 5
    assert fitting_height([], []) == 15 + 5
