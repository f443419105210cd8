"""The bundled district Haizhou 2019: what its document publishes, and every score computed a second time."""

from collections import Counter
from fractions import Fraction

import pytest
from replays import DISTRICTS, profile_table, rebuilt, workbook_cells

PROFILE = DISTRICTS / "haizhou-2019"
MONTHS = range(2, 13)
CHECKED = [pytest.param(6, id="June"), pytest.param(12, id="December")]
# The plan of 4 March 2019: the district's year, in 亿元, 万元 and 个 as the document has them.
PUBLISHED_TARGETS = {
    "fai": Fraction("22") * 10_000,
    "new_starts": 20,
    "new_starts_yi": 6,
    "reserve": 30,
    "completions": 10,
    "enclave": Fraction("5.8") * 10_000,
    "tax": 36_870,
    "upper_funds": Fraction("16.2") * 10_000,
}
PUBLISHED_PROVIDERS = {
    "fai": "tongji",
    "new_starts": "fagai",
    "new_starts_yi": "fagai",
    "reserve": "fagai",
    "completions": "fagai",
    "enclave": "fagai",
    "tax": "caizheng",
    "domestic_capital": "shangwu",
    "foreign_capital": "shangwu",
    "upper_funds": "caizheng",
}


def period(month):
    return f"2019-{month:02d}"


def close(found, wanted):
    """A published rate or score is a double; the one computed by hand is exact."""
    if found is None or wanted is None:
        return found is wanted
    return abs(found - float(wanted)) < 1e-9


# --- the returns ------------------------------------------------------------------------------------


def test_rebuilding_gives_the_committed_files(tmp_path):
    folder = rebuilt("haizhou-2019", tmp_path)
    committed = {p.relative_to(PROFILE) for p in (PROFILE / "samples").rglob("*") if p.is_file()}
    assert committed == {p.relative_to(folder) for p in folder.rglob("*") if p.is_file()}
    for path in committed:
        if path.suffix == ".csv":
            assert (PROFILE / path).read_bytes() == (folder / path).read_bytes()
        else:
            assert workbook_cells(PROFILE / path) == workbook_cells(folder / path), path


def test_every_return_is_taken_but_the_one_with_the_wrong_total(haizhou):
    found = haizhou.ask("select status, count(*) from marts.fct_submissions group by 1")
    assert dict(found) == {"accepted": 63, "refused": 1}
    refused = haizhou.ask(
        "select unit_code, period from marts.fct_submissions where status = 'refused'"
    )
    assert refused == [("tongji", "2019-06")]
    findings = haizhou.ask("select rule_id, severity, value_found from marts.fct_findings")
    assert [(severity, found) for _, severity, found in findings] == [("error", "118490 万元")]


def test_only_the_adjusted_annex_takes_the_place_of_another(haizhou):
    superseded = haizhou.ask(
        "select a.file_name, b.file_name from marts.fct_submissions as a"
        " inner join marts.fct_submissions as b on a.superseded_by = b.receipt_id"
    )
    old = "附件3 海州区2019年飞地经济工作任务分解表"
    assert superseded == [(f"{old}.xls", f"{old}（调整）.xls")]


# --- the targets of the document --------------------------------------------------------------------


def test_the_units_targets_add_up_to_the_published_ones(haizhou):
    found = dict(
        haizhou.ask(
            "select indicator_id, sum(target_value) from marts.fct_targets where year = 2019 group by 1"
        )
    )
    assert {name: found[name] for name in PUBLISHED_TARGETS} == PUBLISHED_TARGETS
    assert set(found) - set(PUBLISHED_TARGETS) == {"domestic_capital", "foreign_capital"}


def test_every_unit_has_the_targets_of_its_tables(haizhou, haizhou_by_hand):
    found = haizhou.ask("select unit_code, indicator_id, target_value from marts.fct_targets")
    assert {row[:2]: Fraction(row[2]) for row in found} == haizhou_by_hand.targets


