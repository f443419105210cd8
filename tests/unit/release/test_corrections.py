"""A correction that no longer fits is told in words: which line, what was expected, what to do."""

import pytest

from pipelines.database import open_in_memory
from pipelines.release.corrections import unmatched_corrections

COLUMNS = "correction_no, form_id, unit_code, period, project, field, expect_value, value_found, match_status"


def told(status, expected="320", found=None):
    with open_in_memory() as connection:
        connection.execute("create schema intermediate")
        connection.execute(
            f"create table intermediate.int_corrections__matches as select {COLUMNS} from (values"
            " (1, 'progress_report', 'jia', '2019-06', '滨河路', 'investment_ytd_wanyuan',"
            f" $expected, $found, $status)) as t({COLUMNS})",
            {"expected": expected, "found": found, "status": status},
        )
        return unmatched_corrections(connection)


@pytest.mark.parametrize("status", ["applied", "not_needed"])
def test_a_correction_that_fits_or_is_settled_holds_nothing_back(status):
    assert told(status) == []


@pytest.mark.parametrize(
    ("status", "found", "words"),
    [
        ("matches_nothing", None, "no return in force has such a row"),
        ("value_changed", "350", "the submitted value is now 350, not 320"),
        ("value_changed", None, "the submitted value is now blank, not 320"),
        ("ambiguous", None, "several rows"),
    ],
)
def test_a_correction_that_does_not_fit_says_what_is_there_and_what_to_do(status, found, words):
    (sentence,) = told(status, found=found)
    assert sentence.startswith(
        "corrections.csv: progress_report of jia 2019-06, 滨河路, investment_ytd_wanyuan:"
    )
    assert words in sentence
    assert "fixed_by_submitter" in sentence
