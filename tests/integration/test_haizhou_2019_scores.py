"""The bundled district Haizhou 2019: every score, place and award against an independent computation
(tests/support/policy_reference), and what its document says of them."""

from collections import Counter
from decimal import Decimal

import pytest
from policy_reference import published
from row_comparison import compare


@pytest.fixture(scope="module")
def groups(haizhou_scores):
    return {unit.code: unit.group for unit in haizhou_scores.district.units if unit.assessed}


# --- scores -----------------------------------------------------------------------------------------


def test_every_score_is_the_one_computed_apart(haizhou, haizhou_scores):
    found = haizhou.rows("from marts.mart_scorecard")
    keys = ("unit_code", "indicator_id", "period")
    compare("mart_scorecard", published.scorecard(haizhou_scores), found, keys)


def test_weights_rise_with_the_size_of_what_was_started(haizhou, haizhou_scores):
    """韩家店镇 started four of four by June, one of 2.2 and one of 6.5 亿元: 27.5 points, not 20."""
    ((score, rate, weight, version, explanation),) = haizhou.ask(
        "select score, completion_rate, weight, rule_version, explanation from marts.mart_scorecard"
        " where period = '2019-06' and unit_code = 'hanjiadian' and indicator_id = 'new_starts'"
    )
    assert (rate, weight, score, version) == (1, 20, 27.5, "2019-1")
    assert "1 个 × 2 + 1 个 × 1.5 + 2 个 × 1 = 5.5；20 × 5.5 ÷ 4 = 27.5 分" in explanation
    sizes = [Decimal(yi) * 10_000 for yi in ("0.5", "1", "5", "10", "20")]
    weights = [haizhou_scores.size_weight(size, "2019-06") for size in sizes]
    assert weights == sorted(set(weights)) and weights[0] > 0
    assert haizhou_scores.size_weight(Decimal(4_999), "2019-06") == 0


def test_two_offices_are_exempt_from_the_funds_and_only_from_them(haizhou):
    exempt = "unit_code in ('fagai', 'caizheng')"
    targets = haizhou.ask(
        f"select count(*) from marts.fct_targets where {exempt} and indicator_id = 'upper_funds'"
    )
    assert targets == [(2,)]
    assert (
        haizhou.ask(f"from marts.mart_scorecard where {exempt} and indicator_id = 'upper_funds'")
        == []
    )
    others = haizhou.ask(
        "select count(distinct unit_code) from marts.mart_scorecard where indicator_id = 'upper_funds'"
    )
    assert others == [(10,)]
    kept = haizhou.ask(
        f"select count(*) from marts.mart_scorecard where {exempt} and score is not null"
    )
    assert kept[0][0] > 0


# --- places and awards ------------------------------------------------------------------------------


def test_townships_and_departments_are_ranked_apart(haizhou, haizhou_scores):
    found = haizhou.rows("from marts.mart_ranking")
    compare("mart_ranking", published.ranking(haizhou_scores), found, ("unit_code", "period"))
    december = Counter(row["group"] for row in found if row["period"] == "2019-12")
    assert december == {"townships": 11, "departments": 12}


def test_every_award_goes_to_whom_it_goes_by_the_computation(haizhou, haizhou_scores):
    found = haizhou.rows("from marts.mart_award")
    keys = ("award_id", "unit_code", "period")
    compare("mart_award", published.awards(haizhou_scores), found, keys)


def test_five_of_each_group_win_five_and_three_win_two(haizhou):
    found = haizhou.ask(
        "select award_name, count(*), min(prize_wanyuan), max(prize_wanyuan)"
        " from marts.mart_award where period = '2019-12' group by 1"
    )
    overall = {row for row in found if row[0].startswith("综合奖")}
    assert overall == {("综合奖（镇街）", 5, 5, 5), ("综合奖（区直部门）", 5, 5, 5)}
    single = [row for row in found if row not in overall]
    assert len(single) == 8
    assert all(prizes == [2, 2] for _, _, *prizes in single)
    tied = {"竣工项目优胜奖": 5, "“协税护税”工作优胜奖": 4}
    assert {row[0]: row[1] for row in single} == {row[0]: tied.get(row[0], 3) for row in single}


def test_the_award_for_funds_is_among_the_departments(haizhou, groups):
    found = haizhou.ask(
        "select distinct unit_code from marts.mart_award where award_name = '争取上级资金优胜奖'"
    )
    winners = {unit for (unit,) in found}
    assert winners and all(groups[unit] == "departments" for unit in winners)
    assert not winners & {"fagai", "caizheng"}


def test_the_vetoed_unit_keeps_its_place_and_the_award_moves_on(haizhou):
    ((total, rank, is_vetoed, reason),) = haizhou.ask(
        "select total_score, rank_in_group, is_vetoed, veto_reason from marts.mart_ranking"
        " where period = '2019-12' and unit_code = 'wulong'"
    )
    assert (rank, is_vetoed) == (3, True) and total > 100 and "虚报" in reason
    assert haizhou.ask("from marts.mart_award where unit_code = 'wulong'") == []
    won = haizhou.ask(
        "select unit_code, rank from marts.mart_award"
        " where period = '2019-12' and award_name = '综合奖（镇街）' order by rank"
    )
    places = ["hanjiadian", "xishan", "xinxing", "dongliang", "zhanqian"]
    assert won == [(unit, place) for place, unit in enumerate(places, 1)]
    assert haizhou.ask(
        "select rank_in_group from marts.mart_ranking"
        " where period = '2019-12' and unit_code = 'zhanqian'"
    ) == [(6,)]
