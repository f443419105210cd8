"""A name in its parts: two ways of writing one project meet in its core."""

import pytest

from pipelines.reconciliation.name_parts import name_parts

PLACES = {"承德高新区": None, "上板城镇": "shangban", "上板城": "shangban", "冯营子镇": "fengying"}


def test_place_owner_phase_and_ending_are_taken_off_the_core():
    parts = name_parts(
        "上板城镇苏垦银河公司连杆技术改造二期(铸造)工程项目", PLACES, "苏垦银河有限公司"
    )
    assert parts.places == {"shangban"}
    assert parts.numbers == {"2"}
    assert parts.core == "公司连杆技术改造"
    assert parts.whole == "上板城镇苏垦银河公司连杆技术改造2期(铸造)"


def test_the_districts_own_name_says_nothing_about_the_place():
    assert name_parts("承德高新区道路工程", PLACES, None).places == frozenset()


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("厂房二期", {"2"}),
        ("厂房2期", {"2"}),
        ("厂房II期", {"2"}),
        ("厂房第十二标段", {"12"}),
        ("厂房二十期", {"20"}),
        ("RBD5号路", {"5"}),
        ("7号标准厂房", {"7"}),
        ("年产50万吨饮料", {"50"}),
        ("一带一路", set()),
    ],
)
def test_numbers_are_found_however_they_are_written(name, numbers):
    assert name_parts(name, {}, None).numbers == numbers


def test_a_township_with_a_number_in_its_name_is_no_phase():
    assert name_parts("第16镇厂房", {"第16镇": "t16"}, None).numbers == frozenset()


def test_a_name_that_is_nothing_but_its_parts_is_its_own_core():
    assert name_parts("上板城镇项目", PLACES, None).core == "上板城镇"
