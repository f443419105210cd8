"""Copies of the ledger appear whole, for their owner alone, or not at all."""

import errno
import os

import pytest
from homes import a_home
from small_district import declared_forms

from pipelines.ledger.snapshots import begin_build, take_snapshot
from pipelines.ledger.work_database import open_work_database
from pipelines.problems import OperatorError


@pytest.fixture
def home(tmp_path):
    made = a_home(tmp_path / "home")
    with open_work_database(made, declared_forms()):
        pass
    return made


@pytest.mark.parametrize("mask", [0o000, 0o077])
def test_nobody_else_can_read_a_copy_whatever_the_umask(home, mask):
    before = os.umask(mask)
    try:
        take_snapshot(home)
        begin_build(home)
    finally:
        os.umask(before)
    for path in (home.ledger_snapshot, home.building_database):
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert path.read_bytes() == home.work_database.read_bytes()


def test_a_full_disk_leaves_the_last_copy_and_nothing_half(home, monkeypatch):
    take_snapshot(home)
    before = home.ledger_snapshot.read_bytes()

    def fail(*_arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("shutil.copyfile", fail)
    with pytest.raises(OperatorError, match="No space left"):
        take_snapshot(home)
    assert home.ledger_snapshot.read_bytes() == before
    assert [path.name for path in home.ledger_snapshot.parent.iterdir()] == ["snapshot.duckdb"]


def test_a_log_left_by_a_build_that_was_killed_is_gone_before_the_next_begins(home):
    take_snapshot(home)
    log = begin_build(home).with_name("work.duckdb.wal")
    log.write_bytes(b"half a transaction")
    (log.parent / ".work.duckdb.77").write_bytes(b"half a copy")
    assert [path.name for path in begin_build(home).parent.iterdir()] == ["work.duckdb"]


def test_a_database_that_was_not_closed_is_not_copied(home):
    home.work_database.with_name("work.duckdb.wal").write_bytes(b"1")
    with pytest.raises(OperatorError, match="not closed cleanly"):
        take_snapshot(home)