def test_a_target_is_traced_to_its_cell_under_three_headings(haizhou):
    """附件2: 项目任务指标 › 新开工5000万元以上项目 › 其中：亿元以上 of 韩家店镇."""
    traced = haizhou.ask(
        "select s.file_name, l.sheet, l.cell, l.raw_text from marts.fct_targets as t"
        " inner join marts.fct_lineage as l"
        " on l.table_name = 'fct_targets' and t.row_key = l.row_key"
        " inner join marts.fct_submissions as s on l.receipt_id = s.receipt_id"
        " where t.unit_code = 'hanjiadian' and t.indicator_id = 'new_starts_yi'"
    )
    assert traced == [("附件2 海州区2019年各责任单位项目任务分解表.xls", "Sheet1", "D7", "2")]


def test_the_document_names_who_provides_each_figure(haizhou):
    found = haizhou.ask("select indicator_id, provider_unit_code from marts.dim_indicator")
    assert dict(found) == PUBLISHED_PROVIDERS
    senders = haizhou.ask(
        "select distinct indicator_id, submitter_code from marts.fct_indicator_actuals"
        " where source = 'reported'"
    )
    computed = {"new_starts", "new_starts_yi", "reserve", "completions"}
    assert dict(senders) == {k: v for k, v in PUBLISHED_PROVIDERS.items() if k not in computed}


# --- what was achieved ------------------------------------------------------------------------------


@pytest.mark.parametrize("month", MONTHS)
def test_every_actual_is_what_the_story_says(haizhou, haizhou_by_hand, month):
    found = {
        row[:2]: Fraction(row[2])
        for row in haizhou.ask(
            "select unit_code, indicator_id, actual_value from marts.fct_indicator_actuals"
            " where period = ?",
            period(month),
        )
    }
    year = haizhou_by_hand
    for unit in year.groups:
        for indicator_id in year.indicators:
            wanted = year.actual(unit, indicator_id, month)
            assert found.get((unit, indicator_id)) == wanted, (unit, indicator_id)


def test_july_checks_which_half_of_the_year_was_done_by_june(haizhou, haizhou_by_hand):
    """时间过半，任务过半: per unit and indicator, done at least half by the end of June."""
    found = haizhou.ask(
        "select unit_code, indicator_id, completion_rate, is_on_schedule"
        " from marts.mart_indicator_progress where period = '2019-06' and target_value is not null"
    )
    rates = haizhou_by_hand.completion(6)
    assert {row[:2] for row in found} == set(rates)
    assert all(close(rate, rates[unit, name]) for unit, name, rate, _ in found)
    assert {row[:2]: row[3] for row in found} == {
        place: rate >= Fraction(1, 2) for place, rate in rates.items()
    }
    # Exactly half is done by half.
    assert rates["zhanqian", "fai"] == Fraction(1, 2)
    assert Counter(row[3] for row in found) == {True: 83, False: 42}


def test_the_districts_year_is_met_but_for_foreign_capital(haizhou):
    found = haizhou.ask(
        "select indicator_id, sum(actual_value) >= sum(target_value)"
        " from marts.mart_indicator_progress where period = '2019-12' and target_value is not null"
        " group by 1"
    )
    assert {name for name, is_met in found if not is_met} == {"foreign_capital"}


# --- scores -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("month", CHECKED)
def test_every_score_is_the_one_computed_by_hand(haizhou, haizhou_by_hand, month):
    found = haizhou.ask(
        "select unit_code, indicator_id, target_value, actual_value, weight, score"
        " from marts.mart_scorecard where period = ?",
        period(month),
    )
    wanted = haizhou_by_hand.scorecard(month)
    assert {row[:2] for row in found} == set(wanted)
    for unit, indicator_id, target, actual, weight, score in found:
        line = wanted[unit, indicator_id]
        assert target == line.target and actual == line.actual, (unit, indicator_id)
        assert close(weight, line.weight) and close(score, line.score), (unit, indicator_id)


