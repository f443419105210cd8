"""The bundled sample returns are what their story says, and the story says what was published."""

import csv
import re
import tomllib
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from replays import assert_rebuilt_alike, workbook_cells

REPOSITORY = Path(__file__).resolve().parents[2]
PROFILE = REPOSITORY / "sources" / "districts" / "chengde-2019"
MONTHS = [f"m{month:02d}" for month in range(1, 13)]
REQUIRED_HEADINGS = {
    "project_ledger": [r"(项目|工程)名称", r"(计划)?总投资"],
    "progress_report": [r"(项目|工程)名称", r"(本年累计|自年初累计|2019年1-\d+月累计)完成投资"],
    "start_completion_register": ["项目名称", "认定开工时间", "认定竣工时间"],
    "statistics_fai": ["统计库项目编码", "项目名称", "自年初累计完成投资"],
}
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def read(name):
    text = (PROFILE / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), strict=True))


def by(rows, column):
    return {row[column]: row for row in rows}


@pytest.fixture(scope="module")
def projects():
    return read("story/projects.csv")


@pytest.fixture(scope="module")
def adjusted(projects):
    changed = by([dict(row) for row in projects], "project_name")
    for change in read("story/ledger_changes.csv"):
        assert changed[change["project_name"]][change["field"]] == change["old_value"]
        changed[change["project_name"]][change["field"]] = change["new_value"]
    return list(changed.values())


def test_rebuilding_gives_the_committed_files(tmp_path):
    assert_rebuilt_alike("chengde-2019", tmp_path)


def test_every_arrival_exists_and_every_file_arrives():
    arrivals = read("samples/arrivals.csv")
    assert list(arrivals[0]) == ["path", "unit_code", "arrived_at"]
    files = {str(p.relative_to(PROFILE)) for p in (PROFILE / "samples").rglob("*.xls*")}
    assert Counter(row["path"] for row in arrivals) == Counter(files)
    units = by(read("units.csv"), "unit_code")
    last_load = tomllib.loads((PROFILE / "district.toml").read_text())["samples"]["loads"][-1]
    for row in arrivals:
        assert row["path"].startswith(f"samples/{row['unit_code']}/") and row["unit_code"] in units
        assert row["arrived_at"] < last_load


def test_every_return_carries_the_headings_its_form_requires():
    no_workbooks = {row["path"] for row in read("story/changes.csv") if row["kind"] == "text_file"}
    for row in read("story/returns.csv"):
        if row["path"] in no_workbooks:
            continue
        rows = workbook_cells(PROFILE / row["path"])[0][3]
        headings = {
            re.sub(r"\s|[（(].*?元[）)]", "", str(value)) for line in rows[:6] for value in line
        }
        for pattern in REQUIRED_HEADINGS[row["form_id"]]:
            assert any(re.fullmatch(pattern, heading) for heading in headings), (
                row["path"],
                pattern,
            )


def test_both_formats_are_sent():
    endings = Counter(Path(row["path"]).suffix for row in read("samples/arrivals.csv"))
    assert endings[".xls"] > 10 and endings[".xlsx"] > 10


@pytest.mark.parametrize("ledger", ["projects", "adjusted"])
def test_groups_add_up_to_the_published_figures(ledger, request):
    rows = request.getfixturevalue(ledger)
    for group in read("story/groups.csv"):
        members = [row for row in rows if row["group"] == group["group"]]
        assert len(members) == int(group["published_count"]) == 10
        total = sum(Decimal(row["total_investment_wanyuan"]) for row in members)
        assert total == Decimal(group["published_total_wanyuan"])
        if group["published_plan_year_wanyuan"]:
            plan = sum(Decimal(row["plan_year_wanyuan"]) for row in members)
            assert plan == Decimal(group["published_plan_year_wanyuan"])
        planned = [row for row in members if row["planned_completion"].startswith("2019")]
        assert len(planned) == int(group["planned_completions_year"])


def test_only_the_third_total_is_approximate():
    approximate = [
        row["group"] for row in read("story/groups.csv") if row["total_is_approximate"] == "true"
    ]
    assert approximate == ["3"]


def test_group_one_exceeds_a_hundred_million_each(projects):
    assert all(
        Decimal(p["total_investment_wanyuan"]) > 10_000 for p in projects if p["group"] == "1"
    )


def test_names_and_codes_are_unique_and_well_formed(adjusted):
    names = [row["project_name"] for row in adjusted]
    codes = [row["project_code"] for row in adjusted if row["project_code"]]
    assert len(set(names)) == 40 and len(set(codes)) == len(codes) < 40
    assert all(re.fullmatch(r"\d{4}-\d{6}-\d{2}-\d{2}-\d{6}", code) for code in codes)


