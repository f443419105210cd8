"""Two years of a district drawn at random: every published score, place, award, light, band and summary is what
an independent computation gives (tests/support/policy_reference)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from policy_files import store_rows, write_config
from policy_reference import published
from policy_reference.facts import Facts
from policy_reference.indicators import Achievements
from policy_reference.lights import Lights
from policy_reference.scores import Scores
from random_district import OWNERS, draw
from row_comparison import compare
from small_district import declared_forms, declared_rules

from pipelines.database import Connection, open_for_writing, open_read_only
from pipelines.declarations.district import load_district
from pipelines.ledger.registry import store_declarations
from pipelines.ledger.work_database import upgrade
from pipelines.settings import Home, read_home_settings

pytestmark = pytest.mark.xdist_group("random_district")  # built once

# Draws a phased plan; the bundled districts go by months, the golden year by days.
SEEDS = (20250701,)
DBT = Path(__file__).resolve().parents[2] / "dbt_project"
TABLES = (
    "fct_targets", "fct_indicator_actuals", "mart_scorecard", "mart_ranking", "mart_award",
    "mart_project_light", "mart_size_band", "mart_progress_summary",
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
    tables = load_district(home.config, 2025)
    database = folder / "work.duckdb"
    forms = declared_forms()
    with open_for_writing(database) as connection:
        upgrade(connection, forms)
        store_declarations(
            connection, read_home_settings(home.settings_file), tables, declared_rules(), forms
        )
        store_rows(connection, district, datetime(2025, 7, 20, 9))
    build_marts(database, folder)
    facts = Facts(district)
    achievements = Achievements(facts)
    with open_read_only(database) as connection:
        yield Built(facts, achievements, Scores(achievements), Lights(facts), connection)


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
