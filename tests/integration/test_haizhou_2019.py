"""The bundled district Haizhou 2019: its returns, what its document publishes, and what was achieved."""

from collections import Counter
from fractions import Fraction

from policy_reference import published
from replays import assert_rebuilt_alike, profile_table
from row_comparison import compare

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


# --- the returns ------------------------------------------------------------------------------------


def test_rebuilding_gives_the_committed_files(tmp_path):
    assert_rebuilt_alike("haizhou-2019", tmp_path)


def test_every_return_is_taken_but_the_one_with_the_wrong_total(haizhou):
    found = haizhou.ask("select status, count(*) from marts.fct_submissions group by 1")
    assert dict(found) == {"accepted": 63, "refused": 1}
    refused = haizhou.ask(
        "select unit_code, period from marts.fct_submissions where status = 'refused'"
    )
    assert refused == [("tongji", "2019-06")]
    findings = haizhou.ask(
        "select severity, value_found from marts.fct_findings where severity <> 'information'"
    )
    assert findings == [("error", "118490 万元")]


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


def test_every_unit_has_the_targets_of_its_tables(haizhou, haizhou_scores):
    expected = published.targets(haizhou_scores.achievements)
    found = haizhou.rows("from marts.fct_targets")
    compare("fct_targets", expected, found, ("unit_code", "indicator_id", "year"))


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


def test_every_actual_is_what_the_story_says(haizhou, haizhou_scores):
    of = haizhou_scores.achievements
    assessed = [unit.code for unit in of.district.units if unit.assessed]
    expected = published.indicator_actuals(of, assessed)
    found = haizhou.rows("from marts.fct_indicator_actuals")
    compare("fct_indicator_actuals", expected, found, ("unit_code", "indicator_id", "period"))


def test_july_checks_which_half_of_the_year_was_done_by_june(haizhou, haizhou_scores):
    """时间过半，任务过半: per unit and indicator, done at least half by the end of June."""
    of = haizhou_scores.achievements
    rates = {(unit, name): of.rate(unit, name, "2019-06") for unit, name in of.targets[2019]}
    expected = {
        place: {"completion_rate": rate, "is_on_schedule": rate >= Fraction(1, 2)}
        for place, rate in rates.items()
        if rate is not None
    }
    found = haizhou.rows(
        "from marts.mart_indicator_progress where period = '2019-06' and target_value is not null"
    )
    compare("mart_indicator_progress", expected, found, ("unit_code", "indicator_id"))
    # Exactly half is done by half.
    assert rates["zhanqian", "fai"] == Fraction(1, 2)
    assert Counter(row["is_on_schedule"] for row in found) == {True: 83, False: 42}


def test_the_districts_year_is_met_but_for_foreign_capital(haizhou):
    found = haizhou.ask(
        "select indicator_id, sum(actual_value) >= sum(target_value)"
        " from marts.mart_indicator_progress where period = '2019-12' and target_value is not null"
        " group by 1"
    )
    assert {name for name, is_met in found if not is_met} == {"foreign_capital"}


# --- the policy tables ------------------------------------------------------------------------------


def test_the_illustrative_weights_make_a_hundred_in_each_group():
    weights = Counter()
    for rule in profile_table("haizhou-2019", "score_rules.csv"):
        weights[rule["group"]] += Fraction(rule["weight"])
    assert weights == {"townships": 100, "departments": 100}


def test_what_the_document_does_not_publish_is_marked_in_the_tables():
    assert all("示例" in row["note"] for row in profile_table("haizhou-2019", "light_rules.csv"))
    assert all("示例" in row["reason"] for row in profile_table("haizhou-2019", "vetoes.csv"))
