"""What speaks for and against a pair: more agreement never lowers the score, what nobody says counts neither way."""

from datetime import date

import pytest
from link_sides import WEIGHTS, side

from pipelines.reconciliation.evidence import weigh


def score(project, record):
    return weigh(project, record, WEIGHTS)[0]


def kinds(project, record):
    return {piece.kind for piece in weigh(project, record, WEIGHTS)[1]}


NAMES = (side("滦河河道清理整治项目"), side("滦河河道清理及整治工程"))


def test_a_score_lies_between_0_and_1_and_is_the_logistic_of_the_bits():
    total, pieces = weigh(*NAMES, WEIGHTS)
    balance = WEIGHTS["prior"].agree_bits + sum(piece.bits for piece in pieces)
    assert total == pytest.approx(1 / (1 + 2**-balance))


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"total_wanyuan": 1000}, {"total_wanyuan": 1300}),
        ({"total_wanyuan": 1300}, {"total_wanyuan": 9000}),
        ({"ytd_wanyuan": 1000}, {"ytd_wanyuan": 400}),
        ({"places": frozenset({"a"})}, {"places": frozenset({"b"})}),
        ({"credit_code": "U"}, {"credit_code": "V"}),
        ({"owner_key": "水务公司"}, {"owner_key": "交通运输局"}),
        ({"project_code": "2019-130871-76-01-000064"}, {"project_code": "2017-130871-38-03-000001"}),
        ({"started_on": date(2019, 5, 1)}, {"started_on": date(2019, 11, 1)}),
        ({}, {"matched": ("S9",)}),
    ],
)  # fmt: skip
def test_more_agreement_anywhere_raises_the_score(better, worse):
    project = side(
        "滦河河道清理整治项目", project_code="2019-130871-76-01-000064", places=frozenset({"a"}),
        owner_key="水务公司", credit_code="U", total_wanyuan=1000, ytd_wanyuan=1000,
        started_on=date(2019, 5, 1),
    )  # fmt: skip
    name = "滦河河道清理及整治工程"
    assert score(project, side(name, **better)) > score(project, side(name, **worse))


def test_what_one_side_does_not_say_counts_neither_way():
    named = side("滦河河道清理整治项目", total_wanyuan=1000, credit_code="U", places=frozenset("a"))
    assert score(named, NAMES[1]) == score(*NAMES)
    assert not kinds(named, NAMES[1]) & {"total", "credit_code", "place", "start", "numbers"}


def test_amounts_of_zero_say_nothing():
    assert "ytd" not in kinds(side("甲路", ytd_wanyuan=0), side("甲路", ytd_wanyuan=0))


def test_an_owner_counts_once_by_the_credit_code_where_both_have_one():
    both = {"owner_key": "水务公司", "credit_code": "U"}
    assert "owner" not in kinds(side("甲路", **both), side("甲路", **both))
    assert "owner" in kinds(side("甲路", **both), side("甲路", owner_key="水务公司"))


def test_phase_two_is_not_phase_three_but_a_number_may_be_left_out():
    assert score(side("厂房二期"), side("厂房2期工程")) > 0.7
    assert score(side("厂房二期"), side("厂房三期")) < 0.05
    assert "numbers" not in kinds(side("厂房二期"), side("厂房"))


def test_the_reasons_are_told_in_words():
    project = side("滦河河道清理", total_wanyuan=980, started_on=date(2019, 5, 1))
    record = side("滦河河道清理工程", total_wanyuan=1000, started_on=date(2019, 6, 9))
    told = [piece.words for piece in weigh(project, record, WEIGHTS)[1]]
    assert {"名称相同", "总投资相差 2.0%", "开工时间相差 1 个月"} <= set(told)
    assert told[0] == "名称相同"
