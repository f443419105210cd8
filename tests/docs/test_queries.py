"""The worked questions of ``warehouse/queries`` run on a published release and give what its story says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from build_data_dictionary import published_tables
from replays import Replay

FOLDER = Path(__file__).resolve().parents[2] / "warehouse" / "queries"
QUERIES = sorted(FOLDER.glob("*.sql"))
RUNBOOKS = sorted((FOLDER.parents[1] / "docs" / "runbooks").glob("[a-z]*.md"))
# Spellings another engine refuses or reads differently (docs/adr/0001): casts by ::, date arithmetic, …
NOT_PORTABLE = re.compile(
    r"::|\bexclude\b|\bgenerate_series\b|\bstrftime\b|\bstring_agg\b|\binterval\b", re.I
)

ONLY_RESTRICTED = {table.name for table in published_tables() if table.is_restricted} - {
    table.name for table in published_tables() if not table.is_restricted
}


@dataclass(frozen=True)
class Answer:
    columns: list[str]
    rows: list[tuple[Any, ...]]

    def column(self, name: str) -> list[Any]:
        return [row[self.columns.index(name)] for row in self.rows]


# Questions about targets and scores, and about the working ledgers, which only one district has each.
OF_SCORES = {"13", "14", "15", "29"}
OF_WORKING_LEDGERS = {"19", "20", "21", "22", "24", "25"}


@pytest.fixture(scope="module")
def scored(haizhou: Replay) -> Iterator[duckdb.DuckDBPyConnection]:
    path = haizhou.home / "published" / "reporting.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def release(chengde_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    path = chengde_home / "published" / "reporting.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def worked(zhaoling: Replay) -> Iterator[duckdb.DuckDBPyConnection]:
    path = zhaoling.home / "published" / "reporting.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def ask(release: duckdb.DuckDBPyConnection, name: str) -> Answer:
    (path,) = FOLDER.glob(f"{name}*.sql")
    result = release.execute(path.read_text("utf-8"))
    return Answer([column[0] for column in result.description], result.fetchall())


@pytest.mark.parametrize("page", RUNBOOKS, ids=lambda page: page.stem)
def test_sql_of_a_runbook_runs(chengde_home: Path, page: Path) -> None:
    """In the open file, or in the restricted one where it asks for what only that has."""
    for block in re.findall(r"```sql\n(.*?)```", page.read_text("utf-8"), re.S):
        named = set(re.findall(r"marts\.(\w+)", block))
        file = "statistics" if named & ONLY_RESTRICTED else "reporting"
        path = chengde_home / "published" / f"{file}.duckdb"
        with duckdb.connect(str(path), read_only=True) as connection:
            connection.execute(block).fetchall()


def test_the_questions_are_numbered() -> None:
    assert [path.name[:2] for path in QUERIES] == [f"{number:02d}" for number in range(1, 35)]


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_the_question_is_put_in_both_languages_and_names_its_method(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith("-- 问：")
    assert "\n-- Q: " in text
    (method,) = re.findall(r"^-- Method: (\S+)$", text, re.M)
    assert (FOLDER.parents[1] / method).is_file()
    sql = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    assert not NOT_PORTABLE.search(sql)


def answered_the_same_twice(release: duckdb.DuckDBPyConnection, path: Path) -> None:
    answer = ask(release, path.stem)
    assert answer.rows
    assert len(set(answer.columns)) == len(answer.columns)
    assert ask(release, path.stem).rows == answer.rows


@pytest.mark.parametrize(
    "path",
    [p for p in QUERIES if p.name[:2] not in OF_SCORES | OF_WORKING_LEDGERS],
    ids=lambda path: path.stem,
)
def test_the_question_is_answered_the_same_twice(
    release: duckdb.DuckDBPyConnection, path: Path
) -> None:
    answered_the_same_twice(release, path)


@pytest.mark.parametrize(
    "path", [p for p in QUERIES if p.name[:2] in OF_SCORES], ids=lambda path: path.stem
)
def test_the_question_about_scores_is_answered_the_same_twice(
    scored: duckdb.DuckDBPyConnection, path: Path
) -> None:
    answered_the_same_twice(scored, path)


@pytest.mark.parametrize(
    "path", [p for p in QUERIES if p.name[:2] in OF_WORKING_LEDGERS], ids=lambda path: path.stem
)
def test_the_question_about_working_ledgers_is_answered_the_same_twice(
    worked: duckdb.DuckDBPyConnection, path: Path
) -> None:
    answered_the_same_twice(worked, path)


def test_units_add_up_to_the_year_of_the_story(release: duckdb.DuckDBPyConnection) -> None:
    """sources/districts/chengde-2019/README.md, 12 月应得的数."""
    answer = ask(release, "01")
    assert sum(answer.column("plan_year_wanyuan")) == Decimal("655700")
    assert sum(answer.column("investment_ytd_wanyuan")) == Decimal("598717.9")
    assert sum(answer.column("project_count")) == 40
    assert sum(answer.column("missing_count")) == 0


def test_projects_are_all_in_one_size_band(release: duckdb.DuckDBPyConnection) -> None:
    answer = ask(release, "03")
    assert sum(answer.column("project_count")) == 40
    assert sum(answer.column("share_of_count")) == pytest.approx(1)


def test_started_is_due_less_overdue_and_early(release: duckdb.DuckDBPyConnection) -> None:
    answer = ask(release, "04")
    planned, due, started, early, overdue = (
        sum(answer.column(name))
        for name in (
            "planned_starts_year", "planned_starts_to_date", "started_count",
            "started_early_count", "overdue_start_count",
        )
    )  # fmt: skip
    assert (planned, started, overdue) == (22, 20, 2)
    assert started == due - overdue + early


def test_the_unexplained_thirty_of_may_shows(release: duckdb.DuckDBPyConnection) -> None:
    """The story's RBD5号路: 600 in the month, 630 more in the year-to-date."""
    answer = ask(release, "06")
    unexplained = dict(
        zip(answer.column("period"), answer.column("unexplained_wanyuan"), strict=True)
    )
    assert {period: gap for period, gap in unexplained.items() if gap} == {"2019-05": 30}


