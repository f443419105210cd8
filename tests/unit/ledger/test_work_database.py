"""The work database is brought up to date as often as one likes, and loses nothing by it."""

import pytest
from homes import a_home
from small_district import declared_forms

from pipelines.database import open_in_memory
from pipelines.ledger.work_database import open_work_database, upgrade

SHAPE = (
    "select schema_name, table_name, column_name, data_type, column_index from duckdb_columns()"
    " where schema_name in ('raw', 'config', 'reference') order by all"
)


@pytest.fixture
def connection():
    with open_in_memory() as connection:
        upgrade(connection, declared_forms())
        yield connection


def test_upgrading_again_changes_nothing(connection):
    connection.execute("insert into raw.loads values ('l', timestamp '2019-07-05', true)")
    before = connection.execute(SHAPE).fetchall()
    upgrade(connection, declared_forms())
    assert connection.execute(SHAPE).fetchall() == before
    assert connection.execute("select count(*) from raw.loads").fetchall() == [(1,)]


def test_each_numbered_file_is_applied_once_and_in_order(connection, tmp_path):
    (tmp_path / "0002_second.sql").write_text("insert into raw.trace values (2)", "utf-8")
    (tmp_path / "0001_first.sql").write_text("create table raw.trace (n integer)", "utf-8")
    (tmp_path / "notes.sql").write_text("this is no SQL", "utf-8")
    for _ in range(3):
        upgrade(connection, (), tmp_path)
    assert connection.execute("from raw.trace").fetchall() == [(2,)]


def test_a_step_that_fails_is_undone_and_tried_again(connection, tmp_path):
    step = tmp_path / "0009_step.sql"
    step.write_text("create table raw.half (n integer); select nonsense from nowhere;", "utf-8")
    with pytest.raises(Exception, match="nowhere"):
        upgrade(connection, (), tmp_path)
    step.write_text("create table raw.half (n integer)", "utf-8")
    upgrade(connection, (), tmp_path)
    assert connection.execute("select count(*) from raw.half").fetchall() == [(0,)]


def test_every_form_has_its_table_with_exact_money(connection):
    for form in declared_forms():
        types = dict(
            connection.execute(
                "select column_name, data_type from duckdb_columns() where table_name = ?",
                [form.form_id],
            ).fetchall()
        )
        for field in form.of_kind("money"):
            assert types[field.name] == "DECIMAL(18,4)"


def test_a_database_on_disk_survives_being_opened_again(tmp_path):
    home = a_home(tmp_path / "home")
    with open_work_database(home, declared_forms()) as connection:
        connection.execute("insert into raw.loads values ('l', timestamp '2019-07-05', true)")
    with open_work_database(home, declared_forms()) as connection:
        assert connection.execute("select load_id from raw.loads").fetchall() == [("l",)]
