"""A rule tried on everything received so far: what it would have found, and nothing is changed."""

from datetime import datetime, timedelta

import pytest
from answered import ledger_rows, load_and_answer
from grids import a_file
from homes import TOML, a_home, drop

from pipelines.ledger.catalogue import read_catalogue
from pipelines.ledger.trying import try_rule
from pipelines.problems import DeclarationError, OperatorError

LEDGER = """
2019年重点项目台账（单位：万元）
项目名称 | 总投资 | 年度计划投资
滨河路 | 5000 | 2000
三纬路 | 3000 | 1000
"""
REPORT = """
2019年5月进展情况表（单位：万元）
项目名称 | 本月完成投资 | 本年累计完成投资
滨河路 | 5 | 10
三纬路 | 5 | 20
"""
JUNE = {"A1": "2019年6月进展情况表（单位：万元）", "C3": "15", "C4": "26"}
NOW = datetime(2019, 7, 5, 18)


@pytest.fixture
def home(tmp_path):
    """A ledger, two months (June's second row does not follow from May), and a refused file."""
    made = a_home(tmp_path / "home")
    drop(made, "fagai/台账.xlsx", a_file(LEDGER), NOW - timedelta(hours=5))
    drop(made, "jia/五月.xlsx", a_file(REPORT), NOW - timedelta(hours=4))
    load_and_answer(made, NOW)
    drop(made, "jia/六月.xlsx", a_file(REPORT, JUNE), NOW + timedelta(hours=3))
    drop(made, "jia/坏.xlsx", a_file(REPORT, JUNE | {"C3": "约15"}), NOW + timedelta(hours=4))
    load_and_answer(made, NOW + timedelta(days=1))
    return made


def tried(home, rule_id):
    return try_rule(home, read_catalogue(home), rule_id, lambda _done, _all: None)


def test_a_rule_against_earlier_returns_is_replayed_in_the_order_of_that_time(home):
    trial = tried(home, "PRG-303")
    cells = [(f.place.cell, f.value_found) for f in trial.findings]
    assert cells == [("C4", "26"), ("C4", "26")]
    assert (trial.returns, trial.failed, trial.newly_refused) == (3, 2, 0)


def test_a_rule_about_one_return_is_judged_from_the_archived_files(home):
    trial = tried(home, "GEN-204")
    assert [(f.place.cell, f.value_found) for f in trial.findings] == [("C3", "约15")]
    assert [(u.unit_code, u.form_id, u.returns, u.failed) for u in trial.by_unit] == [
        ("fagai", "project_ledger", 1, 0),
        ("jia", "progress_report", 3, 1),
    ]
    assert trial.newly_refused == 0


def test_a_stricter_rule_tells_how_many_accepted_returns_it_would_have_refused(home, monkeypatch):
    catalogue = read_catalogue(home)
    stricter = catalogue.rules.by_id["PRG-303"].model_copy(update={"severity": "error"})
    forms = dict(catalogue.rules.by_form)
    forms["progress_report"] = tuple(
        stricter if rule.rule_id == "PRG-303" else rule for rule in forms["progress_report"]
    )
    book = type(catalogue.rules)(catalogue.rules.shared, forms)
    changed = type(catalogue)(catalogue.forms, book, catalogue.settings, catalogue.district)
    assert try_rule(home, changed, "PRG-303", lambda _done, _all: None).newly_refused == 1


def test_a_trial_changes_nothing(home):
    before = home.work_database.read_bytes(), home.ledger_snapshot.read_bytes()
    tried(home, "PRG-303")
    assert (home.work_database.read_bytes(), home.ledger_snapshot.read_bytes()) == before


def test_an_unknown_rule_is_answered_with_the_known_ones(home):
    with pytest.raises(OperatorError, match="PRG-303"):
        tried(home, "PRG-999")


def test_a_home_without_a_load_has_nothing_to_try(tmp_path):
    with pytest.raises(OperatorError, match="has not been loaded"):
        tried(a_home(tmp_path / "new"), "PRG-303")


def test_a_district_may_put_a_rule_on_trial(tmp_path):
    home = a_home(tmp_path / "home", toml=f'{TOML}[rules]\ntrial = ["GEN-204"]\n')
    drop(home, "fagai/台账.xlsx", a_file(LEDGER), NOW - timedelta(hours=5))
    drop(home, "jia/五月.xlsx", a_file(REPORT, {"B3": "约5"}), NOW - timedelta(hours=4))
    load_and_answer(home, NOW)
    kept = ledger_rows(
        home, "select rule_id, severity, declared_severity, is_trial from raw.findings"
    )
    assert kept == [("GEN-204", "information", "error", True)]
    assert ledger_rows(home, "select status from raw.receipts where unit_code = 'jia'") == [
        ("accepted",)
    ]


def test_a_trial_of_a_rule_nobody_declared_is_a_fault_of_the_settings(tmp_path):
    home = a_home(tmp_path / "home", toml=f'{TOML}[rules]\ntrial = ["PRG-999"]\n')
    with pytest.raises(DeclarationError, match="PRG-999"):
        read_catalogue(home)
