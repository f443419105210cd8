"""Every published table and column is described in both languages and has one Chinese name, the same everywhere."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict

import build_data_dictionary
import pytest
from build_data_dictionary import Table, published_tables

from pipelines.release.labels import COLUMN_LABELS, column_label, column_labels, heading

TABLES = published_tables()
EVERY_TABLE = pytest.mark.parametrize(
    "table", TABLES, ids=lambda t: f"{'statistics.' if t.is_restricted else ''}{t.name}"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_TWO_LANGUAGES = re.compile(r"^(?P<chinese>.*?[。；）])\s+(?P<english>[A-Z0-9“(].*)$", re.S)
# Letters, digits and _ only, no digit first: a name no tool needs quotes for.
_PLAIN_NAME = re.compile(r"[^\W\d]\w*")
# Columns that are two names of one thing, so that one word serves both.
SAME_THING = (
    {"attempts", "return_count"},
    {"closed_on", "resolved_on"},
    {"investment_period_wanyuan", "investment_wanyuan"},
    {"correction_reason", "reason"},
    {"reason", "waiver_reason", "waiver_reasons"},
    {"rule_title", "title"},
    {"statistics_ytd_wanyuan", "ytd_wanyuan"},
    {"waived_by", "waiver_approved_by"},
)

# Amounts whose promised names do not say so (contract, §5, fct_revisions).
MONEY_BY_PROMISE = {"old_value", "new_value", "difference"}


@EVERY_TABLE
def test_the_table_and_its_columns_are_described_in_chinese_then_english(table: Table) -> None:
    said = {"": table.description} | {c["name"]: c["description"] for c in table.columns}
    assert [name for name, text in said.items() if not _is_in_both_languages(text)] == []


def _is_in_both_languages(text: str) -> bool:
    found = _TWO_LANGUAGES.match(text)
    return found is not None and bool(_HAN.search(found["chinese"]))


@EVERY_TABLE
def test_every_column_has_a_chinese_name_of_its_own(table: Table) -> None:
    names = [column["name"] for column in table.columns]
    labels = [column_label(table.name, name) for name in names]
    assert [n for n, label in zip(names, labels, strict=True) if n == label] == []
    assert [label for label, count in Counter(labels).items() if count > 1] == []


@EVERY_TABLE
def test_money_and_gaps_carry_their_unit_and_nothing_else_does(table: Table) -> None:
    units = {"_wanyuan": "_万元", "_pp": "_百分点"}
    wrong = [
        (column["name"], label)
        for column in table.columns
        if (label := column_label(table.name, column["name"]))
        for suffix, unit in units.items()
        if column["name"].endswith(suffix) is not label.endswith(unit)
        and not (column["name"] in MONEY_BY_PROMISE and label.endswith("_万元"))
    ]
    assert wrong == []


def test_names_need_no_quotes() -> None:
    names = {*column_labels().values(), *(table.chinese_name for table in TABLES)}
    assert {name for name in names if not _PLAIN_NAME.fullmatch(name)} == set()


def test_tables_of_a_file_have_different_names_and_a_table_has_one_name() -> None:
    for restricted in (False, True):
        names = [t.chinese_name for t in TABLES if t.is_restricted is restricted]
        assert [name for name, count in Counter(names).items() if count > 1] == []
        assert not [t.name for t in TABLES if t.chinese_name == t.name]


def test_a_name_means_one_thing() -> None:
    columns = defaultdict(set)
    for table in TABLES:
        for column in table.columns:
            columns[column_label(table.name, column["name"])].add(column["name"])
    shared = {label: named for label, named in columns.items() if len(named) > 1}
    assert {
        label: named for label, named in shared.items() if not any(named <= s for s in SAME_THING)
    } == {}


def test_the_list_of_names_is_sorted_and_names_only_what_is_published() -> None:
    with COLUMN_LABELS.open(encoding="utf-8", newline="") as lines:
        keys = [(row["column_name"], row["table_name"]) for row in csv.DictReader(lines)]
    assert keys == sorted(set(keys))
    published = {(c["name"], t.name) for t in TABLES for c in t.columns}
    published |= {(column, "") for column, _ in published}
    assert sorted(set(keys) - published) == []


def test_a_heading_puts_the_unit_in_brackets() -> None:
    assert heading("总投资_万元") == "总投资(万元)"
    assert heading("竣工率_按全年计划") == "竣工率_按全年计划"


def test_the_page_leads_to_the_method_of_a_table() -> None:
    pages = build_data_dictionary.method_pages()
    assert ("入统率 Entry rate", "entry_rate.md") in pages["mart_fai_entry_rate"]
    assert set(pages) <= {table.name for table in TABLES}
