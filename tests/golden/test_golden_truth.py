"""The hand-written truth agrees with itself: sums, counts, differences, dates and bands of the expected tables."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import pytest
from golden_scenarios import scenario
from golden_tables import arithmetic

QUARTER = "a_clean_quarter_with_every_match_class"
UNIT_BY_ADDRESS = {"TJ25X007": "A01", "TJ25X008": "A01", "TJ25X009": "A01", "TJ25X010": "A02"}
BANDS = [
    (0, "500万以下"), (500, "500万-5000万"), (5000, "5000万-1亿"), (10000, "1亿-5亿"), (50000, "5亿-10亿"),
    (100000, "10亿-20亿"), (200000, "20亿以上"),
]  # fmt: skip


@pytest.fixture(scope="module")
def truth():
    story = scenario(QUARTER)
    return {
        table: story.table(table, release).rows
        for release, table in story.expected_tables()
        if table != "fct_findings"
    }


@pytest.fixture(scope="module")
def reconciled(truth):
    rows = scenario(QUARTER).table("fct_fai_reconciliation", "statistics").rows
    units = {row["project"]: row["unit_code"] for row in truth["dim_project"]}
    groups = defaultdict(list)
    for row in rows:
        unit = units.get(row["project"]) or UNIT_BY_ADDRESS[row["statistics_code"]]
        groups[unit, row["period"], row["match_class"]].append(row)
    return groups


def figure(text: str):
    return None if text in ("NULL", "*") else arithmetic(text)


def test_the_reconciliation_repeats_the_ledger_figures(truth, reconciled):
    reported = {
        (r["project"], r["period"]): r["investment_ytd_wanyuan"] for r in truth["fct_investment"]
    }
    for row in (row for rows in reconciled.values() for row in rows):
        assert row["ledger_ytd_wanyuan"] == reported.get((row["project"], row["period"]), "NULL"), (
            row
        )
        if row["match_class"] in ("matched_equal", "matched_differs"):
            difference = figure(row["ledger_ytd_wanyuan"]) - figure(row["statistics_ytd_wanyuan"])
            assert difference == figure(row["difference_wanyuan"]), row
            assert (abs(difference) <= 1) == (row["match_class"] == "matched_equal"), row


def test_the_reconciliation_by_class_adds_up_its_projects(truth, reconciled):
    totals = {
        (r["unit_code"], r["period"], r["match_class"]): r for r in truth["mart_fai_reconciliation"]
    }
    assert totals.keys() == reconciled.keys()
    for key, row in totals.items():
        assert len(reconciled[key]) == int(row["project_count"]), key
        for column in ("ledger_ytd_wanyuan", "statistics_ytd_wanyuan", "difference_wanyuan"):
            if (total := figure(row[column])) is not None:
                assert sum(figure(r[column]) or 0 for r in reconciled[key]) == total, (key, column)
        if key[2].startswith("matched"):
            assert (row["is_withheld"] == "true") == (len(reconciled[key]) < 3), key


def test_the_entry_rate_counts_what_is_due(truth, reconciled):
    starts = {row["project"]: row["start_period"] for row in truth["fct_starts"]}
    classes = {
        (r["project"], period): c for (_, period, c), rows in reconciled.items() for r in rows
    }
    for row in truth["mart_fai_entry_rate"]:
        due, entered = [], []
        for project in truth["dim_project"]:
            name, total = project["project"], arithmetic(project["total_investment_wanyuan"])
            gone = project["status"] == "exited" and row["period"] >= "2025-03"
            undated = name not in starts and project["ledger_nature"] == "续建"
            started = undated or starts.get(name, "9999") <= row["period"]
            if (
                project["unit_code"] != row["unit_code"]
                or gone
                or "打包" in name
                or not started
                or total < 500
            ):
                continue
            due.append(total)
            if classes[name, row["period"]].startswith("matched_"):
                entered.append(total)
        wanted = [len(due), len(entered), sum(due), sum(entered)]
        columns = ("due_count", "entered_count", "due_wanyuan", "entered_wanyuan")
        assert [arithmetic(row[c]) for c in columns] == wanted, row
        assert float(arithmetic(row["entry_rate_by_count"])) == pytest.approx(
            len(entered) / len(due)
        )
        assert float(arithmetic(row["entry_rate_by_amount"])) == pytest.approx(
            float(sum(entered) / sum(due))
        )


@pytest.mark.parametrize("name", [QUARTER, "messy_but_right"])
def test_dates_and_bands(name):
    for row in scenario(name).table("fct_starts").rows:
        start = row["reported_start"] if row["verified_start"] == "NULL" else row["verified_start"]
        late = dt.date.fromisoformat(start) - dt.date.fromisoformat(row["planned_start"])
        assert (row["start_period"], int(row["days_late"])) == (start[:7], late.days), row
    for row in scenario(name).table("dim_project").rows:
        total = arithmetic(row["total_investment_wanyuan"])
        assert row["size_band"] == [band for bound, band in BANDS if total >= bound][-1], row
