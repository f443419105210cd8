"""The work database is brought up to date as often as one likes, and loses nothing by it."""

import pytest
from homes import a_home
from small_district import declared_forms

from pipelines.database import open_in_memory
from pipelines.ledger.work_database import DDL_FOLDER, open_work_database, upgrade

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
    connection.execute(
        "insert into raw.loads (load_id, now_at, is_finished) values ('l', timestamp '2019-07-05', true)"
    )
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
            column = "indicator_value" if form.is_cross_table else field.name
            assert types[column] == "DECIMAL(18,4)"


def test_a_database_on_disk_survives_being_opened_again(tmp_path):
    home = a_home(tmp_path / "home")
    with open_work_database(home, declared_forms()) as connection:
        connection.execute(
            "insert into raw.loads (load_id, now_at, is_finished) values ('l', timestamp '2019-07-05', true)"
        )
    with open_work_database(home, declared_forms()) as connection:
        assert connection.execute("select load_id from raw.loads").fetchall() == [("l",)]


FIRST_VERSION = """
insert into raw.receipts (receipt_id, load_id, unit_code, inbox_path, file_name, sha256, size_bytes,
    file_modified_at, modified_ns, received_at, is_inbox_cleared, status, form_id, period, superseded_by)
select id, 'l', 'jia', id, id, id, 1, timestamp '2019-07-05', 0, timestamp '2019-07-05', true, status,
    'progress_report', '2019-06', superseded_by
from (values ('old', 'accepted_with_warnings', 'new'), ('new', 'accepted_with_warnings', null),
    ('bad', 'refused', null)) as t(id, status, superseded_by);
insert into raw.rules values
    ('PRG-302', 'progress_report', 2, 'error', null, 't', 'm', 'r', 'w', date '2000-01-01', null),
    ('PRG-303', 'progress_report', 2, 'warning', null, 't', 'm', 'r', 'w', date '2000-01-01', null);
insert into raw.findings (finding_id, receipt_id, rule_id, severity, message) values
    ('f1', 'new', 'PRG-302', 'warning', 'a fall with a declared reason'),
    ('f2', 'new', 'PRG-303', 'warning', 'a question');
create schema marts;
create table marts.mart_retired (n integer);
"""


def test_a_ledger_of_the_first_version_keeps_its_returns_and_its_questions(tmp_path):
    (tmp_path / "0001_ledger.sql").write_text(
        (DDL_FOLDER / "0001_ledger.sql").read_text("utf-8"), "utf-8"
    )
    with open_in_memory() as connection:
        upgrade(connection, (), tmp_path)
        connection.execute(FIRST_VERSION)
        upgrade(connection, declared_forms())
        waiting = "select receipt_id from raw.receipts where not is_answered"
        assert connection.execute(waiting).fetchall() == [("new",)]
        open_ones = "select receipt_id, finding_id from raw.open_questions"
        assert connection.execute(open_ones).fetchall() == [("new", "f2")]
        schemas = connection.execute("select schema_name from duckdb_tables()").fetchall()
        assert ("marts",) not in schemas
