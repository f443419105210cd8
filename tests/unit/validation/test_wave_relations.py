"""What a rule against earlier returns may read is there, however it asks for it."""

import pytest
from small_district import Arrival, a_desk, declared_forms

from pipelines.declarations.forms import storage_columns
from pipelines.declarations.rules import Rule
from pipelines.validation.known_projects import prepare_registry
from pipelines.validation.wave_relations import prepare_wave

LEDGER = """
2019年重点项目台账（单位：万元）
项目名称 | 总投资 | 年度计划投资
滨河路 | 5000 | 2000
"""
REPORT = """
2019年{month}月进展情况表（单位：万元）
项目名称 | 本月完成投资 | 本年累计完成投资 | 备注
滨河路 | 5 | {ytd} |
"""


@pytest.fixture(scope="module")
def desk():
    with a_desk() as made:
        made.load({"ledger": Arrival("jia", LEDGER)})
        for month in (5, 6):
            text = REPORT.format(month=month, ytd=5 * month)
            made.load({f"m{month}": Arrival("jia", text)})
        yield made


def asked(desk, sql):
    """The columns and rows a rule's query finds when June is the return that is judged."""
    rule = Rule(
        rule_id="PRG-399", frame="history", level=2, severity="warning", title="甲", message="乙",
        remedy="丙", example="戊", reason="丁", sql=sql,
    )  # fmt: skip
    form = next(form for form in declared_forms() if form.form_id == "progress_report")
    connection = desk.connection
    prepare_registry(connection)
    connection.execute("begin")
    try:
        connection.execute("update raw.receipts set status = 'received' where receipt_id = 'm6'")
        prepare_wave(connection, form, {"m6": False}, [rule])
        found = connection.execute(sql)
        return [column[0] for column in found.description], found.fetchall()
    finally:
        connection.execute("rollback")


def test_the_columns_a_rule_names_are_there_in_whatever_letters_it_names_them(desk):
    _, rows = asked(desk, "select Investment_YTD_wanyuan from wave_rows")
    assert rows == [(30,)]


@pytest.mark.parametrize(
    "sql",
    [
        "select * from wave_rows",
        "select w.* from wave_rows as w",
        "select columns('.*') from wave_rows",
    ],
)
def test_a_rule_that_asks_for_all_columns_gets_all(desk, sql):
    form = next(form for form in declared_forms() if form.form_id == "progress_report")
    named, _ = asked(desk, sql)
    assert {column for column, _ in storage_columns(form)} <= set(named)


@pytest.mark.parametrize(
    ("relation", "months"),
    [("last_rows", ["2019-05"]), ("last_month_rows", ["2019-05"]), ("next_rows", []),
     ("in_force_rows", ["2019-05"]), ("wave_rows", ["2019-06"])],
)  # fmt: skip
def test_every_relation_is_made_for_the_rule_that_reads_it(desk, relation, months):
    _, rows = asked(desk, f"select period from {relation}")
    assert [period for (period,) in rows] == months
