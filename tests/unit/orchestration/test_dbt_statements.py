"""What dbt said for a node is said again in one piece, unless the node asks the database first."""

from types import SimpleNamespace

from pipelines.orchestration.dbt_statements import Listener


def node(kind="model", materialized="table", macros=()):
    return SimpleNamespace(
        resource_type=kind,
        relation_name='"work"."marts"."fct"',
        config=SimpleNamespace(materialized=materialized),
        depends_on=SimpleNamespace(macros=list(macros)),
    )


MACROS = {
    "macro.taizhang.looking": SimpleNamespace(
        depends_on=SimpleNamespace(macros=["macro.dbt.run_query"])
    )
}
CREATE = 'create table\n "work"."marts"."fct" as (select 1);\ncomment on table "work"."marts"."fct" is \'x\';'
KEYS = "select error('duplicate key ' || a) from fct group by a having count(*) > 1"
SAID = [
    "BEGIN", "DESCRIBE (select 1)", 'drop table if exists "work"."marts"."fct" cascade', CREATE,
    'update "work"."marts"."fct" set a = 1', KEYS, "COMMIT",
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
        KEYS,
        "commit",
    ]


def test_a_test_is_its_question():
    test = node(kind="test", materialized="test")
    assert heard(test, ["BEGIN", "select count(*) as failures"]) == "select count(*) as failures"
    assert heard(test, ["select count(*) as failures", "select count(*) as more"]) is None


def test_a_mart_of_single_returns_is_said_again_only_as_it_is_gone_on_with():
    made = node(materialized="incremental")
    assert heard(made, SAID) is None
    appended = 'insert into "work"."marts"."fct" by name (select 1)'
    parts = heard(made, ["BEGIN", appended, *SAID[4:]]).split("\n;\n")
    assert parts == ["begin", appended, 'update "work"."marts"."fct" set a = 1', KEYS, "commit"]


def test_what_looks_at_rows_before_it_speaks_is_worked_out_every_time():
    assert heard(node(macros=["macro.taizhang.looking"]), SAID) is None
    assert heard(node(), ["select max(period) from marts.fct", *SAID]) is None
    assert heard(node(), []) is None


def test_asking_which_columns_there_are_is_no_part_of_it():
    asked = "select\n  column_name,\n  column_type as data_type from (describe t)"
    assert heard(node(), [asked, *SAID]) == heard(node(), SAID)
