"""A release is put in place whole by one switch; who holds the old one keeps reading it."""

import json
import os
import resource
import signal
import subprocess
import sys

import duckdb
import pytest
from releases import change_marts, publish_marts

from pipelines.database import open_read_only
from pipelines.problems import OperatorError
from pipelines.release.chinese_views import CHINESE_SCHEMA
from pipelines.release.publishing import BUILD_COPY, current_release

HOLD = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
ask = "select count(*) from marts.fct_submissions"
for _ in sys.stdin:
    print(connection.execute(ask).fetchone()[0], flush=True)
"""


def rows(path, sql):
    with open_read_only(path) as connection:
        return connection.execute(sql).fetchall()


def test_a_release_holds_exactly_the_rows_of_the_marts(home):
    release = publish_marts(home, keep=10)
    assert release.release_id == 1 and current_release(home) == release.folder
    with open_read_only(home.ledger_snapshot) as connection:
        wanted = connection.execute("from marts.fct_investment order by all").fetchall()
    assert rows(home.reporting_database, "from marts.fct_investment order by all") == wanted
    assert release.rows["fct_investment"] == len(wanted) == 2


def test_a_reader_of_the_old_release_is_not_disturbed_by_the_new_one(home):
    publish_marts(home, keep=1)
    command = [sys.executable, "-c", HOLD, str(home.reporting_database)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:

        def ask():
            reader.stdin.write("\n")
            reader.stdin.flush()
            return int(reader.stdout.readline())

        before = ask()
        change_marts(home, "delete from marts.fct_submissions")
        publish_marts(home, keep=1)
        assert ask() == before > 0
        reader.stdin.close()
    assert rows(home.reporting_database, "select count(*) from marts.fct_submissions") == [(0,)]


def test_the_paths_stay_the_same_and_point_to_one_whole_release(home):
    publish_marts(home, keep=10)
    second = publish_marts(home, keep=10)
    for name in ("reporting.duckdb", "statistics.duckdb", "parquet"):
        path = home.published / name
        assert path.is_symlink() and path.resolve().parent == second.folder
    assert [p for p in home.published.iterdir() if p.name.startswith(".")] == []


def test_an_interrupted_publication_leaves_the_last_release_and_is_finished_by_the_next(home):
    first = publish_marts(home, keep=10)
    releases = home.published / "releases"
    (releases / ".building-2").mkdir()
    (releases / ".building-2" / "reporting.duckdb").write_bytes(b"half")
    (releases / "2").mkdir()  # moved, but the switch never came
    assert current_release(home) == first.folder
    third = publish_marts(home, keep=10)
    assert current_release(home) == third.folder
    assert rows(home.reporting_database, "select count(*) from marts.fct_submissions") == [(4,)]
    assert [p.name for p in releases.iterdir() if p.name.startswith(".")] == []


def test_a_failed_publication_leaves_the_last_release_in_place(home):
    first = publish_marts(home, keep=10)
    change_marts(home, "drop schema marts cascade")
    home.ledger_snapshot.chmod(0o600)
    home.ledger_snapshot.write_bytes(b"not a database")
    with pytest.raises(OperatorError, match="last release stays"):
        publish_marts(home, keep=10)
    assert current_release(home) == first.folder
    assert rows(home.reporting_database, "select count(*) from marts.fct_submissions") == [(4,)]


def test_the_database_it_was_made_from_goes_with_the_newest_release_alone(home):
    first = publish_marts(home)
    second = publish_marts(home)
    assert not (first.folder / BUILD_COPY).exists()
    assert (second.folder / BUILD_COPY).stat().st_mode & 0o777 == 0o600
    assert not home.building_database.exists()


def test_only_so_many_old_releases_are_kept(home):
    for _ in range(4):
        publish_marts(home, keep=2)
    names = sorted(path.name for path in (home.published / "releases").iterdir())
    assert names == ["3", "4"]


def test_what_is_open_is_readable_for_all_and_statistics_only_for_the_owner(home):
    folder = publish_marts(home, keep=10).folder
    assert (folder / "reporting.duckdb").stat().st_mode & 0o777 == 0o444
    assert (folder / "statistics.duckdb").stat().st_mode & 0o777 == 0o600
    for path in folder.iterdir():
        if path.name not in ("reporting.duckdb", "manifest.json", "parquet"):
            assert path.stat().st_mode & 0o077 == 0, path.name


def test_restricted_tables_are_in_the_statistics_file_alone(home):
    publish_marts(home, keep=10)
    tables = "select table_name from duckdb_tables() order by all"
    assert "fct_fai_reconciliation" not in {
        name for (name,) in rows(home.reporting_database, tables)
    }
    assert rows(home.statistics_database, tables) == [("fct_fai_reconciliation",)]
    assert not (home.published / "parquet" / "fct_fai_reconciliation").exists()


def test_comments_and_not_null_come_along_and_keys_are_stated_without_their_index(home):
    publish_marts(home, keep=10)
    comment = "select comment from duckdb_tables() where table_name = 'fct_investment'"
    assert rows(home.reporting_database, comment) == [
        ("项目投资进度。 Investment progress. It's by month.",)
    ]
    column = (
        "select comment from duckdb_columns() where column_name = 'period' and comment is not null"
    )
    assert ("报告期。 The month.",) in rows(home.reporting_database, column)
    kinds = "select distinct constraint_type from duckdb_constraints() where schema_name = 'marts'"
    assert {k for (k,) in rows(home.reporting_database, kinds)} == {"NOT NULL"}
    manifest = json.loads((home.published / "manifest.json").read_text("utf-8"))
    assert manifest["keys"]["fct_investment"] == ["project_key", "period"]


def test_every_table_stands_once_more_under_its_chinese_name(home):
    publish_marts(home, keep=10)
    views = f"select view_name from duckdb_views() where schema_name = '{CHINESE_SCHEMA}'"
    assert {"项目投资进度", "报送记录"} <= {
        name for (name,) in rows(home.reporting_database, views)
    }
    assert rows(home.reporting_database, "select count(*) from 报表.项目投资进度") == [(2,)]


def test_the_parquet_files_hold_the_same_rows(home):
    publish_marts(home, keep=10)
    path = home.published / "parquet" / "fct_investment" / "*.parquet"
    found = duckdb.sql(f"from read_parquet('{path}') order by all").fetchall()
    assert found == rows(home.reporting_database, "from marts.fct_investment order by all")


def test_equal_marts_give_equal_tables_in_equal_order(home):
    publish_marts(home, keep=10)
    first = rows(home.reporting_database, "from marts.fct_investment")
    change_marts(
        home,
        "create table marts.turned as from marts.fct_investment order by all desc;"
        "delete from marts.fct_investment; insert into marts.fct_investment from marts.turned;"
        "drop table marts.turned",
    )
    publish_marts(home, keep=10)
    assert rows(home.reporting_database, "from marts.fct_investment") == first


def test_a_full_disk_leaves_the_last_release_and_the_next_load_publishes(home):
    first = publish_marts(home)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        # The copy to build on still has room, the release has not.
        size = home.ledger_snapshot.stat().st_size
        change_marts(home, "create table marts.more as select range as n from range(3_000_000)")
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        with pytest.raises(OperatorError, match="disk"):
            publish_marts(home)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert current_release(home) == first.folder
    assert rows(home.reporting_database, "select count(*) from marts.fct_submissions") == [(4,)]
    assert publish_marts(home).release_id == 2


@pytest.mark.parametrize("call", ["mkdir", "rename", "symlink", "chmod"])
def test_a_folder_that_cannot_be_written_leaves_the_last_release(home, monkeypatch, call):
    first = publish_marts(home)
    real = getattr(os, call)

    def fail(path, *arguments, **options):
        if any(str(place).startswith(str(home.published)) for place in (path, *arguments)):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *arguments, **options)

    with monkeypatch.context() as broken:
        broken.setattr(os, call, fail)
        with pytest.raises(OperatorError, match="Permission denied"):
            publish_marts(home)
    assert current_release(home) == first.folder
    second = publish_marts(home)
    assert current_release(home) == second.folder
    assert sorted(p.name for p in first.folder.parent.iterdir()) == ["1", "2"]


def test_a_release_that_was_never_switched_to_gives_its_number_to_the_next(home):
    publish_marts(home)
    unused = home.published / "releases" / "2"
    unused.mkdir()
    (home.published / ".current.77").symlink_to("releases/2")
    assert publish_marts(home).release_id == 2
    assert not (home.published / ".current.77").is_symlink()


def test_no_release_is_removed_where_nobody_knows_which_is_current(home):
    publish_marts(home)
    (home.published / "current").unlink()
    assert publish_marts(home).release_id == 2
    assert (home.published / "releases" / "1").is_dir()


@pytest.mark.parametrize("mask", [0o000, 0o077])
def test_what_is_open_and_what_is_private_does_not_depend_on_the_umask(home, mask):
    before = os.umask(mask)
    try:
        folder = publish_marts(home).folder
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert modes == {
        "reporting.duckdb": 0o444, "manifest.json": 0o444, "parquet": 0o755,
        "statistics.duckdb": 0o600, "statistics.manifest.json": 0o600, "build.duckdb": 0o600,
    }  # fmt: skip
    assert {p.stat().st_mode & 0o777 for p in folder.glob("parquet/*/*")} == {0o444}
    assert folder.stat().st_mode & 0o777 == 0o755
