"""Alike names are proposed one to one, the best pair first, and only where it makes sense."""

from decimal import Decimal

import pytest

from pipelines.matching import (
    Candidate,
    Proposal,
    nearest,
    propose_pairs,
    similarity,
    without_generic_ending,
)


def one(identity, name, unit="jia", owner=None, amount=None):
    return Candidate(identity, name, unit, owner, None if amount is None else Decimal(amount))


def pairs(proposals):
    return [(proposal.left, proposal.right) for proposal in proposals]


def test_similarity_is_the_indel_ratio_between_0_and_1():
    assert similarity("滨河路", "滨河路") == 1
    assert similarity("滨河路", "三纬街") == 0
    assert similarity("abcd", "abce") == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("滨河路建设工程", "滨河路"),
        ("滨河路新建项目", "滨河路"),
        ("滨河路工程建设项目", "滨河路"),
        ("工程建设项目", "工程建设项目"),
        ("建设路", "建设路"),
    ],
)
def test_generic_endings_are_dropped_as_long_as_something_is_left(name, left):
    assert without_generic_ending(name) == left


def test_names_that_differ_only_in_generic_endings_are_wholly_alike():
    found = propose_pairs([one("L", "滨河路建设工程")], [one("S", "滨河路项目")], 0.85)
    assert found == [Proposal("L", "S", 1.0)]


def test_the_bound_itself_is_alike_enough_and_anything_below_is_not():
    left, right = [one("L", "abcdefghij")], [one("S", "abcdefghXY")]
    assert pairs(propose_pairs(left, right, 0.80)) == [("L", "S")]
    assert propose_pairs(left, right, 0.81) == []


def test_each_side_is_proposed_at_most_once_and_the_best_pair_wins():
    left = [one("L1", "承德图书馆一期"), one("L2", "承德图书馆")]
    right = [one("S1", "承德图书馆"), one("S2", "承德图书馆二期")]
    assert pairs(propose_pairs(left, right, 0.6)) == [("L2", "S1"), ("L1", "S2")]


def test_ties_go_to_the_nearer_amount_and_then_to_the_lower_code():
    left = [one("L", "甲乙丙丁路", amount="100")]
    right = [
        one("S1", "甲乙丙丁街", amount="500"),
        one("S2", "甲乙丙丁巷", amount="101"),
        one("S3", "甲乙丙丁里"),
    ]
    assert pairs(propose_pairs(left, right, 0.7)) == [("L", "S2")]
    without_amounts = [one("S9", "甲乙丙丁街"), one("S4", "甲乙丙丁巷")]
    assert pairs(propose_pairs(left, without_amounts, 0.7)) == [("L", "S4")]


def test_only_the_same_unit_or_the_same_owner_is_compared():
    left = [one("L", "滨河路", unit="jia", owner="业主")]
    assert propose_pairs(left, [one("S", "滨河路", unit="yi", owner="别人")], 0.85) == []
    assert propose_pairs(left, [one("S", "滨河路", unit=None, owner=None)], 0.85) == []
    assert pairs(propose_pairs(left, [one("S", "滨河路", unit="yi", owner="业主")], 0.85)) == [
        ("L", "S")
    ]
    assert propose_pairs([one("L", "路", unit=None)], [one("S", "路", unit=None)], 0.85) == []


def test_proposals_do_not_depend_on_the_order_of_the_candidates():
    left = [one(f"L{n}", f"城区道路{n}段", amount=n) for n in range(4)]
    right = [one(f"S{n}", f"城区道路{n}标", amount=n) for n in range(4)]
    forward = propose_pairs(left, right, 0.5)
    assert propose_pairs(left[::-1], right[::-1], 0.5) == forward
    assert len(forward) == 4


def test_the_nearest_choice_comes_with_its_similarity():
    assert nearest("总投资额度", ["总投资", "备注"]) == ("总投资", pytest.approx(0.75))
    assert nearest("总投资", []) is None


def test_a_rejected_pair_makes_room_for_the_next_best():
    left = [one("L1", "承德图书馆")]
    right = [one("S1", "承德图书馆"), one("S2", "承德图书馆二期")]
    kept = propose_pairs(
        left, right, 0.6, lambda project, record: (project, record) != ("L1", "S1")
    )
    assert pairs(kept) == [("L1", "S2")]
