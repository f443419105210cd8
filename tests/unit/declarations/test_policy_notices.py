"""What a district should know about its policies though nothing in them is wrong."""

from dataclasses import replace

import pytest
from declared_policies import POLICIES, added, changed, only, read_policies_of

from pipelines.declarations.district import load_district
from pipelines.declarations.policy_notices import policy_notices


def notices(folder, time_progress="linear_month", **tables):
    return policy_notices(read_policies_of(folder, **tables), time_progress, 2019)


def test_a_complete_policy_needs_no_notice(tmp_path):
    assert notices(tmp_path) == []
    assert notices(tmp_path, "phased") == []


def test_a_district_without_policies_needs_none_either(tmp_path):
    assert notices(tmp_path, **dict.fromkeys(POLICIES)) == []


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        (
            added("light_rules", "2019-1,2019-01-01,node,red,overdue_nodes,>=,1,"),
            "light_rules.csv: version 2019-1, node: no rule holds for overdue_nodes = 0; there node is not"
            " evaluated.",
        ),
        (
            added("score_rules", "2019-2,2019-07-01,departments,starts,proportional,5,,,,"),
            "score_rules.csv: row 7: no assessed unit in units.csv is of the group departments; its rules"
            " score nobody.",
        ),
        (
            changed("score_rules", "[0.8, 8], [1, 10]", "[1, 8], [0.8, 10]"),
            "score_rules.csv: row 4: a higher rate gets fewer points than a lower one.",
        ),
        (
            changed("score_rules", "[0.8, 8], [1, 10]", "[0, 8], [80, 10]"),
            "score_rules.csv: row 4: a band begins above 1000 %; rates are fractions, 0.8 is 80 %.",
        ),
        (
            changed("score_rules", "[7, 5, 3]", "[3, 5, 5]"),
            "score_rules.csv: row 6: a later place gets more points than an earlier one.",
        ),
        (
            changed("score_rules", '""points_above"": 0.5', '""points_below"": -1'),
            "score_rules.csv: row 5: negative points per percentage point turn the rule round; points_below is"
            " taken off without a sign.",
        ),
        (
            changed("score_rules", '""points"": [7, 5, 3]', '""points"": [7], ""exemption"": ""rescale""'),
            "score_rules.csv: row 6: nothing can be rescaled without a weight; exempt units are left out.",
        ),
        (
            changed("size_weights", "2019-01-01,5000,1", "2019-01-01,6000,1"),
            "size_weights.csv: version 2019-1: starts also counts projects below 6000 万元, the lowest bound;"
            " they weigh 0.",
        ),
        (
            added("awards", "dept,部门综合奖,total,departments,1,"),
            "awards.csv: row 4: 部门综合奖 is for the group departments, of which units.csv has no assessed unit;"
            " nobody wins it.",
        ),
    ],
)  # fmt: skip
def test_what_may_be_meant_is_told_and_stops_nothing(tmp_path, tables, expected):
    assert notices(tmp_path, **tables) == [expected]


def test_a_group_that_a_later_version_leaves_out(tmp_path):
    rows = (
        "2019-1,2019-01-01,townships,fai,proportional,40,,,,",
        "2019-2,2019-07-01,departments,fai,proportional,40,,,,",
    )
    told = notices(tmp_path, **only("score_rules", *rows))
    assert any(
        "version 2019-2 has no rule for the group townships, which version 2019-1 had" in t
        for t in told
    )


def test_phased_time_progress_without_a_plan_of_the_year(tmp_path):
    (told,) = notices(tmp_path, "phased", **only("phased_plan", "滨河路,2018-12,10"))
    assert told == (
        "phased_plan.csv: time progress is phased, and no plan of 2019 is declared: projects have no time"
        " progress."
    )


def test_without_a_reporting_year_nobody_asks_for_uncovered_days(tmp_path):
    read_policies_of(tmp_path)
    late = only("light_rules", "1,2019-03-01,progress,green,pp_ahead,>=,0,")
    (tmp_path / "light_rules.csv").write_text(late["light_rules"], "utf-8")
    assert load_district(tmp_path).policies.light_rules


def test_an_assessed_unit_without_a_group_is_named(tmp_path):
    district = read_policies_of(tmp_path)
    alone = replace(district.units[0], unit_code="bing", unit_name="丙镇", group=None)
    assert policy_notices(
        replace(district, units=(*district.units, alone)), "linear_month", 2019
    ) == [
        "units.csv: 丙镇: assessed and of no group, so never scored or ranked; an award of all groups together"
        " may still go there."
    ]
