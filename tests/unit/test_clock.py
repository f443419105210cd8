"""Moments are the district's local time, given or read once."""

from datetime import datetime, timedelta

import pytest

from pipelines.clock import keepable_ns, local_time, read_now, read_past
from pipelines.problems import OperatorError


def test_a_moment_without_a_zone_is_the_districts_time():
    assert read_now("2019-07-05T18:00:00", "Asia/Shanghai") == datetime(2019, 7, 5, 18)


def test_a_moment_with_a_zone_is_brought_to_the_districts_time():
    assert read_now("2019-07-05T10:00:00+00:00", "Asia/Shanghai") == datetime(2019, 7, 5, 18)
    assert read_now("2019-07-05T18:00:00+08:00", "Asia/Urumqi") == datetime(2019, 7, 5, 16)


def test_a_day_alone_is_its_midnight():
    assert read_now("2019-07-05", "Asia/Shanghai") == datetime(2019, 7, 5)


@pytest.mark.parametrize("given", ["yesterday", "2019年7月5日", "2019-13-01"])
def test_anything_else_is_a_fault_and_no_moment(given):
    with pytest.raises(OperatorError) as fault:
        read_now(given, "Asia/Shanghai")
    assert given in fault.value.cause


def test_who_asks_about_a_day_means_its_end():
    assert read_past("2019-06-05", "Asia/Shanghai") == datetime(2019, 6, 5, 23, 59, 59, 999999)
    assert read_past("2019-06-05T18:00:00", "Asia/Shanghai") == datetime(2019, 6, 5, 18)
    assert read_past("2019-06-05T10:00:00+00:00", "Asia/Shanghai") == datetime(2019, 6, 5, 18)


@pytest.mark.parametrize("given", ["", "5 June", "2019-06"])
def test_what_is_neither_a_day_nor_a_moment_is_not_taken_for_now(given):
    with pytest.raises(OperatorError):
        read_past(given, "Asia/Shanghai")


def test_without_a_given_moment_the_wall_clock_of_the_zone_is_read():
    east, west = read_now(None, "Asia/Shanghai"), read_now("", "Asia/Urumqi")
    assert east.tzinfo is None and east.microsecond == 0
    assert abs((east - west) - timedelta(hours=2)) < timedelta(minutes=1)


def test_a_files_time_is_told_in_the_districts_time():
    assert local_time(0, "Asia/Shanghai") == datetime(1970, 1, 1, 8)


@pytest.mark.parametrize(
    ("epoch_ns", "year"), [(10**23, 2262), (2**63 - 1, 2262), (-(10**23), 1677)]
)
def test_a_files_time_of_another_age_is_the_nearest_that_can_be_kept(epoch_ns, year):
    assert local_time(epoch_ns, "Asia/Shanghai").year == year
    assert -(2**63) <= keepable_ns(epoch_ns) < 2**63


def test_a_files_time_is_kept_to_the_microsecond():
    assert local_time(1_499_248_800_123_456_789, "Asia/Shanghai") == datetime(
        2017, 7, 5, 18, 0, 0, 123456
    )
