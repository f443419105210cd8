"""Two years of a district drawn at random: every published score, place, award, light, band and summary is what
an independent computation gives (tests/support/policy_reference)."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from policy_files import store_rows, write_config
from policy_reference.facts import Facts
from policy_reference.indicators import Achievements
from policy_reference.lights import Lights
from policy_reference.scores import Scores
from policy_reference.summaries import SummaryRow, size_bands, summary
from random_district import OWNERS, draw
from small_district import declared_forms, declared_rules

from pipelines.database import Connection, open_for_writing, open_read_only
from pipelines.declarations.district import load_district
from pipelines.ledger.registry import store_declarations
from pipelines.ledger.work_database import upgrade
from pipelines.settings import Home, read_home_settings

pytestmark = pytest.mark.xdist_group("random_district")  # built once

SEED = 20250701
DBT = Path(__file__).resolve().parents[2] / "dbt_project"
TABLES = (
    "fct_targets", "fct_indicator_actuals", "mart_scorecard", "mart_ranking", "mart_award",
    "mart_project_light", "mart_size_band", "mart_progress_summary", "dim_project",
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


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("random")
    district = draw(SEED)
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
        store_rows(connection, district, datetime(2025, 7, 5, 9))
    build_marts(database, folder)
    facts = Facts(district)
    achievements = Achievements(facts)
    with open_read_only(database) as connection:
        yield Built(facts, achievements, Scores(achievements), connection)


def agrees(expected: Any, found: Any) -> bool:
    if expected is None or found is None:
        return expected is found
    if isinstance(expected, Fraction):
        return math.isclose(float(expected), float(found), rel_tol=1e-9, abs_tol=1e-9)
    if isinstance(expected, Decimal):
        return expected == Decimal(str(found))
    return bool(expected == found)


def compare(
    table: str,
    expected: Mapping[tuple[Any, ...], Mapping[str, Any]],
    found: Iterable[Mapping[str, Any]],
    keys: tuple[str, ...],
    inputs: Any = None,
) -> None:
    """Both ways; a difference names table, key, column, expected, found and what the computation went by."""
    published: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    problems = []
    for row in found:
        key = tuple(row[name] for name in keys)
        if key in published:
            problems.append(f"{table} | {key} | published twice")
        published[key] = row
    problems += [
        f"{table} | {key} | is not there | expected {dict(expected[key])}"
        for key in expected.keys() - published.keys()
    ] + [
        f"{table} | {key} | should not be there | found {dict(published[key])}"
        for key in published.keys() - expected.keys()
    ]
    for key in sorted(expected.keys() & published.keys(), key=str):
        wrong = [
            f"{column} expected {value} found {published[key][column]}"
            for column, value in expected[key].items()
            if not agrees(value, published[key][column])
        ]
        if wrong:
            problems.append(
                f"{table} | {key} | {'; '.join(wrong)} | {inputs(key) if inputs else ''}"
            )
    if problems:
        shown = "\n".join(sorted(problems)[:40])
        pytest.fail(f"{len(problems)} of {len(expected)} rows differ\n{shown}", pytrace=False)
    assert expected, f"{table}: the district has nothing to compare"


def test_targets(built):
    expected = {
        (unit, indicator, year): {"target_value": value}
        for year, values in built.achievements.targets.items()
        for (unit, indicator), value in values.items()
    }
    compare("fct_targets", expected, built.rows("from marts.fct_targets"), ("unit_code", "indicator_id", "year"))  # fmt: skip


def test_actual_values(built):
    of = built.achievements
    expected = {
        (unit, indicator.indicator_id, month): {"actual_value": value, "source": indicator.source}
        for month in built.facts.months
        for unit in OWNERS
        for indicator in of.by_id.values()
        if (value := of.actual(unit, indicator.indicator_id, month)) is not None
    }
    owners = ", ".join(f"'{unit}'" for unit in OWNERS)
    found = built.rows(f"from marts.fct_indicator_actuals where unit_code in ({owners})")

    def inputs(key):
        measure = of.by_id[key[1]].measure or ""
        return of.counted(*key) if measure.startswith("count") else measure

    compare("fct_indicator_actuals", expected, found, ("unit_code", "indicator_id", "period"), inputs)  # fmt: skip


def test_scorecard(built):
    rules = {(r.version, r.group, r.indicator_id): r for r in built.facts.district.score_rules}
    rows = [row for month in built.facts.months for row in built.scores.scorecard(month)]
    by_key = {(row.unit, row.indicator_id, row.month): row for row in rows}
    expected = {
        key: {
            "target_value": r.target, "actual_value": r.actual, "completion_rate": r.rate,
            "score": r.score, "weight": r.weight, "rank_in_group": r.rank, "rule_version": r.version,
        }
        for key, r in by_key.items()
    }  # fmt: skip

    def inputs(key):
        row = by_key[key]
        return rules[row.version, row.group, row.indicator_id], row

    compare("mart_scorecard", expected, built.rows("from marts.mart_scorecard"),
            ("unit_code", "indicator_id", "period"), inputs)  # fmt: skip


def test_ranking(built):
    rows = [row for month in built.facts.months for row in built.scores.ranking(month)]
    expected = {
        (r.unit, r.month): {
            "group": r.group, "total_score": r.total, "rank_in_group": r.rank,
            "is_vetoed": r.veto_reason is not None, "veto_reason": r.veto_reason,
        }
        for r in rows
    }  # fmt: skip
    compare("mart_ranking", expected, built.rows("from marts.mart_ranking"), ("unit_code", "period"))  # fmt: skip


def test_awards(built):
    names = {award.award_id: award.name for award in built.facts.district.awards}
    expected = {
        (award, unit, month): {"award_name": names[award], "rank": place, "prize_wanyuan": prize}
        for month in built.facts.months
        for award, unit, place, prize in built.scores.awards(month)
    }
    compare("mart_award", expected, built.rows("from marts.mart_award"), ("award_id", "unit_code", "period"))  # fmt: skip


def named(table: str) -> str:
    return f"select p.project_name, t.* from marts.{table} as t inner join marts.dim_project as p using (project_key)"  # fmt: skip


def test_lights(built):
    by_key = {(row.name, row.period): row for row in Lights(built.facts).rows()}
    expected = {
        key: {
            "light": r.light, "deciding_component": r.component, "measure_value": r.value,
            "threshold": r.threshold, "streak": r.streak,
        } | ({"rule_version": r.version} if r.component else {})
        for key, r in by_key.items()
    }  # fmt: skip

    def inputs(key):
        name, period = key
        row = built.facts.listed(int(period[:4]))[name]
        dates = built.facts.started_on(name), built.facts.completed_on(name)
        return by_key[key].components, row, dates, built.facts.ytd(name, period)

    compare("mart_project_light", expected,
            built.rows(named("mart_project_light").replace("p.project_name, t.*", "t.* replace (p.project_name as project_name)")),
            ("project_name", "period"), inputs)  # fmt: skip


def test_size_bands(built):
    expected = {
        (month, stage, band): {
            "project_count": r.project_count, "total_investment_wanyuan": r.total,
            "plan_year_wanyuan": r.plan, "share_of_count": r.share_of_count,
        }
        for month in built.facts.months
        for (stage, band), r in size_bands(built.facts, month).items()
    }  # fmt: skip
    found = built.rows(
        "select * replace (coalesce(plan_year_wanyuan, 0) as plan_year_wanyuan)"
        " from marts.mart_size_band where length(period) = 7"
    )
    compare("mart_size_band", expected, found, ("period", "stage", "size_band"))


def test_progress_summary(built):
    names = [one.name for one in fields(SummaryRow)]
    expected = {
        (month, *member): dict(zip(names, astuple(row), strict=True))
        for month in built.facts.months
        for member, row in summary(built.facts, month).items()
    }
    found = built.rows(
        "select * replace (coalesce(plan_year_wanyuan, 0) as plan_year_wanyuan,"
        " coalesce(investment_ytd_wanyuan, 0) as investment_ytd_wanyuan)"
        " from marts.mart_progress_summary"
    )
    compare("mart_progress_summary", expected, found, ("period", "dimension", "member"))


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
    lights = Lights(built.facts).rows()
    assert {row.light for row in lights} == {"red_flag", "green", "yellow", "red", "not_evaluated"}
    assert {row.component for row in lights} == {None, "progress", "start", "completion", "entry"}
    assert max(row.streak for row in lights) > 5
