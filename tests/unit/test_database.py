"""DuckDB files: one writer, whole transactions, quoting that survives odd names."""

import os
import resource
import signal
import subprocess
import sys

import pyarrow
import pytest

from pipelines.database import (
    DatabaseError,
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


def test_a_missing_table_is_never_a_variable_of_that_name():
    seals = pyarrow.table({"n": [1]})
    with open_in_memory() as connection:
        with pytest.raises(DatabaseError, match="seals does not exist"):
            connection.execute("from seals")
        connection.register("registered", seals)
        assert connection.execute("from registered").fetchall() == [(1,)]


@pytest.mark.parametrize("odd", ["plain", "it's", 'say "no"', "报表；--", "a\nb"])
def test_quoted_names_and_texts_mean_themselves(odd):
    with open_in_memory() as connection:
        connection.execute(f"create table {quote_name(odd)} as select {quote_text(odd)} as t")
        assert connection.execute(f"select t from {quote_name(odd)}").fetchall() == [(odd,)]


@pytest.fixture
def small_disk():
    """Files may grow to so many bytes; ends with the test."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


def test_a_full_disk_is_told_with_a_remedy_and_costs_nothing_that_was_committed(
    tmp_path, small_disk
):
    path = tmp_path / "work.duckdb"
    with open_for_writing(path) as connection:
        connection.execute("create table kept as select 1 as n")
    with pytest.raises(OperatorError) as fault, open_for_writing(path) as connection:
        small_disk(path.stat().st_size)
        with transaction(connection):
            connection.execute("insert into kept select range from range(3_000_000)")
    assert str(path) in fault.value.cause and "disk" in fault.value.remedy
    small_disk(resource.getrlimit(resource.RLIMIT_FSIZE)[1])
    with open_for_writing(path) as connection:
        assert connection.execute("from kept").fetchall() == [(1,)]


def test_a_file_that_cannot_be_created_is_told_and_no_half_of_it_stays(tmp_path, small_disk):
    small_disk(100)
    with pytest.raises(OperatorError, match="cannot be created"), open_for_writing(tmp_path / "w"):
        pass
    small_disk(resource.getrlimit(resource.RLIMIT_FSIZE)[1])
    with open_for_writing(tmp_path / "w") as connection:
        assert connection.execute("select 1").fetchall() == [(1,)]


@pytest.mark.parametrize("mask", [0o000, 0o077])
def test_nobody_else_can_read_it_whatever_the_umask(tmp_path, mask):
    before = os.umask(mask)
    try:
        with open_for_writing(tmp_path / "w"):
            pass
    finally:
        os.umask(before)
    assert (tmp_path / "w").stat().st_mode & 0o777 == 0o600