def test_credit_codes_carry_their_check_digits(projects):
    codes = {
        row["owner_uscc"] for row in [*projects, *read("story/statistics.csv")] if row["owner_uscc"]
    }
    assert {code[0] for code in codes} >= {"9", "1", "N", "Y"}
    for code in codes:
        weighted = sum(USCC_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
        assert code[17] == USCC_ALPHABET[(31 - weighted % 31) % 31], code
        weights = (3, 7, 9, 10, 5, 8, 4, 2)
        rest = (
            11
            - sum(ORG_ALPHABET.index(c) * w for c, w in zip(code[8:16], weights, strict=True)) % 11
        )
        assert code[16] == {10: "X", 11: "0"}.get(rest, str(rest)), code


def test_investment_is_consistent_with_the_ledger(adjusted):
    months = by(read("story/investment.csv"), "project_name")
    assert list(months) == [row["project_name"] for row in adjusted]
    for project in adjusted:
        written = [months[project["project_name"]][month] for month in MONTHS]
        assert "" not in "|".join(written).rstrip("|").split("|"), "a blank month only at the end"
        amounts = [Decimal(amount or 0) for amount in written]
        assert min(amounts) >= 0
        prior = Decimal(project["cumulative_prior_wanyuan"])
        assert prior + sum(amounts) <= Decimal(project["total_investment_wanyuan"])
        assert project["nature"] == "续建" or prior == 0


def test_nothing_is_invested_outside_the_works(adjusted):
    dates = by(read("story/starts_and_completions.csv"), "project_name")
    for row in read("story/investment.csv"):
        known = dates.get(
            row["project_name"], {"reported_start": "9999", "reported_completion": ""}
        )
        project = by(adjusted, "project_name")[row["project_name"]]
        for number, month in enumerate(MONTHS, 1):
            period = f"2019-{number:02d}"
            is_early = project["nature"] == "新开工" and period < known["reported_start"][:7]
            is_late = known["reported_completion"] and period > known["reported_completion"][:7]
            if is_early or is_late:
                assert Decimal(row[month] or 0) == 0, (row["project_name"], month)


def test_dates_are_in_order():
    order = ("reported_start", "verified_start", "reported_completion", "verified_completion")
    for row in read("story/starts_and_completions.csv"):
        dates = [row[column] for column in order if row[column]]
        assert [date[:7] for date in dates] == sorted(date[:7] for date in dates), row[
            "project_name"
        ]
        assert not row["production_date"] or row["production_date"] >= row["reported_completion"]
        for event in ("start", "completion"):
            if row[f"{event}_register_month"]:
                assert row[f"verified_{event}"][:7] <= f"2019-{row[f'{event}_register_month']}"


def test_statistics_never_fall_nor_exceed_their_plan():
    ytd = by(read("story/statistics_ytd.csv"), "statistics_code")
    for record in read("story/statistics.csv"):
        series = [
            Decimal(ytd[record["statistics_code"]][m])
            for m in MONTHS[1:]
            if ytd[record["statistics_code"]][m]
        ]
        assert series == sorted(series)
        built = Decimal(record["cumulative_prior_wanyuan"]) + series[-1]
        assert built <= Decimal(record["planned_total_wanyuan"])
        assert record["start_month"] <= record["entry_month"]


def test_the_expected_reconciliation_shows_every_class_and_method(projects):
    rows = read("story/expected_december_reconciliation.csv")
    matched = {"matched_equal", "matched_differs", "matched_unreported", "proposed"}
    ledger_only = {"not_entered", "below_threshold", "not_started"}
    assert {row["match_class"] for row in rows} == {
        *matched,
        *(f"ledger_only_{reason}" for reason in ledger_only),
        "statistics_only",
    }
    assert {row["match_method"] for row in rows} == {
        "link",
        "project_code",
        "uscc_and_name",
        "name",
        "none",
    }
    assert [row["project_name"] for row in rows[:40]] == [row["project_name"] for row in projects]


def test_links_and_plan_name_what_exists(projects):
    codes = {row["project_code"] for row in projects}
    records = {row["statistics_code"] for row in read("story/statistics.csv")}
    units = by(read("units.csv"), "unit_code")
    assert all(row["left_id"] in codes and row["right_id"] in records for row in read("links.csv"))
    assert all(row["unit_code"] in units for row in read("reporting_plan.csv"))
    assert {row["unit_code"] for row in projects} <= set(units)
