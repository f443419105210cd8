"""What is published is what the contract promises, scenario by scenario and table by table.

A difference reads: scenario | release.table | key | column | expected | found.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
from pathlib import Path

import duckdb
import pytest
from golden_comparison import compare, compare_findings
from golden_loads import finish_load, run_load
from golden_releases import Release
from golden_scenarios import scenario, scenario_names
from golden_tables import as_text

pytestmark = pytest.mark.golden

TABLES = [
    pytest.param(name, release, table, id=f"{name}-{release}.{table}")
    for name in scenario_names()
    for release, table in scenario(name).expected_tables()
]
SCENARIOS = scenario_names()
TWICE = "same_arrivals_in_another_order_and_twice"


def fail_with(problems: list[str]) -> None:
    if problems:
        pytest.fail(f"{len(problems)} difference(s)\n" + "\n".join(problems), pytrace=False)


@pytest.mark.parametrize(("name", "where", "table"), TABLES)
def test_the_published_rows_are_the_expected_ones(loaded_home, name, where, table):
    home = loaded_home(name)
    release = home.release()
    expected = home.scenario.table(table, where)
    if table not in release.tables(where):
        pytest.fail(f"{name} | {where}.duckdb has no table marts.{table}", pytrace=False)
    if table == "fct_findings":
        receipts = {entry.label for entry in release.returns}
        fail_with(compare_findings(name, expected, release, where, receipts))
    else:
        fail_with(
            compare(
                name, table, expected, release, where, home.scenario.declared.get("open_rows", [])
            )
        )


PROMISED = {
    "dim_project": "project_key project_code project_name tier category ledger_nature unit_code township_code owner_name"
    " owner_uscc total_investment_wanyuan plan_year_wanyuan size_band planned_start planned_completion status",
    "dim_unit": "unit_code unit_name unit_type aliases assessed group contacts valid_from valid_to",
    "dim_period": "period",
    "dim_rule": "rule_id form_id level severity field title message remedy valid_from valid_to",
    "fct_investment": "project_key unit_code period investment_month_wanyuan investment_ytd_wanyuan"
    " investment_cumulative_wanyuan plan_year_wanyuan completion_rate time_progress_rate progress_gap_pp receipt_id row_key",
    "fct_starts": "project_key unit_code planned_start reported_start verified_start start_period days_late"
    " total_investment_wanyuan size_band row_key",
    "fct_completions": "project_key unit_code planned_completion reported_completion verified_completion production_date"
    " completion_period days_late row_key",
    "mart_fai_reconciliation": "unit_code period match_class project_count ledger_ytd_wanyuan statistics_ytd_wanyuan"
    " difference_wanyuan is_withheld",
    "mart_fai_entry_rate": "unit_code period due_count entered_count entry_rate_by_count due_wanyuan entered_wanyuan"
    " entry_rate_by_amount",
    "dim_indicator": "indicator_id indicator_name aliases measure_unit source measure min_total_wanyuan basis"
    " provider_unit_code parent_indicator_id",
    "fct_targets": "unit_code indicator_id year target_value row_key",
    "fct_indicator_actuals": "unit_code indicator_id period actual_value source row_key",
    "mart_scorecard": "unit_code indicator_id period target_value actual_value completion_rate score weight rank_in_group"
    " rule_version",
    "mart_ranking": "unit_code period group total_score rank_in_group is_vetoed veto_reason",
    "mart_award": "award_id unit_code period award_name rank prize_wanyuan",
    "mart_project_light": "project_key period light deciding_component measure_value threshold reason streak rule_version",
    "mart_size_band": "period stage size_band project_count total_investment_wanyuan plan_year_wanyuan share_of_count",
    "mart_progress_summary": "period dimension member project_count plan_year_wanyuan investment_ytd_wanyuan completion_rate"
    " planned_starts_year planned_starts_to_date started_count started_early_count overdue_start_count"
    " started_unplanned_count start_rate_on_year start_rate_to_date planned_completions_year completed_count"
    " completed_rate_on_year",
    "mart_reporting_compliance": "unit_code form_id period due_at first_received_at accepted_at status days_late attempts"
    " first_pass error_count warning_count",
    "fct_submissions": "receipt_id unit_code form_id period file_name sha256 received_at status version_no superseded_by"
    " refused_because",
    "fct_findings": "finding_id receipt_id rule_id severity sheet cell field project_name value_found value_expected message",
    "fct_row_accounting": "receipt_id sheet used_rows title_rows header_rows category_rows total_rows note_rows blank_rows"
    " continuation_rows data_rows_loaded data_rows_refused is_balanced",
}
RESTRICTED = {
    "fct_fai_reconciliation": "period project_key statistics_code match_class match_method match_score ledger_ytd_wanyuan"
    " statistics_ytd_wanyuan difference_wanyuan difference_rate reason_code months_since_start entry_light row_key",
}


@pytest.mark.xdist_group(SCENARIOS[0])
@pytest.mark.parametrize(
    ("where", "table", "columns"),
    [pytest.param("reporting", t, c, id=t) for t, c in PROMISED.items()]
    + [pytest.param("statistics", t, c, id=t) for t, c in RESTRICTED.items()],
)
def test_the_promised_columns_are_published_with_their_types(loaded_home, where, table, columns):
    """Money is DECIMAL(18,4), rates and points are DOUBLE."""
    release = loaded_home(SCENARIOS[0]).release()
    types, _ = release.rows(table, where)
    problems = [f"{where}.{table} | {c} is not there" for c in columns.split() if c not in types]
    for column in set(columns.split()) & set(types):
        wanted = (
            "DECIMAL(18,4)"
            if column.endswith("_wanyuan")
            else "DOUBLE"
            if column.endswith(("_rate", "_pp", "score", "_on_year", "_to_date"))
            and "planned" not in column
            else None
        )
        if wanted and types[column] != wanted:
            problems.append(f"{where}.{table} | {column} is {types[column]}, not {wanted}")
    fail_with(problems)


@pytest.mark.xdist_group(SCENARIOS[0])
def test_the_open_release_has_no_project_level_reconciliation(loaded_home):
    assert "fct_fai_reconciliation" not in loaded_home(SCENARIOS[0]).release().tables("reporting")


@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_is_lost(loaded_home, name):
    """Every file is in the archive byte for byte, has left the inbox, and has one receipt with an end state;
    the row accounting of every sheet balances."""
    home = loaded_home(name)
    release = home.release()
    problems = []
    for entry in release.returns:
        archived = home.path / "archive" / entry.sha256[:2] / entry.sha256
        if (
            not archived.exists()
            or hashlib.sha256(archived.read_bytes()).hexdigest() != entry.sha256
        ):
            problems.append(f"{name} | {entry.label} | not in the archive as {archived}")
        if (home.path / "inbox" / entry.unit / entry.name).exists():
            problems.append(f"{name} | {entry.label} | still in the inbox")
    _, submissions = release.rows("fct_submissions")
    if len(submissions) != len(release.returns):
        problems.append(
            f"{name} | {len(release.returns)} files arrived, {len(submissions)} receipts are published"
        )
    ends = {"accepted", "accepted_with_warnings", "refused", "duplicate"}
    problems += [
        f"{name} | {release.label(s['receipt_id'])} | status {s['status']}"
        for s in submissions
        if s["status"] not in ends
    ]
    kinds = ("title_rows", "header_rows", "category_rows", "total_rows", "note_rows", "blank_rows", "continuation_rows",
             "data_rows_loaded", "data_rows_refused")  # fmt: skip
    for where in ("reporting", "statistics"):
        for row in release.rows("fct_row_accounting", where)[1]:
            if not row["is_balanced"] or row["used_rows"] != sum(row[kind] or 0 for kind in kinds):
                problems.append(
                    f"{name} | {release.label(row['receipt_id'])} {row['sheet']} | does not balance: {row}"
                )
    fail_with(problems)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_refused_or_duplicate_return_gives_no_figure(loaded_home, name):
    release = loaded_home(name).release()
    _, submissions = release.rows("fct_submissions")
    silent = {
        s["receipt_id"]
        for s in submissions
        if s["status"] in ("refused", "duplicate") or s["superseded_by"]
    }
    speaking = {row["receipt_id"] for row in release.rows("fct_investment")[1]}
    fail_with(
        [
            f"{name} | {release.label(r)} | gives figures to fct_investment"
            for r in sorted(silent & speaking)
        ]
    )


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_finding_names_a_declared_rule_and_is_written_for_people(loaded_home, name):
    release = loaded_home(name).release()
    _, rules = release.rows("dim_rule")
    known = {rule["rule_id"]: rule for rule in rules}
    problems = []
    if len(known) != len(rules):
        problems.append(f"{name} | dim_rule | rule_id is not unique")
    findings = release.rows("fct_findings")[1] + release.rows("fct_findings", "statistics")[1]
    if len({f["finding_id"] for f in findings}) != len(findings):
        problems.append(f"{name} | fct_findings | finding_id is not unique")
    for finding in findings:
        where = (
            f"{name} | {release.label(finding['receipt_id'])} {finding['sheet']}!{finding['cell']}"
        )
        if finding["rule_id"] not in known:
            problems.append(f"{where} | rule {finding['rule_id']} is not in dim_rule")
        if finding["cell"] and not re.fullmatch(r"[A-Z]{1,3}[1-9]\d*", finding["cell"]):
            problems.append(f"{where} | cell is not written like C5")
        if not finding["message"] or not re.search("[一-鿿]", finding["message"]):
            problems.append(f"{where} | no message a clerk could read: {finding['message']!r}")
        elif re.search(r"Error|Exception|Traceback|None\b|nan\b", finding["message"]):
            problems.append(f"{where} | the message speaks program: {finding['message']!r}")
    fail_with(problems)


@pytest.mark.parametrize("name", SCENARIOS)
def test_restricted_stays_restricted(loaded_home, name):
    """No statistics code, name or project-level figure in the open release, its Parquet, reports, or what other
    units get back; and the restricted file is for its owner only."""
    home = loaded_home(name)
    words = home.scenario.declared["restricted_words"]
    problems = []
    restricted = (home.path / "published" / "statistics.duckdb").resolve()
    if stat.S_IMODE(restricted.stat().st_mode) != 0o600:
        problems.append(
            f"{name} | statistics.duckdb has mode {stat.S_IMODE(restricted.stat().st_mode):o}"
        )
    bureaus = {s["unit_code"] for s in home.release().rows("fct_submissions", "statistics")[1]}

    def look(connection: duckdb.DuckDBPyConnection, source: str, label: str) -> None:
        for row in connection.execute(f"select * from {source}").fetchall():
            text = json.dumps([as_text(value) for value in row], ensure_ascii=False)
            problems.extend(
                f"{name} | {label} | {word} in {text[:300]}" for word in words if word in text
            )

    reporting = duckdb.connect(str(home.path / "published" / "reporting.duckdb"), read_only=True)
    tables = reporting.execute(
        "select table_schema, table_name from information_schema.tables where table_catalog = current_database()"
    ).fetchall()
    for schema, table in tables:
        look(reporting, f'"{schema}"."{table}"', f"reporting.duckdb {schema}.{table}")
    memory = duckdb.connect()
    for path in sorted((home.path / "published" / "parquet").rglob("*.parquet")):
        look(memory, f"read_parquet('{path}')", str(path.relative_to(home.path)))
    for folder in ("feedback", "reports"):
        for path in sorted((home.path / folder).rglob("*")):
            if path.is_file() and path.relative_to(home.path).parts[1] not in bureaus:
                text = path.read_bytes().decode("utf-8", "ignore")
                problems.extend(
                    f"{name} | {path.relative_to(home.path)} | {word}"
                    for word in words
                    if word in text
                )
    fail_with(problems)


@pytest.mark.parametrize("name", SCENARIOS)
def test_load_tells_what_it_did_as_json(loaded_home, name):
    for result in loaded_home(name).results:
        assert isinstance(json.loads(result.stdout), dict), result.describe()


# --------------------------------------------------------------------------------------------------------
# The same inputs give the same tables
# --------------------------------------------------------------------------------------------------------

SCOPE = {
    "dim_project", "dim_unit", "dim_period", "dim_rule", "fct_investment", "fct_starts", "fct_completions",
    "fct_fai_reconciliation", "mart_fai_reconciliation", "mart_fai_entry_rate", "fct_submissions", "fct_findings",
    "fct_row_accounting", "fct_investment_vintages", "fct_revisions", "mart_project_light", "mart_size_band",
    "mart_progress_summary",
}  # fmt: skip
OF_THE_RELEASE = re.compile(r"release|built_at|published_at|loaded_at|dbt_")
# Ids of receipts depend on the file name; what is derived from them does too.
OF_THE_FILE_NAME = {"finding_id", "file_name", "row_key"}


def snapshot(
    home: Path, returns: list
) -> dict[tuple[str, str], tuple[list[str], list[tuple[str, ...]]]]:
    """(release, table) → columns and sorted rows, with receipts read as unit/file."""
    release = Release(home, returns)
    labels = release.labels()
    pattern = re.compile("|".join(map(re.escape, labels))) if labels else None

    def text(value: object) -> str:
        shown = as_text(value)
        return pattern.sub(lambda m: labels[m[0]], shown) if pattern else shown

    taken = {}
    for where in ("reporting", "statistics"):
        for table in sorted(release.tables(where) & SCOPE):
            types, rows = release.rows(table, where)
            columns = [column for column in types if not OF_THE_RELEASE.search(column)]
            taken[where, table] = (
                columns,
                sorted(tuple(text(row[c]) for c in columns) for row in rows),
            )
    return taken


def differences(
    story: str, before: dict, after: dict, without: set[str] = frozenset()
) -> list[str]:
    problems = (
        [f"{TWICE} | {story} | tables {sorted(before.keys() ^ after.keys())}"]
        if before.keys() != after.keys()
        else []
    )
    for key in before.keys() & after.keys():
        (columns, _), (others, _) = before[key], after[key]
        if columns != others:
            problems.append(f"{TWICE} | {story} | {key} | columns {columns} became {others}")
            continue
        keep = [i for i, column in enumerate(columns) if column not in without]
        first, second = (
            sorted(tuple(row[i] for i in keep) for row in side[key][1]) for side in (before, after)
        )
        names = [columns[i] for i in keep]
        gone, new = [r for r in first if r not in second], [r for r in second if r not in first]
        for mark, rows in (("only before", gone), ("only after", new)):
            problems += [
                f"{TWICE} | {story} | {'.'.join(key)} | {mark} | {dict(zip(names, r, strict=True))}"
                for r in rows
            ]
        if not gone and not new and first != second:
            problems.append(
                f"{TWICE} | {story} | {'.'.join(key)} | rows came more often than before"
            )
    return problems


@pytest.mark.xdist_group(TWICE)
def test_a_second_load_with_nothing_new_changes_nothing(loaded_home):
    home = loaded_home(TWICE)
    returns = home.release().returns
    before = snapshot(home.path, returns)
    finish_load(home.path, "2025-03-11T09:00:00")
    after = snapshot(home.path, returns)
    fail_with(differences("loaded again", before, after))


@pytest.mark.xdist_group(TWICE)
def test_another_order_of_arrival_gives_the_same_tables(loaded_home, tmp_path):
    """The same bytes with the same file times, dropped last to first, under names that sort the other way round
    (except the two whose file times are equal: there the name decides)."""
    home = loaded_home(TWICE)
    story = home.scenario
    (load,) = story.loads
    times = [(entry.unit, entry.mtime) for entry in load.returns]
    movable = sorted(e.label for e in load.returns if times.count((e.unit, e.mtime)) == 1)
    prefix = {label: f"{chr(ord('z') - rank)}" for rank, label in enumerate(movable)}
    other = tmp_path / "other"
    story.make_home(other)
    story.drop(other, load, backwards=True, prefix=prefix)
    finish_load(other, load.now)
    renamed = [
        type(e)(e.label, e.unit, prefix.get(e.label, "") + e.name, e.data, e.mtime) for e in load.returns
    ]  # fmt: skip
    before = snapshot(home.path, list(load.returns))
    after = snapshot(other, renamed)
    fail_with(differences("another order", before, after, without=OF_THE_FILE_NAME))


@pytest.mark.xdist_group(TWICE)
def test_a_load_dated_before_the_last_one_is_refused_and_changes_nothing(loaded_home):
    home = loaded_home(TWICE)
    returns = home.release().returns
    before = snapshot(home.path, returns)
    result = run_load(home.path, "2025-03-09T09:00:00")
    assert result.exit_code == 1, result.describe()
    fail_with(differences("dated before the last load", before, snapshot(home.path, returns)))
