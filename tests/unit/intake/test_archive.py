"""The archive keeps every byte once, never writes over it, and notices alteration."""

import errno
import hashlib
import os

import pytest

from pipelines.intake.archive import (
    archive_path,
    clear_unfinished,
    fetch,
    foreign_names,
    store,
    store_pieces,
    store_together,
    stored_hashes,
)
from pipelines.problems import OperatorError

DATA = "重点项目".encode()
SHA = hashlib.sha256(DATA).hexdigest()


def test_bytes_are_found_again_by_their_hash(tmp_path):
    assert store(tmp_path, DATA) == SHA
    assert fetch(tmp_path, SHA) == DATA
    assert archive_path(tmp_path, SHA) == tmp_path / SHA[:2] / SHA
    assert stored_hashes(tmp_path) == {SHA}


def test_an_archived_file_cannot_be_written_over_by_accident(tmp_path):
    store(tmp_path, DATA)
    assert archive_path(tmp_path, SHA).stat().st_mode & 0o777 == 0o400


def test_the_same_bytes_are_kept_once_and_left_untouched(tmp_path):
    store(tmp_path, DATA)
    before = archive_path(tmp_path, SHA).stat()
    store(tmp_path, DATA)
    after = archive_path(tmp_path, SHA).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert len(list(tmp_path.rglob("*"))) == 2


def test_a_file_cut_short_by_a_crash_is_completed_by_the_next_arrival(tmp_path):
    path = archive_path(tmp_path, SHA)
    path.parent.mkdir()
    path.write_bytes(DATA[:3])
    store(tmp_path, DATA)
    assert fetch(tmp_path, SHA) == DATA


def test_an_altered_file_is_noticed_with_a_remedy(tmp_path):
    store(tmp_path, DATA)
    path = archive_path(tmp_path, SHA)
    path.chmod(0o600)
    path.write_bytes(DATA[:-1] + b"?")
    with pytest.raises(OperatorError, match="altered"):
        fetch(tmp_path, SHA)


def test_a_lost_file_is_noticed_with_a_remedy(tmp_path):
    with pytest.raises(OperatorError, match="lost"):
        fetch(tmp_path, SHA)


def test_zero_bytes_are_kept_like_any_other(tmp_path):
    assert fetch(tmp_path, store(tmp_path, b"")) == b""


def test_an_unfinished_write_is_no_archived_file(tmp_path):
    store(tmp_path, DATA)
    (tmp_path / SHA[:2] / f".{SHA}.1.tmp").write_bytes(b"half")
    assert stored_hashes(tmp_path) == {SHA}


def test_pieces_are_kept_as_one_file(tmp_path):
    stored = store_pieces(tmp_path, iter([DATA[:5], b"", DATA[5:]]))
    assert (stored.sha256, stored.size_bytes) == (SHA, len(DATA))
    assert fetch(tmp_path, SHA) == DATA


def test_pieces_that_end_with_a_fault_leave_nothing(tmp_path):
    def cut_short():
        yield DATA
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store_pieces(tmp_path, cut_short())
    assert list(tmp_path.iterdir()) == []


def test_files_that_belong_together_are_kept_together(tmp_path):
    kept = store_together(tmp_path, iter([[DATA], [b"", b"2"], [DATA]]))
    assert [stored.size_bytes for stored in kept] == [len(DATA), 1, len(DATA)]
    assert stored_hashes(tmp_path) == {stored.sha256 for stored in kept}
    assert list(foreign_names(tmp_path)) == []


def test_where_one_of_them_cannot_be_had_none_is_kept(tmp_path):
    def files():
        yield [DATA]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store_together(tmp_path, files())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("call", ["open", "mkdir", "replace", "fchmod"])
def test_a_disk_that_does_not_take_it_is_told_with_a_remedy_and_nothing_is_left(
    tmp_path, monkeypatch, call
):
    def fail(*_arguments, **_options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as full:
        full.setattr(f"os.{call}", fail)
        if call == "replace":
            full.setattr("pathlib.os.replace", fail)
        with pytest.raises(OperatorError, match="cannot be written: No space left"):
            store(tmp_path, DATA)
    assert stored_hashes(tmp_path) == set() and not list(tmp_path.glob(".*"))
    assert store(tmp_path, DATA) == SHA


@pytest.mark.parametrize("mask", [0o000, 0o077])
def test_nobody_else_can_read_it_whatever_the_umask(tmp_path, mask):
    before = os.umask(mask)
    try:
        path = archive_path(tmp_path, store(tmp_path, DATA))
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o400
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_what_a_killed_load_was_writing_is_removed_by_the_next(tmp_path):
    store(tmp_path, DATA)
    (tmp_path / ".receiving-7").write_bytes(b"half")
    assert [path.name for path in foreign_names(tmp_path)] == [".receiving-7"]
    clear_unfinished(tmp_path)
    assert list(foreign_names(tmp_path)) == []
    assert fetch(tmp_path, SHA) == DATA