def test_every_figure_of_the_project_has_its_cell(release: duckdb.DuckDBPyConnection) -> None:
    answer = ask(release, "09")
    assert all(answer.column("cell"))
    assert all(answer.column("raw_text"))


def test_the_refused_returns_and_their_corrections(release: duckdb.DuckDBPyConnection) -> None:
    answer = ask(release, "10")
    found = {
        (period, cell): accepted is not None
        for period, cell, accepted in zip(
            answer.column("period"),
            answer.column("cell"),
            answer.column("accepted_at"),
            strict=True,
        )
    }
    assert found == {("2019-06", "E14"): True, ("2019-09", "D3"): True, (None, None): False}


def test_the_one_open_question_is_the_unexplained_thirty(
    release: duckdb.DuckDBPyConnection,
) -> None:
    answer = ask(release, "11")
    assert list(
        zip(
            answer.column("project_name"), answer.column("cell"), answer.column("rule_id"),
            strict=True,
        )
    ) == [("RBD5号路", "D10", "PRG-303")]  # fmt: skip


def test_each_unit_is_shown_with_its_own_mistakes(release: duckdb.DuckDBPyConnection) -> None:
    answer = ask(release, "12")
    rules = zip(answer.column("rule_id"), answer.column("failed_return_count"), strict=True)
    assert sorted(rules) == [("GEN-002", 1), ("GEN-106", 1), ("GEN-108", 1), ("PRG-303", 1)]


def test_the_half_year_check_is_of_every_target(scored: duckdb.DuckDBPyConnection) -> None:
    answer = ask(scored, "13")
    (targets,) = scored.execute(
        "select count(*) from marts.fct_targets inner join marts.dim_unit using (unit_code)"
        " where assessed and target_value > 0"
    ).fetchone()
    assert len(answer.rows) == targets
    assert set(answer.column("is_on_schedule")) >= {True, False}


def test_the_places_of_each_group_begin_with_one(scored: duckdb.DuckDBPyConnection) -> None:
    answer = ask(scored, "14")
    first = dict(reversed(list(zip(answer.column("group"), answer.rows, strict=True))))
    assert {row[answer.columns.index("rank_in_group")] for row in first.values()} == {1}
    assert any(answer.column("is_vetoed"))
    assert all(
        not count
        for is_vetoed, count in zip(
            answer.column("is_vetoed"), answer.column("award_count"), strict=True
        )
        if is_vetoed
    )


