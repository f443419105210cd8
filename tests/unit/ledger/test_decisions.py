"""How waivers, corrections and rules are kept: codes and values in the words in which rows are stored."""

from dataclasses import replace
from datetime import date

import pytest
from small_district import DISTRICT, SETTINGS, a_desk, a_form, declared_forms, declared_rules

from pipelines.declarations.decisions import Correction, Waiver
from pipelines.declarations.rules import RuleBook
from pipelines.ledger.decisions import canonical_value
from pipelines.ledger.registry import store_declarations
from pipelines.problems import DeclarationError

YTD = Correction(
    "progress_report", "jia", "2019-06", "滨河 路", "investment_ytd_wanyuan", "320", "350",
    "少报一笔", "发改局", "open", "corrections.csv: row 2",
)  # fmt: skip


def store(desk, corrections=(), waivers=(), rules=None):
    district = replace(DISTRICT, corrections=tuple(corrections), waivers=tuple(waivers))
    store_declarations(
        desk.connection, SETTINGS, district, rules or declared_rules(), declared_forms()
    )


def rows(desk, query):
    return desk.connection.execute(query).fetchall()


@pytest.mark.parametrize(
    ("field", "text", "stored"),
    [
        ("investment_ytd_wanyuan", "1,860.50", "1860.5"),
        ("investment_ytd_wanyuan", "2亿元", "20000"),
        ("investment_ytd_wanyuan", "-0", "0"),
        ("investment_ytd_wanyuan", "—", None),
        ("actual_start", "2019年3月15日", "2019-03-15"),
        ("actual_start", "2019/3", "2019-03-01"),
        ("actual_start", "", None),
        ("is_in_statistics", "已入库", "是"),
        ("is_in_statistics", "无", None),
        ("physical_progress", " 主体封顶 ", "主体封顶"),
    ],
)
def test_a_value_is_stored_as_the_rows_hold_it(field, text, stored):
    assert canonical_value(a_form("progress_report").by_name[field], text) == stored


def test_a_project_is_kept_as_code_and_as_name():
    waiver = Waiver(
        "PRG-303", "jia", None, None, "2019130802４８03000123", None, "发改局", "已核实", date(2019, 12, 31)
    )  # fmt: skip
    with a_desk(are_rows_judged=False) as desk:
        store(desk, [YTD], [waiver, replace(waiver, project=None)])
        assert rows(desk, "select project_name_key, expect_value from config.corrections") == [
            ("滨河路", "320")
        ]
        assert rows(desk, "select waiver_no, project_code from config.waivers order by 1") == [
            (1, "2019-130802-48-03-000123"),
            (2, None),
        ]


def test_every_value_that_cannot_be_read_is_named_and_nothing_is_stored():
    faulty = [
        replace(YTD, new_value="约350"),
        replace(YTD, field="actual_start", expect_value="去年", where="corrections.csv: row 3"),
        replace(YTD, field="is_in_statistics", expect_value="", new_value="也许"),
        replace(YTD, expect_value="350.0", where="corrections.csv: row 5"),
    ]
    with a_desk(are_rows_judged=False) as desk:
        with pytest.raises(DeclarationError) as fault:
            store(desk, faulty)
        assert rows(desk, "select count(*) from config.corrections") == [(0,)]
    told = fault.value.faults
    assert len(told) == 4
    assert "row 2: new_value of investment_ytd_wanyuan is an amount in 万元" in told[0]
    assert "row 3: expect_value of actual_start is a date" in told[1]
    assert "one of the values of the list, not “也许”" in told[2]
    assert "row 5: new_value is what was expected" in told[3]


def test_a_rule_is_kept_with_the_fields_it_looks_at():
    with a_desk(are_rows_judged=False) as desk:
        (kept,) = rows(
            desk,
            "select form_id, frame, fields, is_trial, contains(expectation, 'investment_ytd_wanyuan')"
            " from raw.rules where rule_id = 'PRG-303'",
        )
    assert kept[:2] == ("progress_report", "history")
    assert "investment_ytd_wanyuan" in kept[2].split(",")
    assert kept[3:] == (False, True)


def test_what_a_rule_said_is_kept_once_for_every_wording():
    said = declared_rules()
    changed = said.by_id["PRG-303"].model_copy(update={"version": 2, "title": "改过的规则"})
    book = RuleBook(
        said.shared,
        {
            form: tuple(changed if rule.rule_id == "PRG-303" else rule for rule in rules)
            for form, rules in said.by_form.items()
        },
    )
    query = (
        "select rule_version, count(*) from raw.rule_versions where rule_id = 'PRG-303' group by 1"
    )
    with a_desk(are_rows_judged=False) as desk:
        store(desk)
        store(desk, rules=said.with_trials(["PRG-303"]))
        assert rows(desk, query) == [(1, 1)]
        store(desk, rules=book)
        assert sorted(rows(desk, query)) == [(1, 1), (2, 1)]
