"""What tells the rows of one return apart, and that the rules and the marts mean the same by it."""

from pathlib import Path

import pytest
from jinja2 import Undefined
from jinja2.nativetypes import NativeEnvironment
from small_district import Arrival, a_form, batch_of, judge

from pipelines.database import open_in_memory
from pipelines.validation.identity import identity_columns, item_ref
from pipelines.validation.macros import MACROS

COHORTS_SQL = Path(__file__).resolve().parents[3] / "dbt_project" / "macros" / "cohorts.sql"

ISSUES = """
2019年6月问题台账
编号 | 项目名称 | 存在问题 | 提出时间
1 | 滨河路 | 征地 | {first}
{number} | 三纬路 | 路灯 | {second}
"""
BATCHES = """
2019年“三个一批”项目表（单位：万元）
期次 | 项目名称 | 签约金额
第四期 | 滨河路 | 5000
{cohort} | {name} | 8000
"""


def repeated(grid):
    """The cells and messages of rows that say again what an earlier one says."""
    found = judge(batch_of({"r": Arrival("jia", grid)})).findings
    return [(f.place.cell, f.message) for f in found if f.rule_id == "GEN-209"]


@pytest.mark.parametrize(
    ("first", "number", "second", "is_repeated"),
    [
        ("2018-11-05", "1", "2019-03-07", False),
        ("2019-01-05", "1、", "2019-03-07", True),
        ("2019-01-05", "2", "2019-01-05", False),
    ],
)
def test_an_issue_is_its_number_and_the_year_in_which_it_was_raised(
    first, number, second, is_repeated
):
    found = repeated(ISSUES.format(first=first, number=number, second=second))
    assert [cell for cell, _ in found] == (["A4"] if is_repeated else [])
    assert all("编号、提出时间的年份相同的只有一行" in message for _, message in found)


@pytest.mark.parametrize(
    ("cohort", "name", "is_repeated"),
    [("第4期", "滨 河路", True), ("四批", "滨河路", True), ("第4期", "三纬路", False),
     ("第十四期", "滨河路", False), ("2019年第四期", "滨河路", False)],
)  # fmt: skip
def test_a_cohort_is_one_however_it_is_written(cohort, name, is_repeated):
    found = repeated(BATCHES.format(cohort=cohort, name=name))
    assert [cell for cell, _ in found] == (["B4"] if is_repeated else [])


@pytest.mark.parametrize(
    ("form_id", "part"),
    [("issue_ledger", 'year("raised_on")'), ("three_batches", 'cohort_key("cohort")')],
)
def test_a_row_and_an_item_are_told_by_the_same(form_id, part):
    form = a_form(form_id)
    assert part in item_ref(form) and part in identity_columns(form)


SPELLINGS = [
    "第四期", "第4期", "4期", "四批", "第０４期", "“三个一批”第四期", "第 四 期", "第四批次", "四", "04",
    "第十期", "第十二期", "十二批", "第二十期", "第二十四期", "二四期", "第九十九期", "第100期", "第00期",
    "2022年第四期", "2022年第4期", "2022年四批", "2022", "2022年", "春季", "第期", "期", "", None,
    "第99999999999期", "第一期（补充）", "A2",
]  # fmt: skip


def of_the_marts():
    """The dbt macro as SQL over the column ``cohort``."""

    class Dbt:
        @staticmethod
        def type_string():
            return "varchar"

    environment = NativeEnvironment(extensions=["jinja2.ext.do"], undefined=Undefined)
    template = environment.from_string(
        COHORTS_SQL.read_text("utf-8"), globals={"return": lambda made: made, "dbt": Dbt}
    )
    return template.module.cohort_key("cohort")


def test_the_rules_and_the_marts_know_a_cohort_by_the_same_key():
    with open_in_memory() as connection:
        for macro in MACROS:
            connection.execute(macro)
        compared = connection.execute(
            f"""
            select cohort, cohort_key(cohort) as by_the_rules, {of_the_marts()} as by_the_marts
            from (select unnest(cast($spellings as varchar[])) as cohort)
            """,
            {"spellings": SPELLINGS},
        ).fetchall()
    assert [(cohort, rules) for cohort, rules, _ in compared] == [
        (cohort, marts) for cohort, _, marts in compared
    ]
    keys = {cohort: key for cohort, key, _ in compared}
    assert {keys[written] for written in SPELLINGS[:10]} == {"第4期"}
    assert keys["第二十四期"] == "第24期" and keys["2022年四批"] == "2022年第4期"
