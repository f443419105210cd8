"""A number with a format: a date, a time of day, a duration, or just a number."""

import math
from datetime import date, datetime, time, timedelta

import pytest

from pipelines.workbooks.containers.number_formats import (
    BUILTIN_FORMATS,
    from_serial,
    is_temporal,
)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("yyyy-mm-dd", "date"),
        ('yyyy"年"m"月"d"日"', "date"),
        ("[$-804]yyyy\\-mm;@", "date"),
        ("[DBNum1][$-804]m月", "date"),
        ("[$-F800]dddd\\,\\ mmmm", "date"),
        ('上午/下午h"时"', "date"),
        ("A/P", "date"),
        ("aaaa", "date"),
        ('[=0]"";yyyy-m-d', "date"),
        ("[h]:mm:ss", "duration"),
        ("[ss]", "duration"),
        ("yyyy [h]", "date"),
        ("General", None),
        ("G/通用格式", None),
        ("0.00E+00", None),
        ("#,##0.00_);[Red](#,##0.00)", None),
        ("[Magenta]0;[$-804]0", None),
        ('0"days"', None),
        ("0\\d", None),
        ("0_m", None),
        ("0*y", None),
        (";yyyy", None),
        ('"', None),
        ("\\", None),
        ("[", None),
        ("", None),
    ],
)
def test_a_format_code_tells_what_it_shows(code, kind):
    assert is_temporal(code) == kind


def test_formats_known_by_number_are_those_of_chinese_excel_too():
    assert {BUILTIN_FORMATS[number] for number in (14, 22, 27, 36, 45, 47, 50, 58)} == {"date"}
    assert BUILTIN_FORMATS[46] == "duration"
    assert not {0, 1, 4, 13, 23, 26, 37, 44, 48, 49, 59} & set(BUILTIN_FORMATS)


@pytest.mark.parametrize(
    ("number", "is_1904", "value"),
    [
        (43000.0, False, date(2017, 9, 22)),
        (43000.0, True, date(2021, 9, 23)),
        (43000.25, False, datetime(2017, 9, 22, 6)),
        (1.0, False, date(1900, 1, 1)),
        (59.0, False, date(1900, 2, 28)),
        (61.0, False, date(1900, 3, 1)),
        (60.0, True, date(1904, 3, 1)),
        (0.5, False, time(12)),
        (0.0, False, time(0)),
        (0.999999999, False, time(0)),
        (36526.9999999999, False, datetime(2000, 1, 2)),
        (43000.123456789, False, datetime(2017, 9, 22, 2, 57, 46, 667000)),
        (2958465.0, False, date(9999, 12, 31)),
    ],
)
def test_a_serial_number_is_a_day_and_its_fraction_a_time(number, is_1904, value):
    read = from_serial(number, "date", is_1904)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("is_1904", [False, True])
@pytest.mark.parametrize("number", [-1.0, 2958466.0, 2958465.9999999999, 1e300, math.inf])
def test_what_no_calendar_knows_stays_a_number(number, is_1904):
    assert from_serial(number, "date", is_1904) == number


def test_the_day_that_never_was_stays_a_number():
    assert from_serial(60.5, "date", False) == 60.5


def test_a_duration_counts_hours_beyond_the_day():
    assert from_serial(1.5, "duration", False) == timedelta(hours=36)
    assert from_serial(-0.5, "duration", True) == timedelta(hours=-12)
    assert from_serial(1e300, "duration", False) == 1e300


def test_without_a_kind_a_number_is_a_number():
    assert from_serial(43000.0, None, False) == 43000.0
