"""The archive keeps every byte once, never writes over it, and notices alteration."""

import hashlib

import pytest

from pipelines.intake.archive import archive_path, fetch, store, stored_hashes
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
