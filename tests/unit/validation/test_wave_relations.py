"""What a rule against earlier returns may read is there, however it asks for it."""

import pytest
from small_district import Arrival, a_desk, declared_forms

from pipelines.declarations.forms import storage_columns
from pipelines.declarations.rules import Rule
from pipelines.validation.form_rows import FormRows
from pipelines.validation.known_projects import prepare_registry
from pipelines.validation.wave_relations import WaveRelations
from pipelines.validation.waves import Extent, Wave

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


FORM = next(form for form in declared_forms() if form.form_id == "progress_report")


def rows_for(sql):
    """The form's rows as a rule with this query reads them."""
    rule = Rule(
        rule_id="PRG-399", frame="history", level=2, severity="warning", title="甲", message="乙",
        remedy="丙", example="戊", reason="丁", sql=sql,
    )  # fmt: skip
    return FormRows(FORM, (rule,))


def a_wave(period, receipt_id):
    return Wave(FORM, period, {receipt_id: "jia"}, {receipt_id: False})


def asked(desk, sql):
    """The columns and rows a rule's query finds when June is the return that is judged."""
    connection = desk.connection
    prepare_registry(connection)
    connection.execute("begin")
    try:
        connection.execute("update raw.receipts set status = 'received' where receipt_id = 'm6'")
        WaveRelations(connection, {}).prepare(a_wave("2019-06", "m6"), rows_for(sql))
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
    named, _ = asked(desk, sql)
    assert {column for column, _ in storage_columns(FORM)} <= set(named)


@pytest.mark.parametrize(
    ("relation", "months"),
    [("last_rows", ["2019-05"]), ("last_month_rows", ["2019-05"]), ("next_rows", []),
     ("in_force_rows", ["2019-05"]), ("wave_rows", ["2019-06"])],
)  # fmt: skip
def test_every_relation_is_made_for_the_rule_that_reads_it(desk, relation, months):
    _, rows = asked(desk, f"select period from {relation}")
    assert [period for (period,) in rows] == months


@pytest.mark.parametrize(
    ("settled", "seen"),
    [([(["m5"], [])], ["2019-05"]), ([([], [])], []), ([(["m5"], []), ([], ["m5"])], [])],
    ids=["accepted", "refused", "superseded"],
)
def test_a_wave_sees_what_those_before_it_put_in_force_though_the_ledger_does_not_say_so_yet(
    desk, settled, seen
):
    connection, sql = desk.connection, "select period from last_rows"
    prepare_registry(connection)
    connection.execute("begin")
    try:
        connection.execute(
            "update raw.receipts set status = 'received' where form_id = $1", [FORM.form_id]
        )
        both = Extent.of([("m5", "2019-05", "jia"), ("m6", "2019-06", "jia")])
        relations = WaveRelations(connection, {FORM.form_id: both})
        may, june = a_wave("2019-05", "m5"), a_wave("2019-06", "m6")
        assert relations.prepare(may, rows_for(sql)) == []
        for accepted, superseded in settled:
            relations.settle(may, accepted, superseded)
        assert relations.prepare(june, rows_for(sql)) == (["last_rows"] if seen else [])
        assert [period for (period,) in connection.execute(sql).fetchall()] == seen
    finally:
        connection.execute("rollback")
