"""The validating process leaves out what no rule needs, and judges as this process does, which leaves out nothing."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

from small_district import declared_rules

from pipelines.validation.spared import NOT_TO_BE_ASKED

# The modules of the library that use what is left out, and by which expectation each is reached.
USERS = {
    "expect_column_kl_divergence_to_be_less_than.py",
    "column_parameterized_distribution_ks_test_p_value.py",
    "column_bootstrapped_ks_test_p_value.py",
}
JUDGED = """
import pandas as pd
from pipelines.declarations.rules import Rule
from pipelines.validation import evaluation

def rule(number, expectation, **arguments):
    return Rule(
        rule_id=f"TST-{number:03}", frame="rows", level=1, severity="error", title="-", message="-",
        remedy="-", example="-", reason="-", expectation=expectation, arguments=arguments,
    )

if __name__ == "__main__":
    frame = pd.DataFrame(
        {"frame_row": [0, 1, 2], "a": [1.0, -1.0, None], "b": [2.0, 1.0, 3.0], "c": ["x", "y", "x"]}
    )
    rules = [
        rule(1, "expect_column_values_to_be_between", column="a", min_value=0),
        rule(2, "expect_column_values_to_not_be_null", column="a"),
        rule(3, "expect_column_values_to_be_in_set", column="c", value_set=["x"]),
        rule(4, "expect_column_values_to_be_unique", column="c"),
        rule(5, "expect_column_values_to_match_regex", column="c", regex="^x$"),
        rule(
            6, "expect_column_pair_values_a_to_be_greater_than_b", column_A="b", column_B="a",
            ignore_row_if="either_value_is_missing",
        ),
        rule(7, "expect_compound_columns_to_be_unique", column_list=["a", "c"]),
    ]

    def found():
        failures = evaluation.evaluate("frame", frame, evaluation.bind(rules, None)).failures
        return sorted((one.rule.rule_id, one.frame_row) for one in failures)

    evaluation.start_early(for_one_load=True)
    there = found()
    assert evaluation._validator is not None
    evaluation.load_is_judged()
    assert there and there == found()
"""


def test_no_declared_rule_asks_for_what_is_left_out():
    asked = {rule.expectation for rule in declared_rules().by_id.values()}
    assert "expect_column_values_to_be_null" in asked
    assert not asked & NOT_TO_BE_ASKED


def test_nothing_else_of_the_library_uses_what_is_left_out():
    found = importlib.util.find_spec("great_expectations")
    library = Path(found.submodule_search_locations[0])
    uses = re.compile(r"^\s*(?:from|import) (?:scipy|altair)\b", re.MULTILINE)
    assert {p.name for p in library.rglob("*.py") if uses.search(p.read_text("utf-8"))} == USERS


def test_with_and_without_it_the_same_rows_fail(tmp_path):
    script = tmp_path / "judged.py"
    script.write_text(JUDGED, "utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
