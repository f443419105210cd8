"""A node is kept only where everything it is made of holds what it held at the last build."""

from types import SimpleNamespace

import pytest

from pipelines.ledger.build_notes import BuildNotes, Outcome
from pipelines.ledger.contents import Content
from pipelines.ledger.increments import CHANGED_RECEIPTS
from pipelines.orchestration.dbt_cutoff import Cutoff

OLD, NEW = Content(2, "a"), Content(2, "b")
PASSED = Outcome("warn", 3, "Got 3 results")


def node(schema, name, *inputs, kind="model", materialized="table"):
    return SimpleNamespace(
        resource_type=kind,
        schema=schema,
        relation_name=f"{schema}.{name}",
        config=SimpleNamespace(materialized=materialized),
        depends_on=SimpleNamespace(nodes=list(inputs)),
    )


NODES = {
    "stg_receipts": node("staging", "stg_receipts", "receipts", materialized="view"),
    "int_wide": node("intermediate", "int_wide", "stg_receipts", materialized="view"),
    "int_rows": node("intermediate", "int_rows", "int_wide", "units"),
    "fct_rows": node("marts", "fct_rows", "int_rows"),
    "fct_by_return": node("marts", "fct_by_return", "units", materialized="incremental"),
    "rows_are_known": node("", "rows_are_known", "fct_rows", kind="test", materialized="test"),
}
SOURCES = {
    name: SimpleNamespace(schema=schema, identifier=name)
    for schema, name in (("raw", "receipts"), ("config", "units"))
}
TABLES = ("stg_receipts", "int_rows", "fct_rows", "fct_by_return")
NOTES = BuildNotes(dict.fromkeys(TABLES, OLD), {"rows_are_known": PASSED}, {"fct_rows": "select"})


def never(relation):
    pytest.fail(f"{relation} was measured for nothing")


def cutoff(*changed, notes=NOTES, reshaped=()):
    return Cutoff(NODES, SOURCES, changed, reshaped, notes)


def test_without_a_change_everything_is_kept_unmeasured_and_noted_again():
    made = cutoff()
    assert all(made.keeps_model(name, never) for name in ("int_rows", "fct_rows", "fct_by_return"))
    assert made.kept_outcome("rows_are_known", never) == PASSED
    assert made.notes({}) == NOTES


def test_a_view_of_staging_that_shows_the_same_rows_changes_nothing():
    made = cutoff("raw.receipts")
    assert made.keeps_model("int_rows", lambda _relation: OLD)


def test_what_hangs_on_a_view_that_shows_other_rows_is_made():
    asked = []
    made = cutoff("raw.receipts")
    assert not made.keeps_model("int_rows", lambda relation: asked.append(relation) or NEW)
    assert asked == ["staging.stg_receipts"]


def test_a_table_made_again_with_the_same_rows_keeps_what_hangs_on_it():
    made = cutoff("config.units")
    assert not made.keeps_model("int_rows", never)
    made.made("int_rows", lambda _relation: OLD)
    assert made.keeps_model("fct_rows", never)
    assert made.kept_outcome("rows_are_known", never) == PASSED


def test_a_table_made_again_with_other_rows_is_passed_on():
    made = cutoff("config.units")
    made.made("int_rows", lambda _relation: NEW)
    assert not made.keeps_model("fct_rows", never)
    made.made("fct_rows", lambda _relation: OLD)
    assert made.kept_outcome("rows_are_known", never) == PASSED
    assert made.notes({}).contents["int_rows"] == NEW


def test_a_table_that_was_neither_kept_nor_made_counts_as_changed():
    made = cutoff("config.units")
    assert not made.keeps_model("fct_rows", never)
    assert made.kept_outcome("rows_are_known", never) is None


def test_an_incremental_model_is_run_where_any_receipt_changed():
    assert not cutoff(CHANGED_RECEIPTS).keeps_model("fct_by_return", never)


def test_without_notes_everything_is_made():
    made = cutoff(notes=BuildNotes())
    assert not any(made.keeps_model(name, never) for name in TABLES)
    assert made.kept_outcome("rows_are_known", never) is None


def test_statements_worked_out_now_stand_before_those_of_the_last_build():
    made = cutoff()
    assert made.statement("fct_rows") == "select"
    assert made.notes({"fct_rows": "other", "int_rows": "one"}).statements == {
        "fct_rows": "other", "int_rows": "one",
    }  # fmt: skip


def test_what_a_node_said_holds_only_while_its_sources_have_the_same_columns():
    notes = BuildNotes({}, {}, {"int_rows": "select", "fct_rows": "select"})
    made = cutoff("config.units", notes=notes, reshaped=["config.units"])
    assert made.statement("int_rows") is None
    assert made.statement("fct_rows") == "select"
    assert set(made.notes({}).statements) == {"fct_rows"}, "it must not be said after this build"
