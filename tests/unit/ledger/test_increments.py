"""A build goes on from the last one where only returns changed; it holds what one from the ledger alone would."""

from datetime import timedelta

import pytest
from grids import a_file
from homes import drop
from releases import NOW, a_loaded_home, build_marts, load, publish_marts

from pipelines.database import open_for_writing, open_read_only
from pipelines.ledger.increments import CHANGED_RECEIPTS, continue_build
from pipelines.ledger.snapshots import begin_build, take_snapshot
from pipelines.release.publishing import build_in_place

KEPT = "marts.fct_by_return"
LATER = NOW + timedelta(days=30)
CORRECTED = "2019年6月进展情况表（单位：万元）\n项目名称 | 本年累计完成投资\n滨河路 | 25"


@pytest.fixture
def home(tmp_path):
    """A release is in place whose build has a mart of returns; then one return is replaced by a later version."""
    made = a_loaded_home(tmp_path / "home")
    with open_for_writing(made.ledger_snapshot) as connection:
        connection.execute(f"create table {KEPT} as select receipt_id from raw.receipts")
        connection.execute("create table intermediate.int_old (x int)")
    publish_marts(made)
    drop(made, "jia/进展2.xlsx", a_file(CORRECTED), NOW + timedelta(days=1))
    load(made, LATER)
    take_snapshot(made)
    return made


def rows(path, schemas=("raw", "config", "reference", "history")):
    with open_read_only(path) as connection:
        names = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
            " where list_contains($1, schema_name) order by 1",
            [list(schemas)],
        ).fetchall()
        return {
            name: connection.execute(f"from {name} order by all").fetchall() for (name,) in names
        }


def test_the_ledger_of_a_continued_build_is_the_ledger(home):
    assert continue_build(home, build_in_place(home), {KEPT})
    continued = rows(home.building_database)
    begin_build(home)
    assert continued == rows(home.building_database)


def test_only_the_returns_that_changed_are_made_again(home):
    continue_build(home, build_in_place(home), {KEPT})
    with open_read_only(home.building_database) as connection:
        changed = dict(
            connection.execute(
                "select file_name, superseded_by is not null from raw.receipts"
                f" where receipt_id in (from {CHANGED_RECEIPTS})"
            ).fetchall()
        )
        kept = connection.execute(
            f"select file_name from {KEPT} inner join raw.receipts using (receipt_id)"
        ).fetchall()
    assert changed == {"进展.xlsx": True, "进展2.xlsx": False}
    assert {name for (name,) in kept} == {"台账.xlsx", "统计.xlsx", "路基.jpg"}


def test_what_was_made_of_the_ledger_stays_until_it_is_made_again(home):
    continue_build(home, build_in_place(home), {KEPT})
    left = rows(home.building_database, ("staging", "intermediate", "marts", "marts_restricted"))
    assert {KEPT, "intermediate.int_old", "marts.fct_investment"} <= set(left)


def test_the_tables_that_hold_something_else_are_named(home):
    """A report came and replaced another: neither the registry nor the ledger of projects is another one."""
    changed = continue_build(home, build_in_place(home), {KEPT}).changed
    assert {
        "raw.receipts",
        "raw.progress_report",
        "raw.cells",
        "raw.loads",
        CHANGED_RECEIPTS,
    } <= changed
    assert not {"raw.project_ledger", "raw.photographs", "config.units", "config.policy"} & changed


def test_a_day_without_returns_changes_no_rows_of_returns(home):
    build_marts(home)
    publish_marts(home)
    load(home, LATER + timedelta(days=1))
    take_snapshot(home)
    changed = continue_build(home, build_in_place(home), set()).changed
    assert "raw.loads" in changed
    assert not {"raw.receipts", "raw.cells", CHANGED_RECEIPTS} & changed


def test_renewed_returns_are_appended_again_though_their_rows_say_nothing_new(home):
    build_marts(home)
    publish_marts(home)
    with open_read_only(home.ledger_snapshot) as connection:
        receipt = connection.execute("select min(receipt_id) from raw.receipts").fetchall()[0][0]
    changed = continue_build(home, build_in_place(home), set(), renewed=[receipt]).changed
    assert CHANGED_RECEIPTS in changed
    assert "raw.cells" not in changed


@pytest.mark.parametrize(
    "change",
    [
        "update raw.loads set product = 'another version'",
        "update raw.loads set config_hash = 'another configuration'",
        "update raw.loads set product = null, config_hash = null",
    ],
)
def test_with_another_product_or_configuration_a_build_begins_from_the_ledger(home, change):
    with open_for_writing(home.ledger_snapshot) as connection:
        connection.execute(change)
    assert not continue_build(home, build_in_place(home), {KEPT})
    assert rows(home.building_database, ("marts",)) == rows(home.ledger_snapshot, ("marts",))


def test_a_last_build_that_lacks_a_kept_mart_or_is_gone_is_not_gone_on_from(home):
    assert not continue_build(home, build_in_place(home), {KEPT, "marts.fct_new"})
    build_in_place(home).unlink()
    assert not continue_build(home, build_in_place(home), {KEPT})
    with open_read_only(home.building_database) as connection:
        assert connection.execute(f"from {CHANGED_RECEIPTS}").fetchall() == []


@pytest.mark.parametrize("damage", ["no database", "not closed"])
def test_a_damaged_last_build_stops_no_load(home, damage):
    last = build_in_place(home)
    last.chmod(0o600)
    if damage == "not closed":
        last.with_name(last.name + ".wal").write_bytes(b"half a transaction")
    else:
        last.write_bytes(b"no database")
    assert not continue_build(home, last, {KEPT})
    continued = rows(home.building_database)
    begin_build(home)
    assert continued == rows(home.building_database)
