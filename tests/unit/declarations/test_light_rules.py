"""How lights are given: a gap is found when the policy is read, not by a project without a light."""

from decimal import Decimal

import pytest
from declared_policies import added, changed, only, only_fault, policy_faults, read_policies_of

YINCHUAN = (
    "2025-1,2019-01-01,progress,red,pp_ahead,<,-30,",
    "2025-1,2019-01-01,progress,yellow,pp_ahead,<=,-10,",
    "2025-1,2019-01-01,start,red,months_after_planned_start,>=,3,",
    "2025-1,2019-01-01,progress,green,pp_ahead,>=,0,",
)


def test_rules_are_read_in_the_order_of_the_file(tmp_path):
    rules = read_policies_of(tmp_path).policies.light_rules
    assert [rule.light for rule in rules][:4] == ["red_flag", "green", "yellow", "red"]
    assert (rules[0].operator, rules[0].threshold, rules[0].note) == (">=", 10, "超过")
    assert rules[4].note is None


def test_signs_and_numbers_may_be_full_width(tmp_path):
    rule = read_policies_of(
        tmp_path, **changed("light_rules", "<,-10,", "＜,−１０,")
    ).policies.light_rules[3]
    assert (rule.operator, rule.threshold) == ("<", Decimal(-10))
    rule = read_policies_of(
        tmp_path, **changed("light_rules", ">=,3,", "≥,3,")
    ).policies.light_rules[6]
    assert rule.operator == ">="


def test_the_gap_of_a_published_policy_is_told_with_its_values_and_rows(tmp_path):
    assert only_fault(tmp_path, **only("light_rules", *YINCHUAN)) == (
        "light_rules.csv: version 2025-1, progress: no rule holds for pp_ahead above -10 and below 0"
        " (rows 3 and 5 leave it open); such a project would have no light. Add a rule or move a threshold"
    )


def test_open_ends_and_months_between_whole_ones_are_no_gaps(tmp_path):
    rows = (
        "1,2019-01-01,progress,green,pp_ahead,>=,0,",
        "1,2019-01-01,completion,green,months_after_planned_completion,<,1,",
        "1,2019-01-01,completion,red,months_after_planned_completion,>=,1,",
        "1,2019-01-01,node,green,overdue_nodes,<=,0,",
        "1,2019-01-01,node,red,overdue_nodes,>,0,",
    )
    assert len(read_policies_of(tmp_path, **only("light_rules", *rows)).policies.light_rules) == 5


def test_a_gap_of_whole_months(tmp_path):
    told = only_fault(
        tmp_path,
        **changed(
            "light_rules", "months_after_planned_start,<=,2", "months_after_planned_start,<=,1"
        ),
    )
    assert (
        "version 2019-1, start: no rule holds for months_after_planned_start = 2 (rows 7 and 8"
        in told
    )


def test_each_version_is_complete_by_itself(tmp_path):
    rows = [row.replace("2025-1,2019-01-01", "2025-2,2019-06-01") for row in YINCHUAN]
    assert "version 2025-2, progress: no rule" in only_fault(
        tmp_path, **added("light_rules", *rows)
    )


def test_a_rule_that_never_holds_is_told_with_those_before_it(tmp_path):
    late = "2019-1,2019-01-01,progress,red,pp_ahead,<,-30,"
    told = only_fault(tmp_path, **added("light_rules", late))
    assert "version 2019-1, progress: row 9 (pp_ahead < -30, red) never holds" in told
    assert "(row(s) 2, 3, 4, 5)" in told
    none = (
        "1,2019-01-01,node,red,overdue_nodes,<,0,",
        "1,2019-01-01,node,green,overdue_nodes,>=,0,",
    )
    told = only_fault(tmp_path, **only("light_rules", *none))
    assert "row 2 never holds: overdue_nodes is never below 0" in told


def test_a_component_has_one_measure_in_a_version(tmp_path):
    row = "2019-1,2019-01-01,progress,red,ratio_to_time_progress,<,0.6,"
    told = only_fault(tmp_path, **added("light_rules", row))
    assert "row 2 measures pp_ahead and row 9 ratio_to_time_progress" in told


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("progress,red_flag", "pace,red_flag", "row 2: component is one of progress, start,"),
        ("start,green", "start,red_flag", "row 6: red_flag is a light of progress only, not of start"),
        ("progress,green", "progress,blue", "row 3: light is one of red_flag, green, yellow, red, not “blue”"),
        ("yellow,pp_ahead", "yellow,overdue_nodes", "row 4: measure is one of pp_ahead, ratio_to_time_progress, not “overdue_nodes”"),
        ("pp_ahead,<,", "pp_ahead,=,", "row 5: operator is one of >=, >, <=, <, not “=”"),
        ("<,-10,", "<,,", "row 5: threshold is blank"),
        ("<,-10,", "<,-10%,", "row 5: threshold is a plain number like 5 or -0.5, not “-10%”"),
    ],
)  # fmt: skip
def test_a_faulty_rule_is_named_alone(tmp_path, old, new, expected):
    """The rule that is missing then is no gap to be told."""
    assert f"light_rules.csv: {expected}" in only_fault(
        tmp_path, **changed("light_rules", old, new)
    )


def test_no_day_of_the_year_lies_before_the_first_version(tmp_path):
    late = "1,2019-03-01,progress,green,pp_ahead,>=,0,"
    assert "light_rules.csv: row 2: leaves days uncovered" in only_fault(
        tmp_path, **only("light_rules", late)
    )


def test_two_faults_of_two_components_are_both_told(tmp_path):
    rows = (*YINCHUAN, "2025-1,2019-01-01,start,green,months_after_planned_start,<,0,")
    assert len(policy_faults(tmp_path, **only("light_rules", *rows))) == 2