@pytest.mark.parametrize("month", CHECKED)
def test_units_are_ranked_by_each_score_within_their_group(haizhou, haizhou_by_hand, month):
    found = haizhou.ask(
        "select unit_code, indicator_id, rank_in_group from marts.mart_scorecard where period = ?",
        period(month),
    )
    card, groups = haizhou_by_hand.scorecard(month), haizhou_by_hand.groups
    for unit, indicator_id, rank in found:
        own = card[unit, indicator_id].score
        better = [
            line
            for (other, name), line in card.items()
            if name == indicator_id and groups[other] == groups[unit] and line.score is not None
            and own is not None and line.score > own
        ]  # fmt: skip
        assert rank == (None if own is None else 1 + len(better)), (unit, indicator_id)


def test_every_score_names_its_rule_and_explains_itself(haizhou):
    found = haizhou.ask("select distinct rule_version from marts.mart_scorecard")
    assert found == [("2019-1",)]
    assert haizhou.ask("from marts.mart_scorecard where coalesce(explanation, '') = ''") == []


def test_weights_rise_with_the_size_of_what_was_started(haizhou, haizhou_by_hand):
    """韩家店镇 started four of four by June, one of 2.2 and one of 6.5 亿元: 27.5 points, not 20."""
    ((score, rate, weight),) = haizhou.ask(
        "select score, completion_rate, weight from marts.mart_scorecard"
        " where period = '2019-06' and unit_code = 'hanjiadian' and indicator_id = 'new_starts'"
    )
    assert (rate, weight, score) == (1, 20, 27.5)
    weights = [haizhou_by_hand.size_weight(Fraction(yi) * 10_000) for yi in ("0.5", 1, 5, 10, 20)]
    assert weights == sorted(set(weights)) and weights[0] > 0
    assert haizhou_by_hand.size_weight(Fraction(4_999)) == 0


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


@pytest.mark.parametrize("month", CHECKED)
def test_townships_and_departments_are_ranked_apart(haizhou, haizhou_by_hand, month):
    found = haizhou.ask(
        'select unit_code, "group", total_score, rank_in_group from marts.mart_ranking'
        " where period = ?",
        period(month),
    )
    wanted = haizhou_by_hand.ranking(month)
    assert {row[0] for row in found} == set(wanted)
    for unit, group, total, rank in found:
        assert group == haizhou_by_hand.groups[unit]
        assert close(total, wanted[unit][0]) and rank == wanted[unit][1], unit
    assert Counter(group for _, group, _, _ in found) == {"townships": 11, "departments": 12}


@pytest.mark.parametrize("month", MONTHS)
def test_every_award_goes_to_whom_it_goes_by_hand(haizhou, haizhou_by_hand, month):
    found = haizhou.ask(
        "select award_name, unit_code, rank from marts.mart_award where period = ?", period(month)
    )
    assert len(found) == len(set(found))
    assert set(found) == haizhou_by_hand.awards(month)


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


def test_the_award_for_funds_is_among_the_departments(haizhou, haizhou_by_hand):
    found = haizhou.ask(
        "select distinct unit_code from marts.mart_award where award_name = '争取上级资金优胜奖'"
    )
    winners = {unit for (unit,) in found}
    assert winners and all(haizhou_by_hand.groups[unit] == "departments" for unit in winners)
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


# --- the policy tables ------------------------------------------------------------------------------


def test_the_illustrative_weights_make_a_hundred_in_each_group():
    weights = Counter()
    for rule in profile_table("haizhou-2019", "score_rules.csv"):
        weights[rule["group"]] += Fraction(rule["weight"])
    assert weights == {"townships": 100, "departments": 100}


def test_what_the_document_does_not_publish_is_marked_in_the_tables():
    assert all("示例" in row["note"] for row in profile_table("haizhou-2019", "light_rules.csv"))
    assert all("示例" in row["reason"] for row in profile_table("haizhou-2019", "vetoes.csv"))
