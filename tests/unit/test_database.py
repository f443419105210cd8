"""DuckDB files: one writer, whole transactions, quoting that survives odd names."""

import subprocess
import sys

import pytest

from pipelines.database import (
    open_for_writing,
    open_in_memory,
    open_read_only,
    quote_name,
    quote_text,
    transaction,
)
from pipelines.problems import OperatorError

HOLD = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


def test_a_file_held_by_another_process_is_named_with_a_remedy(tmp_path):
    path = tmp_path / "work.duckdb"
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(OperatorError) as fault, open_for_writing(path, wait_seconds=0.3):
            pass
        assert str(path) in fault.value.cause and str(other.pid) in fault.value.cause
        other.stdin.close()
    with open_for_writing(path) as connection:
        assert connection.execute("select 1").fetchall() == [(1,)]


def test_what_fails_halfway_leaves_nothing_behind():
    with open_in_memory() as connection:
        connection.execute("create table kept (n integer)")
        with pytest.raises(RuntimeError), transaction(connection):
            connection.execute("insert into kept values (1)")
            raise RuntimeError
        assert connection.execute("select count(*) from kept").fetchall() == [(0,)]
        with transaction(connection):
            connection.execute("insert into kept values (2)")
        assert connection.execute("from kept").fetchall() == [(2,)]


def test_a_reader_cannot_write(tmp_path):
    path = tmp_path / "it's here.duckdb"
    with open_for_writing(path) as connection:
        connection.execute("create table t as select 1 as n")
    with open_read_only(path) as connection:
        assert connection.execute("from t").fetchall() == [(1,)]
        with pytest.raises(Exception, match="read-only"):
            connection.execute("insert into t values (2)")


@pytest.mark.parametrize("odd", ["plain", "it's", 'say "no"', "报表；--", "a\nb"])
def test_quoted_names_and_texts_mean_themselves(odd):
    with open_in_memory() as connection:
        connection.execute(f"create table {quote_name(odd)} as select {quote_text(odd)} as t")
        assert connection.execute(f"select t from {quote_name(odd)}").fetchall() == [(odd,)]
