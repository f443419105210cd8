"""Policies in the work database: taken apart, money exact, and replaced whole by the next load."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from declared_policies import POLICIES, read_policies_of
from homes import a_home
from small_district import DISTRICT, SETTINGS, a_desk, declared_forms, declared_rules

from pipelines.declarations.policies import Policies
from pipelines.ledger.catalogue import read_catalogue
from pipelines.ledger.loading import load_returns
from pipelines.ledger.policies import policy_tables
from pipelines.ledger.registry import DECLARED_TABLES, store_declarations
from pipelines.problems import DeclarationError


def store(desk, policies):
    district = replace(DISTRICT, policies=policies)
    store_declarations(desk.connection, SETTINGS, district, declared_rules(), declared_forms())


@pytest.fixture
def desk():
    with a_desk(are_rows_judged=False) as made:
        yield made


def rows(desk, query):
    return desk.connection.execute(query).fetchall()


def test_policies_are_stored_taken_apart(desk, tmp_path):
    store(desk, read_policies_of(tmp_path).policies)
    assert rows(
        desk,
        "select sort_order, aliases, min_total_wanyuan, basis, parent_indicator_id"
        " from config.indicators order by sort_order limit 3",
    ) == [
        (1, "固投;投资额", None, None, None),
        (2, None, Decimal("5000.0000"), "verified", None),
        (3, "亿元以上", Decimal("10000.0000"), None, "starts"),
    ]
    assert rows(
        desk,
        "select valid_from, unit_group, shape, weight, parameters, points_above, points_below, exemption,"
        " cap, floor from config.score_rules where indicator_id = 'fai' order by valid_from",
    ) == [
        (date(2019, 1, 1), "townships", "proportional", 40.0, None, None, None, "drop", 48.0, 0.0),
        (
            date(2019, 7, 1), "townships", "per_point", 40.0,
            '{"points_above": 0.5, "exemption": "rescale"}', 0.5, 0.0, "rescale", 48.0, None,
        ),
    ]  # fmt: skip
    assert rows(desk, "from config.score_bands order by lower_rate") == [
        ("2019-1", "townships", "investment", 0.8, 8.0),
        ("2019-1", "townships", "investment", 1.0, 10.0),
    ]
    assert rows(desk, "select place, points from config.score_rank_points order by place") == [
        (1, 7.0), (2, 5.0), (3, 3.0),
    ]  # fmt: skip
    assert rows(desk, "select rule_version, unit_code from config.score_exemptions order by all") == [
        ("2019-1", "yi"), ("2019-2", "jia"), ("2019-2", "yi"),
    ]  # fmt: skip


def test_a_size_band_ends_where_the_next_of_its_version_begins(desk, tmp_path):
    store(desk, read_policies_of(tmp_path).policies)
    assert rows(
        desk,
        "select lower_bound_wanyuan, upper_bound_wanyuan, weight from config.size_weights order by 1",
    ) == [(5000, 10000, 1.0), (10000, 50000, 1.5), (50000, None, 3.0)]


def test_lights_awards_vetoes_and_plans_are_stored(desk, tmp_path):
    store(desk, read_policies_of(tmp_path).policies)
    assert rows(
        desk,
        "select rule_no, light, operator, threshold, note from config.light_rules order by 1 limit 2",
    ) == [(1, "red_flag", ">=", 10.0, "超过"), (2, "green", ">=", 0.0, None)]
    assert rows(desk, "from config.awards order by 1") == [
        ("fai", "固定资产投资单项奖", "fai", None, 3, Decimal(2)),
        ("total", "综合奖", "total", "townships", 5, Decimal(5)),
    ]
    assert rows(desk, "from config.vetoes") == [("yi", 2019, "虚报", "考核办", "2019-12-20")]
    assert rows(
        desk,
        "select project_code, project_name_key, planned_ytd_wanyuan from config.phased_plan"
        " order by planned_ytd_wanyuan desc limit 1",
    ) == [("2019-130802-48-03-000123", "2019-130802-48-03-000123", Decimal("350.5"))]


def test_weekly_minimums_are_stored_by_version_and_measure(desk, tmp_path):
    store(desk, read_policies_of(tmp_path).policies)
    assert rows(desk, "from config.weekly_minimums order by rule_version, measure") == [
        ("2019-1", date(2019, 3, 1), "problems_solved_on_site", "project", 1, None),
        ("2019-1", date(2019, 3, 1), "site_visits", "project", 2, "每周实地检查"),
        ("2019-2", date(2019, 7, 1), "site_visits", "unit", 3, None),
    ]


def test_what_is_no_longer_declared_is_gone(desk, tmp_path):
    store(desk, read_policies_of(tmp_path).policies)
    store(desk, Policies())
    tables = policy_tables(Policies())
    assert set(tables) <= set(DECLARED_TABLES)
    assert [rows(desk, f"select count(*) from {table}")[0][0] for table in tables] == [0] * len(
        tables
    )


def a_home_with(root, **tables):
    home = a_home(root)
    for name, text in tables.items():
        (home.config / f"{name}.csv").write_text(text, "utf-8")
    return home


def test_a_load_tells_the_notices(tmp_path):
    lights = POLICIES["light_rules"].replace("2019-1,2019-01-01,progress,red,pp_ahead,<,-10,\n", "")
    catalogue = read_catalogue(home := a_home_with(tmp_path / "home", light_rules=lights))
    outcome = load_returns(home, catalogue, datetime(2019, 7, 5, 18), lambda *_: None)
    assert any(
        "progress: no rule holds for pp_ahead below -10" in line for line in outcome.warnings
    )


def test_a_policy_must_be_in_force_from_the_first_month_of_the_reporting_year_on(tmp_path):
    lights = POLICIES["light_rules"].replace("2019-01-01", "2019-02-01")
    with pytest.raises(DeclarationError, match="leaves days uncovered"):
        read_catalogue(a_home_with(tmp_path / "home", light_rules=lights))
