"""Every declared form fits the contract, and adding one touches no line of Python."""

import re
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from grids import a_sheet, a_workbook
from small_district import declared_forms, taken_batch

from pipelines.database import open_in_memory
from pipelines.declarations.forms import GENERIC_FIELDS, load_forms
from pipelines.declarations.rules import load_rules
from pipelines.identifiers import is_project_code, is_uscc
from pipelines.ledger.storing import store_read_returns
from pipelines.ledger.work_database import upgrade
from pipelines.validation.returns import judge_returns
from pipelines.workbooks.returns import ReadingContext, read_return
from pipelines.workbooks.values import read_date, read_money

REPOSITORY = Path(__file__).resolve().parents[2]
FORMS = [pytest.param(form, id=form.form_id) for form in declared_forms()]

# The columns the contract promises (§4), with those a return cannot do without.
PROMISED = {
    "project_ledger": (
        "project_code project_name* tier category ledger_nature construction_content industry_code"
        " township total_investment_wanyuan* cumulative_prior_wanyuan plan_year_wanyuan planned_start"
        " planned_completion build_years responsible_unit lead_official support_department owner_name"
        " owner_uscc person_in_charge phone package remarks"
    ),
    "progress_report": (
        "project_code project_name* investment_month_wanyuan investment_ytd_wanyuan*"
        " investment_cumulative_wanyuan physical_progress actual_start actual_completion"
        " production_date funds_in_place_wanyuan is_in_statistics resumed_on problems next_steps"
    ),
    "start_completion_register": (
        "project_code project_name* verified_start verified_completion evidence launch_event"
    ),
    "statistics_fai": (
        "statistics_code* statistics_name* project_code owner_name owner_uscc planned_total_wanyuan"
        " ytd_wanyuan* construction_wanyuan installation_wanyuan equipment_wanyuan other_wanyuan"
        " cumulative_wanyuan start_month entry_month industry_code township"
    ),
    "target_breakdown": "unit_name*",
    "indicator_report": "unit_name*",
    "reserve_projects": (
        "project_name* total_investment_wanyuan* plan_year_wanyuan proposed_tier maturity"
        " responsible_unit"
    ),
    "launch_event": (
        "event_no* held_on* project_name* total_investment_wanyuan* plan_year_wanyuan"
    ),
    "node_plan": "project_code project_name* node_name* planned_date* actual_date node_owner",
    "issue_ledger": (
        "issue_no* project_name* problem* category raised_on* responsible_unit person_in_charge due_on"
        " status resolved_on measures"
    ),
    "three_batches": (
        "cohort* project_code project_name* contract_wanyuan* signed_on fulfilled_on started_on"
        " produced_on capacity_on"
    ),
    "dispatch_record": "held_on* meeting_type item* project_name responsible_unit due_on done_on",
    "site_review": "period project_name* daily_score site_score",
}


def test_every_declared_form_is_one_the_contract_promises():
    assert {form.form_id for form in declared_forms()} <= set(PROMISED)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_has_the_promised_columns_and_requires_the_promised_ones(form):
    promised = PROMISED[form.form_id].split()
    assert {name.rstrip("*") for name in promised} <= set(form.by_name)
    assert {n.rstrip("*") for n in promised if n.endswith("*")} == {
        field.name for field in form.fields if field.is_required
    }


@pytest.mark.parametrize("form", FORMS)
def test_the_kinds_follow_from_the_names(form):
    for field in form.own_fields:
        assert (field.kind == "money") == field.name.endswith("_wanyuan")
        if re.search(r"(_start|_completion|_date|_month|resumed_on)$", field.name):
            assert field.kind == "date"
    assert set(GENERIC_FIELDS) <= set(form.by_name)


@pytest.mark.parametrize("form", FORMS)
def test_the_label_is_a_heading_people_may_write_and_the_example_is_valid(form):
    for field in form.fields:
        assert re.search(r"[\u4e00-\u9fff]", field.label)
        match field.kind:
            case "money":
                assert read_money(field.example, "万元").amount is not None
            case "date":
                assert read_date(field.example).day is not None
            case "uscc":
                assert is_uscc(field.example)
            case "project_code":
                assert is_project_code(field.example)
            case "list":
                assert field.example in field.choices.values()
                assert all(field.choices[value] == value for value in field.choices.values())


@pytest.mark.parametrize("form", FORMS)
def test_the_label_itself_is_read_as_the_field(form):
    for field in form.fields:
        assert field.label in field.aliases, field.name


