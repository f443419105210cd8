"""One validation of a frame: every expectation evaluated, each failure at its row, no quiet pass."""

import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from small_district import Arrival, a_form, batch_of, declared_rules, judge

from pipelines.declarations.rules import Rule
from pipelines.validation.evaluation import bind, evaluate


def a_rule(rule_id, expectation, **arguments):
    return Rule(
        rule_id=rule_id, frame="rows", level=1, severity="error", title="甲", message="乙",
        remedy="丙", example="戊", reason="丁", expectation=expectation, arguments=arguments,
    )  # fmt: skip


NOT_NEGATIVE = a_rule("TST-001", "expect_column_values_to_be_between", column="a", min_value=0)
ORDERED = a_rule(
    "TST-002",
    "expect_column_pair_values_a_to_be_greater_than_b",
    column_A="a",
    column_B="b",
    or_equal=True,
    ignore_row_if="either_value_is_missing",
)
FRAME = pd.DataFrame({"frame_row": [0, 1, 2, 3], "a": [1.0, -1.0, None, 2.0], "b": [1.0, 0, 5, 3]})


def test_every_expectation_is_evaluated_once_and_fails_at_its_rows():
    result = evaluate("two rules", FRAME, bind([NOT_NEGATIVE, ORDERED], None))
    assert sorted(result.evaluated) == ["TST-001:", "TST-002:"]
    assert {(f.rule.rule_id, f.frame_row) for f in result.failures} == {
        ("TST-001", 1),
        ("TST-002", 1),
        ("TST-002", 3),
    }


def test_two_rules_of_one_expectation_are_both_evaluated():
    twin = a_rule("TST-003", "expect_column_values_to_be_between", column="a", min_value=0)
    result = evaluate("twins", FRAME, bind([NOT_NEGATIVE, twin], None))
    assert sorted(result.evaluated) == ["TST-001:", "TST-003:"]
    assert len(result.failures) == 2


def test_a_rule_that_cannot_be_evaluated_is_a_fault_and_no_pass():
    broken = a_rule("TST-004", "expect_column_values_to_not_be_null", column="missing")
    with pytest.raises(RuntimeError, match="TST-004"):
        evaluate("broken", FRAME, bind([broken, NOT_NEGATIVE], None))


def test_a_rule_for_each_field_of_a_sort_is_bound_to_them():
    each = a_rule("TST-005", "expect_column_values_to_not_be_null", column="{field}__given")
    bound = bind([each.model_copy(update={"each": "required"})], a_form("progress_report"))
    assert [(b.field, b.arguments["column"]) for b in bound] == [
        ("project_name", "project_name__given"),
        ("investment_ytd_wanyuan", "investment_ytd_wanyuan__given"),
    ]


def test_a_frame_without_rows_fails_nothing():
    assert evaluate("empty", FRAME.head(0), bind([NOT_NEGATIVE], None)).failures == ()


def test_returns_judged_together_are_judged_as_if_alone():
    grid = "2019年3月进展情况表（单位：万元）\n项目名称 | 本年累计完成投资\n甲路 | {}\n乙路 | 2"
    arrivals = {
        name: Arrival("jia", grid.format(amount))
        for name, amount in (("good", "1"), ("bad", "约1"), ("minus", "-1"), ("blank", ""))
    }
    together = judge(batch_of(arrivals)).findings
    found = {name: [] for name in arrivals}
    for finding in together:
        found[finding.receipt_id].append((finding.rule_id, finding.place.cell))
    assert found == {
        "good": [],
        "bad": [("GEN-204", "B3")],
        "minus": [("PRG-206", "B3")],
        "blank": [("GEN-201", "B3")],
    }


def test_every_fault_of_a_return_is_found_in_one_pass():
    grid = """
        2019年3月进展情况表
        填报单位：乙镇
        项目名称 | 2月完成投资 | 本年累计完成投资 | 税收
        甲路 | 约5 | | 3
        甲 路 | #REF! | 7 | 4
        合计 | | 9 |
    """
    found = {f.rule_id for f in judge(batch_of({"r": Arrival("jia", grid)})).findings}
    assert found >= {"GEN-006", "GEN-103", "GEN-106", "GEN-107", "GEN-108"}
    assert found >= {"GEN-201", "GEN-202", "GEN-204", "GEN-209"}
    assert found <= set(declared_rules().by_id)


def test_a_killed_load_leaves_no_validator_behind():
    """The validator is started as a load starts it, in a process that is then killed."""
    begin = (
        "import time; from pipelines.validation import evaluation as e; e.start_early();"
        " print(*e._validator._processes, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", begin], stdout=subprocess.PIPE, text=True) as load:
        validator = Path("/proc", load.stdout.readline().strip())
        assert validator.exists()
        time.sleep(2)
        load.kill()
    until = time.monotonic() + 20
    while validator.exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert not validator.exists()


def test_where_no_value_stands_an_expectation_holds_without_the_library(monkeypatch):
    def never(*_):
        raise AssertionError("the library was asked")

    monkeypatch.setattr("pipelines.validation.evaluation._evaluate", never)
    nothing = FRAME.assign(a=None)
    result = evaluate("nothing", nothing, bind([NOT_NEGATIVE, ORDERED], None))
    assert result.evaluated == ("TST-001:", "TST-002:")
    assert not result.failures


def test_an_empty_column_fails_what_wants_a_value_in_it():
    wanted = a_rule("TST-005", "expect_column_values_to_not_be_null", column="a")
    result = evaluate("wanted", FRAME.assign(a=None), bind([wanted], None))
    assert [failure.frame_row for failure in result.failures] == [0, 1, 2, 3]


def test_a_failure_is_at_its_row_whatever_the_order_of_the_frame():
    turned = FRAME.iloc[::-1].reset_index(drop=True)
    result = evaluate("turned", turned, bind([NOT_NEGATIVE], None))
    assert [failure.frame_row for failure in result.failures] == [1]
