"""What dbt said for a node is said again in one piece, unless the node asks the database first."""

from types import SimpleNamespace

from pipelines.ledger.contents import content_query
from pipelines.orchestration.dbt_statements import Listener


def node(kind="model", materialized="table", macros=()):
    return SimpleNamespace(
        resource_type=kind,
        relation_name='"work"."marts"."fct"',
        config=SimpleNamespace(materialized=materialized),
        depends_on=SimpleNamespace(macros=list(macros)),
    )


MACROS = {
    "macro.taizhang.vintages": SimpleNamespace(
        depends_on=SimpleNamespace(macros=["macro.dbt.load_relation"])
    )
}
CREATE = 'create table\n "work"."marts"."fct" as (select 1);\ncomment on table "work"."marts"."fct" is \'x\';'
SAID = [
    "BEGIN", "DESCRIBE (select 1)", 'drop table if exists "work"."marts"."fct" cascade', CREATE,
    'update "work"."marts"."fct" set a = 1', "COMMIT", content_query('"work"."marts"."fct"'),
]  # fmt: skip


def heard(one, said):
    listener = Listener({"it": one}, MACROS)
    for sql in said:
        event = SimpleNamespace(
            info=SimpleNamespace(name="SQLQuery"),
            data=SimpleNamespace(
                sql=f'/* {{"app": "dbt"}} */\n{sql}', node_info=SimpleNamespace(unique_id="it")
            ),
        )
        listener(event)
    return dict(listener.repeatable()).get("it")


def test_a_table_is_dropped_made_described_and_masked_in_one_transaction():
    parts = [part.strip() for part in heard(node(), SAID).split("\n;\n")]
    assert parts == [
        "begin",
        'drop table if exists "work"."marts"."fct"',
        CREATE.rstrip(";"),
        'update "work"."marts"."fct" set a = 1',
        "commit",
    ]


def test_a_test_is_its_question():
    test = node(kind="test", materialized="test")
    assert heard(test, ["BEGIN", "select count(*) as failures"]) == "select count(*) as failures"
    assert heard(test, ["select count(*) as failures", "select count(*) as more"]) is None


def test_what_asks_the_database_or_builds_on_what_is_there_is_worked_out_every_time():
    assert heard(node(macros=["macro.taizhang.vintages"]), SAID) is None
    assert heard(node(materialized="incremental"), SAID) is None
    assert heard(node(), ["select column_name from information_schema.columns", *SAID]) is None
    assert heard(node(), []) is None
