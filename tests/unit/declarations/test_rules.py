"""Declared rules: complete, unique, about fields that exist; every fault at once."""

from datetime import date

import pytest
import yaml
from small_district import a_form, declared_forms

from pipelines.declarations.photographs import PHOTOGRAPH
from pipelines.declarations.rules import PLACEHOLDERS, Rule, load_rules, without_a_finding
from pipelines.problems import DeclarationError
from pipelines.validation.findings import Place, compose

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
    "example": "戊",
    "reason": "丁",
}
TEXTS = ("title", "message", "remedy", "example", "reason")
PROGRESS = "progress_report"


def declare(folder, shared=(), **by_form):
    (folder / "shared.yml").write_text(yaml.safe_dump(list(shared), allow_unicode=True), "utf-8")
    for owner in (*(form.form_id for form in declared_forms()), PHOTOGRAPH):
        rules = by_form.get(owner, [])
        text = yaml.safe_dump(list(rules), allow_unicode=True)
        (folder / f"{owner}.yml").write_text(text, "utf-8")
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
        ({"version": 0}, "version"),
        ({"trial": "perhaps"}, "trial"),
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


@pytest.mark.parametrize("text", TEXTS)
def test_a_rule_without_one_of_its_texts_is_none(tmp_path, text):
    unsaid = {key: value for key, value in RULE.items() if key != text}
    for rule, told in ((unsaid, "Field required"), (RULE | {text: " \n"}, "need words")):
        faults = faults_of(declare(tmp_path, [rule]))
        assert "TST-001" in faults and text in faults and told in faults


@pytest.mark.parametrize("text", ["message", "remedy", "example"])
@pytest.mark.parametrize("word", ["{cel}", "{}", "{field}", "{Cell}", "{found:.2f}"])
def test_a_text_that_asks_for_an_unknown_word_is_a_fault(tmp_path, text, word):
    faults = faults_of(declare(tmp_path, [RULE | {text: f"请看{word}。"}]))
    assert "TST-001" in faults and word[1:-1] in faults


@pytest.mark.parametrize("text", ["title", "reason", "tolerance", "expected"])
def test_a_text_that_no_finding_fills_in_asks_for_no_word(tmp_path, text):
    assert "never filled in" in faults_of(declare(tmp_path, [RULE | {text: "应当是{expected}"}]))


def test_every_known_word_may_be_asked_for_and_has_a_name_for_readers():
    asking = "、".join(f"{{{word}}}" for word in PLACEHOLDERS)
    rule = Rule.model_validate(RULE | {"message": asking})
    assert without_a_finding(rule.message).startswith("〈工作表〉、〈单元格〉、〈项目名称〉")
    assert without_a_finding("本年累计不小于本月。") == "本年累计不小于本月。"


def test_the_words_of_the_rules_are_those_a_finding_fills_in():
    asking = "|".join(f"{word}={{{word}}}" for word in PLACEHOLDERS)
    rule = Rule.model_validate(RULE | {"message": asking})
    place = Place("表", "D4", 4, "is_in_statistics", "滨河路")
    message = compose(rule, "r", a_form(PROGRESS), place, "在", "是或否").message
    assert message == (
        "sheet=表|cell=D4|project=滨河路|row=项目：滨河路|found=在|expected=是或否|label=是否入统|example=是|choices=是、否"
        "丙〔TST-001〕"
    )


def test_a_rule_is_version_one_and_in_earnest_until_it_says_otherwise():
    rule = Rule.model_validate(RULE)
    assert (rule.version, rule.trial, rule.valid_to) == (1, False, None)
    changed = Rule.model_validate(RULE | {"version": 2, "trial": True})
    assert (changed.version, changed.trial) == (2, True)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "holds"),
    [
        (None, None, True),
        ("2019-03-31", None, True),
        ("2019-04-01", None, False),
        (None, "2019-03-01", True),
        (None, "2019-02-28", False),
    ],
)
def test_a_rule_holds_for_the_periods_it_touches(valid_from, valid_to, holds):
    dates = {"valid_from": valid_from, "valid_to": valid_to}
    rule = Rule.model_validate(RULE | {key: day for key, day in dates.items() if day})
    assert rule.holds_for(date(2019, 3, 1), date(2019, 3, 31)) is holds


def test_a_district_may_try_out_a_rule_it_knows(tmp_path):
    other = RULE | {"rule_id": "TST-002"}
    book = load_rules(declare(tmp_path, [RULE], progress_report=[other]), declared_forms())
    tried = book.with_trials(["TST-002"])
    assert {rule.rule_id: rule.trial for rule in tried.all_rules()} == {
        "TST-001": False,
        "TST-002": True,
    }
    assert [rule.trial for rule in book.all_rules()] == [False, False]
    with pytest.raises(DeclarationError, match="TST-009"):
        book.with_trials(["TST-009"])


def test_a_rule_in_the_words_of_the_machine_names_the_fields_it_needs():
    form = a_form(PROGRESS)
    rule = Rule.model_validate(
        RULE
        | {
            "derive": {"late": "in_order(actual_start, actual_start_precision, production_date)"},
            "arguments": {"column": "late", "value_set": [True]},
            "expected_sql": "plain(investment_ytd_wanyuan)",
        }
    )
    assert rule.machine_text.splitlines() == [
        "expect_column_values_to_not_be_null(column='late', value_set=[True])",
        "late = in_order(actual_start, actual_start_precision, production_date)",
    ]
    assert rule.needed_fields(form) == ("investment_ytd_wanyuan", "actual_start", "production_date")
