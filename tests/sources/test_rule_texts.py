"""What every declared rule says: to the submitter, to the statistician, and on the catalogue page.

That a rule finds what it should is in ``test_rules.py``; here only its words are read.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from grids import placeholders
from small_district import declared_forms, declared_rules

from pipelines.declarations.forms import Field
from pipelines.declarations.rules import PLACEHOLDERS, Rule, without_a_finding
from pipelines.validation.findings import Place, compose
from pipelines.workbooks.own_sheets import ANSWER_SHEET

RULES = [pytest.param(rule, id=rule.rule_id) for rule in declared_rules().all_rules()]
REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "docs" / "rules.md"

# A file that cannot be read or is not the sender's to send: there is no sheet to point at.
OF_THE_WHOLE_FILE = {"GEN-001", "GEN-007", "GEN-009", "GEN-010", "GEN-016"}
# A limit that is not zero, and dates that are compared as exactly as both are told.
LIMIT = re.compile(r"max_value=(?!0\b)|>= ?\d*\.?\d*[1-9]|> ?\d*\.\d|\bin_order\(")
MILDER = {"error": {"warning", "information"}, "warning": {"information"}, "information": set()}


def without_placeholders(text: str) -> str:
    return re.sub(r"{\w+}", "", text)


@pytest.mark.parametrize("rule", RULES)
def test_the_message_names_the_sheet_and_where_there_is_one_the_cell(rule: Rule):
    named = placeholders(rule.message)
    has_no_sheet = rule.rule_id in OF_THE_WHOLE_FILE or rule.frame == "photographs"
    assert ("sheet" in named) != has_no_sheet
    if rule.frame in ("rows", "history"):
        assert "cell" in named


@pytest.mark.parametrize("rule", RULES)
def test_the_texts_are_short_sentences(rule: Rule):
    assert len(without_placeholders(rule.message)) <= 150
    assert len(without_placeholders(rule.remedy)) <= 100
    assert len(without_placeholders(rule.example)) <= 80
    assert len(rule.title) <= 20
    for text in (rule.remedy, rule.reason, rule.tolerance or "。"):
        assert text.endswith("。"), text


@pytest.mark.parametrize("rule", RULES)
def test_the_example_is_something_to_copy_and_not_the_remedy_again(rule: Rule):
    assert re.search(r"\d|[“《]|{example}", rule.example), "no value, name or sentence to copy"
    assert rule.example.rstrip("。") not in rule.remedy
    assert not rule.example.startswith(("请", "例如"))


@pytest.mark.parametrize("rule", RULES)
def test_a_field_whose_example_or_choices_a_rule_names_has_them(rule: Rule):
    named = placeholders(rule.remedy) | placeholders(rule.example)
    for field in fields_of(rule):
        assert "example" not in named or field.example, field.name
        assert "choices" not in named or field.choices, field.name


def test_every_sort_of_field_is_met_somewhere():
    for rule in declared_rules().all_rules():
        about_fields = rule.each is not None or rule.problem is not None or rule.field is not None
        assert bool(fields_of(rule)) == about_fields, rule.rule_id


def fields_of(rule: Rule) -> list[Field]:
    """The fields, of all forms, that a finding of the rule may sit on."""
    kind_of_problem = {
        "not_a_number": "money",
        "not_a_date": "date",
        "not_a_period": "period",
        "not_in_list": "list",
        "project_code_invalid": "project_code",
        "uscc_invalid": "uscc",
        "digits_lost": "project_code",
        "uscc_digits_lost": "uscc",
        "percent_fraction": "percent",
    }
    every = [field for form in declared_forms() for field in form.fields]
    if rule.each == "required":
        return [field for field in every if field.is_required]
    if rule.problem in ("error_cell", "formula_without_value"):
        return every
    if rule.problem in ("unit_unregistered", "unit_repeated"):
        return [form.name_field for form in declared_forms() if form.is_cross_table]
    if rule.problem in ("unit_clash", "above_parent") or rule.each == "figure":
        return [f for form in declared_forms() if form.is_cross_table for f in form.figures]
    kind = rule.each or kind_of_problem.get(rule.problem or "")
    return [field for field in every if kind == field.kind or field.name == rule.field]


@pytest.mark.parametrize("rule", RULES)
def test_a_reason_makes_a_rule_milder_and_the_remedy_says_where_to_write_it(rule: Rule):
    if rule.severity_with_reason is not None:
        assert rule.severity_with_reason in MILDER[rule.severity]
        assert "备注" in rule.remedy


@pytest.mark.parametrize("rule", RULES)
def test_only_a_question_can_be_answered_on_the_answer_sheet(rule: Rule):
    sheets = set(re.findall(r"“(校验\w+)”", rule.remedy))
    assert sheets <= {ANSWER_SHEET}
    assert not sheets or rule.severity == "warning"
    # 备注 closes no question: only where it makes the finding milder is a reason asked for there.
    assert "备注" not in rule.remedy or rule.severity == "error" or rule.severity_with_reason


def test_the_rule_shown_to_authors_is_a_whole_one():
    page = (REPOSITORY / "expectations" / "README.md").read_text("utf-8")
    shown = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", page, re.S)]
    assert [Rule.model_validate(entry).trial for rules in shown for entry in rules] == [True]


@pytest.mark.parametrize("rule", RULES)
def test_a_limit_has_its_reason(rule: Rule):
    if LIMIT.search(rule.machine_text):
        assert rule.tolerance


def test_limits_are_recognised():
    limited = {r.rule_id for r in declared_rules().all_rules() if LIMIT.search(r.machine_text)}
    assert {"FAI-201", "PRG-204", "PRG-303", "PRG-305", "PRG-307", "LED-301"} <= limited
    assert not limited & {"GEN-109", "GEN-209", "PRG-202", "PRG-302"}


@pytest.mark.parametrize("rule", RULES)
def test_a_finding_fills_in_every_word_of_its_rule(rule: Rule):
    form = next(form for form in declared_forms() if form.form_id == "project_ledger")
    place = Place("表", "C5", 5, "ledger_nature", "滨河路")
    finding = compose(rule, "r", form, place, "看到", "应有")
    assert placeholders(finding.message) == set()
    assert set(re.findall(r"{(\w+)}", rule.example)) <= PLACEHOLDERS.keys()


@pytest.mark.parametrize("rule", RULES)
def test_the_catalogue_page_has_every_text_of_the_rule(rule: Rule):
    anchor = f'<a id="{rule.rule_id.lower()}"></a>'
    _, _, rest = PAGE.read_text("utf-8").partition(anchor)
    section = rest.partition("<a id=")[0]
    texts = [f"### {rule.rule_id} {rule.title}", rule.reason, rule.machine_text]
    texts += [without_a_finding(text) for text in (rule.message, rule.remedy, rule.example)]
    texts += [f"第 {rule.version} 版", f"第 {rule.level} 层", "有效期"]
    texts += [rule.tolerance] if rule.tolerance else []
    texts += ["试行：只计数" if rule.trial else "正式执行"]
    texts += ["备注写明了原因"] if rule.severity_with_reason else []
    assert [text for text in texts if text not in section] == []
