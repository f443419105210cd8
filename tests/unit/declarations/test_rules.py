"""Declared rules: complete, unique, about fields that exist; every fault at once."""

import pytest
import yaml
from small_district import a_form, declared_forms

from pipelines.declarations.rules import load_rules
from pipelines.problems import DeclarationError

RULE = {
    "rule_id": "TST-001",
    "frame": "rows",
    "level": 1,
    "severity": "error",
    "title": "甲",
    "expectation": "expect_column_values_to_not_be_null",
    "arguments": {"column": "project_name"},
    "message": "乙",
    "remedy": "丙",
    "reason": "丁",
}
PROGRESS = "progress_report"


def declare(folder, shared=(), **by_form):
    (folder / "shared.yml").write_text(yaml.safe_dump(list(shared), allow_unicode=True), "utf-8")
    for form in declared_forms():
        rules = by_form.get(form.form_id, [])
        text = yaml.safe_dump(list(rules), allow_unicode=True)
        (folder / f"{form.form_id}.yml").write_text(text, "utf-8")
    return folder


def faults_of(folder):
    with pytest.raises(DeclarationError) as fault:
        load_rules(folder, declared_forms())
    return "\n".join(fault.value.faults)


def test_a_form_has_the_shared_rules_and_its_own(tmp_path):
    own = RULE | {"rule_id": "TST-002", "severity_with_reason": "warning"}
    book = load_rules(declare(tmp_path, [RULE], progress_report=[own]), declared_forms())
    assert [r.rule_id for r in book.of_frame("rows", PROGRESS)] == ["TST-001", "TST-002"]
    assert [r.rule_id for r in book.of_frame("rows", "project_ledger")] == ["TST-001"]
    assert book.of_frame("history", PROGRESS) == ()
    assert [(form, rule.rule_id) for form, rule in book.catalogue()] == [
        (None, "TST-001"),
        (PROGRESS, "TST-002"),
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"severity": "fatal"}, "severity"),
        ({"sql": "select 1"}, "either an expectation or sql"),
        ({"frame": "history"}, "history"),
        ({"remedy": " "}, "need words"),
        ({"severety": "error"}, "severety"),
        ({"rule_id": "T1"}, "rule_id"),
        ({"field": "no_such_field"}, "no_such_field"),
    ],
)
def test_a_faulty_rule_is_named(tmp_path, change, expected):
    assert expected in faults_of(declare(tmp_path, progress_report=[RULE | change]))


def test_all_faults_are_told_at_once(tmp_path):
    declare(tmp_path, [RULE, RULE | {"rule_id": "x"}], progress_report=[RULE | {"level": 9}, RULE])
    (tmp_path / "project_ledger.yml").unlink()
    told = faults_of(tmp_path)
    for expected in ("rule_id", "level", "project_ledger.yml", "TST-001 is declared twice"):
        assert expected in told


def test_a_rule_about_a_field_of_its_form_is_taken(tmp_path):
    field = a_form(PROGRESS).fields[3].name
    book = load_rules(
        declare(tmp_path, progress_report=[RULE | {"field": field}]), declared_forms()
    )
    assert book.by_id["TST-001"].field == field
