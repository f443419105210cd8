"""What a district assesses: every indicator read as written, every contradiction named with its row."""

from decimal import Decimal

import pytest
from declared_policies import added, changed, only, only_fault, policy_faults, read_policies_of


def test_indicators_are_read_in_the_order_of_the_file(tmp_path):
    indicators = read_policies_of(tmp_path).policies.indicators
    assert [i.indicator_id for i in indicators] == ["fai", "starts", "big_starts", "investment"]
    fai, starts, big, _ = indicators
    assert (fai.aliases, fai.source, fai.measure, fai.provider_unit_code) == (
        ("固投", "投资额"), "reported", None, "tongji",
    )  # fmt: skip
    assert (starts.measure, starts.min_total_wanyuan, starts.basis) == (
        "count_starts", Decimal(5000), "verified",
    )  # fmt: skip
    assert (big.parent_indicator_id, big.basis) == ("starts", None)
    assert starts.counts_projects and not fai.counts_projects


def test_only_the_needed_columns_must_be_there(tmp_path):
    table = "indicator_id,indicator_name,measure_unit,source\ntax,协税护税,万元,reported\n"
    tables = dict.fromkeys(("score_rules", "size_weights", "awards"))
    (tax,) = read_policies_of(tmp_path, indicators="\ufeff" + table, **tables).policies.indicators
    assert (tax.aliases, tax.min_total_wanyuan, tax.row) == ((), None, 2)
    assert "column(s) missing: source" in only_fault(
        tmp_path, indicators=table.replace("source", "sources"), **tables
    )


def test_a_measure_of_a_reported_indicator_is_passed_over(tmp_path):
    tables = changed("indicators", "万元,reported,,", "万元,reported,count_starts,")
    assert read_policies_of(tmp_path, **tables).policies.indicators[0].measure is None


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("fai,固定", ",固定", "row 2: indicator_id is blank"),
        ("fai,固定", "total,固定", "row 2: indicator_id cannot be “total”"),
        ("fai,固定资产投资,", "fai,,", "row 2: indicator_name is blank"),
        ("投资额,万元", "投资额,亿元", "row 2: measure_unit is one of 万元, 个, %, not “亿元”"),
        ("万元,reported", "万元,guessed", "row 2: source is one of computed, reported, not “guessed”"),
        (",tongji,", ",nobody,", "row 2: provider_unit_code: there is no unit “nobody” in units.csv"),
        ("count_starts,5000", ",5000", "row 3: measure is blank, and source is computed"),
        ("count_starts,5000", "starts,5000", "row 3: measure is one of count_starts,"),
        ("个,computed,count_starts,5000", "万元,computed,count_starts,5000", "counted in 个, not in 万元"),
        ("5000,verified", "5千,verified", "row 3: min_total_wanyuan is a plain number"),
        ("5000,verified", "-5000,verified", "row 3: min_total_wanyuan is -5000; it cannot be negative"),
        ("5000,verified", "5000,claimed", "row 3: basis is one of verified, reported, not “claimed”"),
        (",,,starts", ",,,start", "row 4: parent_indicator_id: there is no indicator “start” in this file"),
        ("investment,计划投资完成,", "investment,计划投资完成,固 投", "names fai (row 2) and investment, both at the top"),
    ],
)  # fmt: skip
def test_a_contradiction_is_named_with_file_and_row(tmp_path, old, new, expected):
    told = policy_faults(tmp_path, **changed("indicators", old, new))
    assert any(fault.startswith("indicators.csv: row ") and expected in fault for fault in told)


def test_an_indicator_stands_once(tmp_path):
    told = policy_faults(tmp_path, **added("indicators", "fai,固投二,,万元,reported,,,,,"))
    assert told == ["indicators.csv: row 6: indicator_id “fai” stands in row 2 already"]


def test_a_name_may_stand_under_several_parents_but_once_under_each(tmp_path):
    more = "done,竣工项目,,个,reported,,,,,", "big_done,亿元以上竣工,亿元以上,个,reported,,,,,done"
    assert len(read_policies_of(tmp_path, **added("indicators", *more)).policies.indicators) == 6
    twice = "other,亿元 以上,,个,reported,,,,,done"
    told = only_fault(tmp_path, **added("indicators", *more, twice))
    assert "row 8: “亿元 以上” names big_done (row 7) and other, both under done" in told


def test_each_circle_of_parents_is_told_once(tmp_path):
    rows = (
        "a,甲,,个,reported,,,,,b", "b,乙,,个,reported,,,,,c", "c,丙,,个,reported,,,,,b",
        "d,丁,,个,reported,,,,,d",
    )  # fmt: skip
    without = dict.fromkeys(("score_rules", "size_weights", "awards"))
    told = policy_faults(tmp_path, **only("indicators", *rows), **without)
    assert len(told) == 2
    assert "row 2: b → c → b: an indicator cannot be a part of itself" in told[0]
    assert "row 5: d → d" in told[1]