def test_every_counted_project_of_a_size_weighted_indicator_has_a_weight(
    scored: duckdb.DuckDBPyConnection,
) -> None:
    answer = ask(scored, "15")
    weights = {
        weight
        for name, weight in zip(
            answer.column("indicator_name"), answer.column("size_weight"), strict=True
        )
        if name == "新开工项目"
    }
    assert None not in weights
    assert len(weights) > 1


def test_red_lights_come_with_a_reason(release: duckdb.DuckDBPyConnection) -> None:
    answer = ask(release, "16")
    assert set(answer.column("light")) <= {"red", "yellow"}
    assert all(answer.column("reason"))


def test_the_categories_add_up_to_forty_projects(release: duckdb.DuckDBPyConnection) -> None:
    assert sum(ask(release, "17").column("project_count")) == 40


def test_what_is_due_is_on_time_late_refused_or_missing(release: duckdb.DuckDBPyConnection) -> None:
    answer = ask(release, "18")
    parts = ("on_time_count", "late_count", "refused_count", "missing_count")
    assert answer.column("due_count") == [
        sum(row) for row in zip(*map(answer.column, parts), strict=True)
    ]
    assert sum(answer.column("due_count")) > 0


def test_the_published_meetings_and_settled_problems_come_out(
    worked: duckdb.DuckDBPyConnection,
) -> None:
    """sources/districts/zhaoling-2022/README.md: 61 meetings, 113 problems solved."""
    answer = ask(worked, "19")
    assert max(answer.column("meeting_count")) == 61
    assert max(answer.column("done_count")) == 113


def test_the_quarters_add_up_to_what_happened(worked: duckdb.DuckDBPyConnection) -> None:
    answer = ask(worked, "24")
    (meetings, items) = worked.execute(
        "select count(distinct (held_on, meeting_type)), count(*) from marts.mart_dispatch"
        " where year(held_on) = 2022"
    ).fetchone()
    assert sum(answer.column("meeting_count")) == meetings
    assert sum(answer.column("item_count")) == items
    invested = dict(
        worked.execute(
            "select period, sum(investment_period_wanyuan) from marts.mart_investment_period"
            " where period_type = 'quarter' and not is_package_parent group by period"
        ).fetchall()
    )
    assert (
        dict(zip(answer.column("period"), answer.column("investment_wanyuan"), strict=True))
        == invested
    )


def test_june_grew_by_the_two_units_that_came_late_and_one_corrected_figure(
    release: duckdb.DuckDBPyConnection,
) -> None:
    """The story: two units sent June after the first load, one its figure of a refused return."""
    answer = ask(release, "26")
    late = {
        unit: (then, now)
        for unit, then, now in zip(
            answer.column("unit_name"), answer.column("reported_then_count"),
            answer.column("reported_now_count"), strict=True,
        )
        if then != now
    }  # fmt: skip
    assert late == {"上板城镇": (0, 5), "社会发展局": (0, 4)}
    assert sum(answer.column("changed_count")) == 1
    (published_then, published_now) = (
        release.execute(
            f"select sum(investment_ytd_wanyuan) from {source} where period = '2019-06'"
        ).fetchone()
        for source in (
            "marts.investment_as_known(timestamp '2019-07-05 18:00:00')",
            "marts.fct_investment",
        )
    )
    assert (sum(answer.column("then_wanyuan")),) == published_then
    assert (sum(answer.column("now_wanyuan")),) == published_now


def test_a_changed_figure_comes_with_both_cells(release: duckdb.DuckDBPyConnection) -> None:
    answer = ask(release, "27")
    assert answer.rows
    before, after, days_before, days_after = (
        answer.column(name) for name in ("old_value", "new_value", "old_date", "new_date")
    )
    assert all(
        old != new
        for old, new in zip(
            zip(before, days_before, strict=True), zip(after, days_after, strict=True), strict=True
        )
    )
    assert answer.column("difference") == [
        None if old is None or new is None else new - old
        for old, new in zip(before, after, strict=True)
    ]
    assert all(answer.column("changed_by"))
    # A correction is known from the release that first shows it, not from a return.
    assert [at is None for at in answer.column("known_at")] == [
        cause == "corrected" for cause in answer.column("cause")
    ]