def test_statistics_are_the_restricted_form():
    assert {f.form_id for f in declared_forms() if f.header.restricted} == {"statistics_fai"}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_has_its_rules_and_its_staging_model(form):
    assert (REPOSITORY / "expectations" / f"{form.form_id}.yml").is_file()
    assert list((REPOSITORY / "dbt_project" / "models" / "staging" / form.form_id).glob("*.sql"))


# --- a form nobody has seen before -----------------------------------------------------------------

BOOKS = {
    "form_id": "books",
    "title": "图书目录",
    "title_words": ["图书"],
    "period": "year",
    "restricted": False,
    "subject": "book",
    "planned_submitters_only": False,
}
COLUMNS = """\
field,kind,required,label,aliases,values,example
sequence_no,text,,序号,序号,,1
project_code,project_code,,项目代码,项目代码,,2019-130802-48-03-000123
book_name,name,yes,书名,书名;题名,,滨河志
price_wanyuan,money,yes,定价,定价;YYYY年定价,,12
printed_on,date,,印刷时间,印刷时间,,2019-03
binding,list,,装订,装订,精装=精装|硬皮;平装,精装
remarks,text,,备注,备注,,
"""
RULE = {
    "rule_id": "BOK-201",
    "frame": "rows",
    "level": 1,
    "severity": "error",
    "field": "price_wanyuan",
    "title": "定价不为负",
    "expectation": "expect_column_values_to_be_between",
    "arguments": {"column": "price_wanyuan", "min_value": 0},
    "expected": "不小于 0",
    "message": "{cell} 的定价是 {found}。",
    "remedy": "请改正。",
    "example": "定价填 12。",
    "reason": "书不倒贴钱。",
}
SHEET = """
2019年图书目录
单位：元
序号 | 题 名 | 2019年定价 | 印刷时间 | 装订
1 | 滨河志 | 120000 | 2019年3月 | 硬皮
2 | 三纬志 | 4.5万元 | | 平装
3 | 白送 | -10000 | |
合计 | | 155000 |
"""


@pytest.fixture
def library(tmp_path):
    """The declared forms and rules, and one form more, in folders of their own."""
    shutil.copytree(REPOSITORY / "sources" / "forms", tmp_path / "forms")
    shutil.copytree(REPOSITORY / "expectations", tmp_path / "rules")
    books = tmp_path / "forms" / "books"
    books.mkdir()
    (books / "form.yml").write_text(yaml.safe_dump(BOOKS, allow_unicode=True), "utf-8")
    (books / "columns.csv").write_text(COLUMNS, "utf-8")
    rules = yaml.safe_dump([RULE], allow_unicode=True)
    (tmp_path / "rules" / "books.yml").write_text(rules, "utf-8")
    forms = load_forms(tmp_path / "forms")
    return forms, load_rules(tmp_path / "rules", forms)


def test_a_new_form_is_read_judged_and_stored_by_its_declaration_alone(library):
    forms, rules = library
    context = ReadingContext.of(forms, {"甲镇": "jia"}, {"jia": "甲镇"})
    read = read_return(a_workbook(a_sheet(SHEET)), "jia", "目录.xlsx", context)
    assert (read.form.form_id, read.period, read.notices) == ("books", "2019", [])
    batch = taken_batch({"r": read}, rules=rules, context=context)
    findings = judge_returns(batch, rules, context).findings
    assert [(f.rule_id, f.place.cell, f.message) for f in findings] == [
        ("BOK-201", "C6", "C6 的定价是 -10000。请改正。〔BOK-201〕")
    ]
    with open_in_memory() as connection:
        upgrade(connection, forms)
        store_read_returns(connection, forms, ["r"], batch.tables)
        stored = connection.execute(
            "select book_name, price_wanyuan, printed_on, binding from raw.books order by row_number"
        ).fetchall()
    assert stored == [
        ("滨河志", Decimal(12), date(2019, 3, 1), "精装"),
        ("三纬志", Decimal("4.5"), None, "平装"),
        ("白送", Decimal(-1), None, None),
    ]


def test_a_new_field_of_a_known_form_becomes_a_column_of_an_old_database(library, tmp_path):
    forms, _ = library
    with open_in_memory() as connection:
        upgrade(connection, forms)
        columns = tmp_path / "forms" / "books" / "columns.csv"
        columns.write_text(COLUMNS + "shelf,text,,书架,书架,,甲\n", "utf-8")
        upgrade(connection, load_forms(tmp_path / "forms"))
        known = connection.execute("select column_name from (describe raw.books)").fetchall()
        assert ("shelf",) in known
