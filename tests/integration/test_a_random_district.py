"""Two years of a district drawn at random: every published score, place, award, light, band and summary is what
an independent computation gives (tests/support/policy_reference)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from policy_files import insert_rows, store_rows, write_config
from policy_reference import published
from policy_reference.facts import Facts
from policy_reference.indicators import Achievements
from policy_reference.lights import Lights
from policy_reference.scores import Scores
from random_district import OWNERS, draw
from random_working_ledgers import MINIMUMS, Drawing
from row_comparison import compare
from small_district import declared_forms, declared_rules
from supervision_records import NodeDrawing
from supervision_reference import Supervision
from working_ledger_reference import WorkingLedgers
from working_ledger_rows import working_ledger_rows, write_weekly_minimums

from pipelines.database import Connection, open_for_writing, open_read_only
from pipelines.declarations.district import load_district
from pipelines.ledger.registry import store_declarations
from pipelines.ledger.work_database import upgrade
from pipelines.settings import Home, read_home_settings

pytestmark = pytest.mark.xdist_group("random_district")  # built once

# Draws a phased plan; the bundled districts go by months, the golden year by days.
SEEDS = (20250701,)
NOW = datetime(2025, 7, 20, 9)  # a Sunday: the week is not over
DBT = Path(__file__).resolve().parents[2] / "dbt_project"
TABLES = (
    "fct_targets", "fct_indicator_actuals", "mart_scorecard", "mart_ranking", "mart_award",
    "mart_project_light", "mart_size_band", "mart_progress_summary", "mart_issue_period",
    "mart_dispatch_week", "mart_site_review", "mart_node_progress", "mart_supervision_notice",
)  # fmt: skip
PLAN = [
    {"form_id": form, "unit_code": unit, "cadence": cadence, "due_rule": "+5wd", "first_period": "", "last_period": ""}
    for form, cadence, units in (
        ("target_breakdown", "annual", ("D1", "D2")), ("indicator_report", "monthly", ("S1", "D2", "D4", "T7")),
        ("start_completion_register", "monthly", ("D1",)), ("statistics_fai", "monthly", ("tongji",)),
        ("progress_report", "monthly", OWNERS),
    )
    for unit in units
]  # fmt: skip


@dataclass(frozen=True)
class Built:
    facts: Facts
    achievements: Achievements
    scores: Scores
    lights: Lights
    working: WorkingLedgers
    supervision: Supervision
    unit_names: dict[str, str]
    connection: Connection

    def rows(self, sql: str) -> list[dict[str, Any]]:
        cursor = self.connection.execute(sql)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def build_marts(database: Path, folder: Path) -> None:
    """The marts in question and what they stand on, built once; set-up has parsed the project already."""
    target = folder / "target"
    target.mkdir()
    if (parsed := DBT / "target" / "partial_parse.msgpack").is_file():
        shutil.copy(parsed, target)
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")), "--quiet", "run", "--project-dir", str(DBT),
            "--profiles-dir", str(DBT), "--target-path", str(target), "--log-path", str(folder),
            "--select", *(f"+{table}" for table in TABLES),
        ],
        env={**os.environ, "TAIZHANG_WORK_DB": str(database), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


@pytest.fixture(scope="module", params=SEEDS)
def built(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("random")
    district = draw(request.param)
    write_config(folder / "home", district, PLAN, 2025)
    home = Home(folder / "home")
    write_weekly_minimums(home.config / "weekly_minimums.csv", MINIMUMS)
    facts = Facts(district)
    drawn = Drawing(Random(request.param), sorted(facts.listed(2025)))
    nodes = NodeDrawing(
        Random(request.param), sorted(facts.listed(2025)), date(2024, 12, 16), date(2025, 7, 18)
    )
    tables = load_district(home.config, 2025)
    database = folder / "work.duckdb"
    forms = declared_forms()
    with open_for_writing(database) as connection:
        upgrade(connection, forms)
        store_declarations(
            connection, read_home_settings(home.settings_file), tables, declared_rules(), forms
        )
        store_rows(connection, district, NOW)
        lists = {
            "issue_ledger": drawn.issues, "dispatch_record": drawn.meetings,
            "site_review": drawn.reviews, "node_plan": nodes.plans,
        }  # fmt: skip
        insert_rows(connection, working_ledger_rows(lists))
        loads = [
            {"load_id": f"earlier-{number}", "now_at": at, "is_finished": True}
            for number, at in enumerate(nodes.loads)
        ]
        insert_rows(connection, {"loads": loads})
    build_marts(database, folder)
    names = {unit.code: unit.name for unit in district.units}
    codes = {name: code for code, name in names.items()}
    working = WorkingLedgers(
        facts, codes, NOW.date(), drawn.issues, drawn.meetings, drawn.reviews, MINIMUMS
    )
    supervision = Supervision(
        facts, codes, [*nodes.loads, NOW + timedelta(minutes=1)], nodes.plans, drawn.issues, drawn.meetings
    )  # fmt: skip
    achievements = Achievements(facts)
    with open_read_only(database) as connection:
        yield Built(
            facts,
            achievements,
            Scores(achievements),
            Lights(facts),
            working,
            supervision,
            names,
            connection,
        )


def test_targets(built):
    keys = ("unit_code", "indicator_id", "year")
    expected = published.targets(built.achievements)
    compare("fct_targets", expected, built.rows("from marts.fct_targets"), keys)


def test_actual_values(built):
    of = built.achievements
    owners = ", ".join(f"'{unit}'" for unit in OWNERS)
    found = built.rows(f"from marts.fct_indicator_actuals where unit_code in ({owners})")

    def inputs(key):
        measure = of.by_id[key[1]].measure or ""
        return of.counted(*key) if measure.startswith("count") else measure

    keys = ("unit_code", "indicator_id", "period")
    compare("fct_indicator_actuals", published.indicator_actuals(of, OWNERS), found, keys, inputs)


def test_scorecard(built):
    groups = {unit.code: unit.group for unit in built.facts.district.units}
    rules = {(r.version, r.group, r.indicator_id): r for r in built.facts.district.score_rules}
    expected = published.scorecard(built.scores)

    def inputs(key):
        unit, indicator, _ = key
        return rules[expected[key]["rule_version"], groups[unit], indicator], expected[key]

    keys = ("unit_code", "indicator_id", "period")
    compare("mart_scorecard", expected, built.rows("from marts.mart_scorecard"), keys, inputs)


def test_ranking(built):
    expected = published.ranking(built.scores)
    compare(
        "mart_ranking", expected, built.rows("from marts.mart_ranking"), ("unit_code", "period")
    )


def test_awards(built):
    keys = ("award_id", "unit_code", "period")
    compare("mart_award", published.awards(built.scores), built.rows("from marts.mart_award"), keys)


def test_lights(built):
    facts, lights = built.facts, built.lights
    found = built.rows("from marts.mart_project_light")
    components = {(row.name, row.period): row.components for row in lights.rows}

    def inputs(key):
        name, period = key
        row = facts.listed(int(period[:4]))[name]
        dates = facts.started_on(name), facts.completed_on(name)
        return (
            components[key],
            row,
            dates,
            facts.ytd(name, period),
            facts.time_progress(period, row),
        )

    keys = ("project_name", "period")
    compare("mart_project_light", published.project_lights(lights), found, keys, inputs)
    compare("components", published.component_lights(lights), found, keys, inputs)


def test_size_bands(built):
    found = built.rows(
        "select * replace (coalesce(plan_year_wanyuan, 0) as plan_year_wanyuan)"
        " from marts.mart_size_band"
    )
    keys = ("period", "stage", "size_band")
    compare("mart_size_band", published.size_band_rows(built.facts), found, keys)


def test_progress_summary(built):
    found = built.rows(
        "select * replace (coalesce(plan_year_wanyuan, 0) as plan_year_wanyuan,"
        " coalesce(investment_ytd_wanyuan, 0) as investment_ytd_wanyuan)"
        " from marts.mart_progress_summary"
    )
    keys = ("period", "dimension", "member")
    compare("mart_progress_summary", published.progress_summary(built.facts), found, keys)


def test_issues(built):
    found = built.rows("select *, project_key is not null as is_known from marts.mart_issue_ledger")
    expected = built.working.issues()
    compare("mart_issue_ledger", expected, found, ("submitter_code", "issue_no"))
    assert {row["status"] for row in expected.values()} == {"新增", "推进", "销号"}


def test_issues_in_every_period(built):
    found = built.rows(
        "from marts.mart_issue_period where substring(period, 1, 4) in ('2024', '2025')"
    )
    keys = ("submitter_code", "issue_no", "period")
    compare("mart_issue_period", built.working.issue_periods(), found, keys)


def test_meeting_items(built):
    found = built.rows("select *, project_key is not null as is_known from marts.mart_dispatch")
    expected = built.working.dispatch()
    compare("mart_dispatch", expected, found, ("held_on", "meeting_type", "item", "project_name"))
    assert {row["status"] for row in expected.values()} == {"open", "overdue", "done"}


def test_weekly_minimums(built):
    expected = built.working.dispatch_weeks(built.unit_names, "试验区")
    found = built.rows("from marts.mart_dispatch_week")
    compare("mart_dispatch_week", expected, found, ("period", "scope", "member_name"))
    assert {"2024-W52", "2025-W28"} <= {week for week, *_ in expected}
    assert {row["rule_version"] for row in expected.values()} == {None, "2025-1", "2025-2"}


def test_site_reviews(built):
    found = built.rows("from marts.mart_site_review")
    expected = built.working.reviews(built.unit_names)
    compare("mart_site_review", expected, found, ("period", "subject_type", "subject_name"))
    assert {kind for _, kind, _ in expected} == {"unit", "project"}


def test_nodes(built):
    expected = built.supervision.nodes()
    found = built.rows("from marts.mart_node_progress")
    compare("mart_node_progress", expected, found, ("project_name", "node_name"))
    assert {row["status"] for row in expected.values()} >= {"done", "overdue", "not_due", "dropped"}


def test_supervision_notices(built):
    """The drawer of an office that goes through the loads one after another."""
    found = built.rows(
        "select n.*, i.issue_no, m.held_on, m.meeting_type from marts.mart_supervision_notice as n"
        " left join raw.issue_ledger as i using (receipt_id, sheet, row_number)"
        " left join raw.dispatch_record as m using (receipt_id, sheet, row_number)"
    )
    told_apart_by = {
        "node": ("project_name", "what"), "issue": ("submitter_code", "issue_no"),
        "meeting_item": ("held_on", "meeting_type", "what", "project_name"),
    }  # fmt: skip
    for row in found:
        named = (row[name] for name in told_apart_by[row["kind"]])
        row["missed"] = (row["kind"], *named, row["due_on"])
    expected = {(missed,): row for missed, row in built.supervision.notices().items()}
    compare("mart_supervision_notice", expected, found, ("missed",))
    assert {row["close_reason"] for row in expected.values()} == {
        None, "done", "replanned", "withdrawn", "project_exited",
    }  # fmt: skip
    assert max(row["reopened_count"] for row in expected.values()) > 1


def test_the_district_has_what_it_is_meant_to_show(built):
    """Ties, vetoes, gaps, clamps, every shape and every light: the comparison is not of an idle year."""
    district = built.facts.district
    rows = [row for month in built.facts.months for row in built.scores.scorecard(month)]
    assert {rule.shape for rule in district.score_rules} == {
        "proportional", "per_point", "banded", "rank", "relative_to_best", "size_weighted",
    }  # fmt: skip
    assert {row.version for row in rows} == {"2024-1", "2025-1", "2025-2"}
    assert sum(row.score is None for row in rows) > 50
    awarded = [row for month in built.facts.months for row in built.scores.awards(month)]
    assert {award for award, *_ in awarded} == {award.award_id for award in district.awards}
    lights = built.lights.rows
    assert {row.light for row in lights} == {"red_flag", "green", "yellow", "red", "not_evaluated"}
    assert {row.component for row in lights} == {None, "progress", "start", "completion", "entry"}
    assert max(row.streak for row in lights) > 5
    assert {name for row in lights for name in row.waived} == {
        "progress",
        "start",
        "completion",
        "entry",
    }
    assert {row.period[-3:] for row in lights if row.period.startswith("2025-07")} == {"-H1"}