def test_a_score_is_led_back_to_target_and_figure(scored: duckdb.DuckDBPyConnection) -> None:
    answer = ask(scored, "29")
    parts = {
        (indicator, part)
        for indicator, part in zip(
            answer.column("indicator_name"), answer.column("part"), strict=True
        )
    }
    indicators = set(answer.column("indicator_name"))
    assert {(indicator, "target") for indicator in indicators} <= parts
    assert all(answer.column("cell"))
    counted = [
        value
        for indicator, part, value in zip(
            answer.column("indicator_name"), answer.column("part"), answer.column("value"),
            strict=True,
        )
        if (indicator, part) == ("新开工项目", "project")
    ]  # fmt: skip
    (starts,) = scored.execute(
        "select a.actual_value from marts.fct_indicator_actuals as a"
        " inner join marts.mart_ranking as r on a.unit_code = r.unit_code and a.period = r.period"
        " where a.indicator_id = 'new_starts' and r.rank_in_group = 1"
        " order by r.period desc, r.unit_code limit 1"
    ).fetchone()
    assert sum(counted) == starts


def test_the_causes_of_the_difference_are_named_and_few_projects_give_no_amount(
    release: duckdb.DuckDBPyConnection,
) -> None:
    answer = ask(release, "30")
    assert len(set(answer.column("cause"))) == len(answer.rows) > 1
    shares = [share for share in answer.column("share_of_published") if share is not None]
    assert sum(abs(share) for share in shares) <= 1 + 1e-9
    for count, withheld, amount in zip(
        answer.column("project_count"), answer.column("withheld_project_count"),
        answer.column("published_wanyuan"), strict=True,
    ):  # fmt: skip
        assert 0 <= withheld <= count
        assert (amount is None) is (withheld == count)


def test_who_started_and_is_not_entered_is_told_what_to_do(
    release: duckdb.DuckDBPyConnection,
) -> None:
    answer = ask(release, "31")
    (missing,) = release.execute(
        "select sum(due_count - entered_count) from marts.mart_fai_entry_rate"
        " where period = (select max(period) from marts.mart_fai_entry_rate)"
    ).fetchone()
    assert len(answer.rows) == missing
    assert all(answer.column("next_step"))


def test_the_change_of_a_month_is_same_projects_and_those_that_came_or_went(
    release: duckdb.DuckDBPyConnection,
) -> None:
    answer = ask(release, "32")
    parts = (
        "comparable_change_wanyuan", "came_in_wanyuan", "dropped_out_wanyuan", "completed_wanyuan",
    )  # fmt: skip
    assert answer.column("change_wanyuan") == [
        sum(row) for row in zip(*map(answer.column, parts), strict=True)
    ]
    assert any(answer.column("completed_wanyuan"))


def test_a_district_that_reports_by_the_quarter_has_its_changes_and_its_season_too(
    scored: duckdb.DuckDBPyConnection,
) -> None:
    assert len(ask(scored, "32").rows) == 2
    assert ask(scored, "34").column("share_so_far")[-1] == pytest.approx(1)


def test_revisions_of_unlike_figures_are_not_added(release: duckdb.DuckDBPyConnection) -> None:
    answer = ask(release, "28")
    at = [answer.columns.index(name) for name in ("unit_name", "form_id", "field")]
    assert len({tuple(row[n] for n in at) for row in answer.rows}) == len(answer.rows)


def test_beside_the_published_statistics_stands_the_ledger_of_the_same_units(
    release: duckdb.DuckDBPyConnection,
) -> None:
    answer = ask(release, "08")
    names = ("ledger_of_published_ytd_wanyuan", "published_statistics_ytd_wanyuan")
    for ledger, statistics in zip(*map(answer.column, names), strict=True):
        assert (ledger is None) is (statistics is None)


def test_the_years_end_is_complete(release: duckdb.DuckDBPyConnection) -> None:
    answer = ask(release, "33")
    assert answer.column("due_return_count") == answer.column("accepted_return_count")
    assert answer.column("coverage_rate") == [1.0]
    (total,) = release.execute(
        "select sum(investment_ytd_wanyuan) from marts.fct_investment"
        " where period = '2019-12' and not is_package_parent"
    ).fetchone()
    assert answer.column("investment_ytd_wanyuan") == [total]


def test_the_months_are_the_whole_year(release: duckdb.DuckDBPyConnection) -> None:
    answer = ask(release, "34")
    assert len(answer.rows) == 12
    assert sum(answer.column("share_of_year")) == pytest.approx(1)
    assert answer.column("share_so_far")[-1] == pytest.approx(1)
    assert len(set(answer.column("project_count"))) == 1
