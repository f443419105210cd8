"""Every file gets a receipt and a place in the archive before it leaves the inbox."""

import errno
import os
import resource
import signal
import tracemalloc
from datetime import datetime, timedelta

import pytest
from homes import a_home, drop
from small_district import declared_forms

from pipelines.intake.archive import archived_size, fetch, stored_hashes
from pipelines.intake.inbox import InboxFile, complete_files
from pipelines.ledger.receipts import (
    begin_load,
    clear_inbox,
    finish_load,
    take_files,
    undecided,
)
from pipelines.ledger.work_database import open_work_database
from pipelines.problems import OperatorError

NOW = datetime(2019, 7, 5, 18)
EARLIER = NOW - timedelta(days=1)
ZONE = "Asia/Shanghai"


@pytest.fixture
def home(tmp_path):
    return a_home(tmp_path / "home")


@pytest.fixture
def connection(home):
    with open_work_database(home, declared_forms()) as connection:
        yield connection


def take(connection, home, now=NOW):
    """Receive what lies in the inbox; returns what is said of everything that stays there."""
    load_id = begin_load(connection, now)
    files = complete_files(home.inbox, now, ZONE)
    return take_files(connection, home, files, load_id, now, ZONE)


def in_inbox(home):
    return [path.name for path in home.inbox.rglob("*") if path.is_file()]


def test_a_file_is_archived_receipted_and_taken_from_the_inbox(connection, home):
    drop(home, "jia/七月/报表.xlsx", b"abc", EARLIER)
    assert take(connection, home) == []
    (receipt,) = undecided(connection)
    assert (receipt.unit_code, receipt.file_name) == ("jia", "报表.xlsx")
    assert receipt.inbox_path == "jia/七月/报表.xlsx"
    assert fetch(home.archive, receipt.sha256) == b"abc"
    assert in_inbox(home) == []


def test_two_files_of_the_same_bytes_have_two_receipts_and_one_archived_file(connection, home):
    drop(home, "jia/一.xlsx", b"abc", EARLIER)
    drop(home, "jia/二.xlsx", b"abc", EARLIER)
    take(connection, home)
    assert len({receipt.receipt_id for receipt in undecided(connection)}) == 2
    assert len(stored_hashes(home.archive)) == 1


def test_receipt_ids_depend_on_what_arrived_and_when_and_not_on_the_order(tmp_path):
    ids = []
    for number, names in enumerate((("a.xlsx", "b.xlsx"), ("b.xlsx", "a.xlsx"))):
        home = a_home(tmp_path / str(number))
        for name in names:
            drop(home, f"jia/{name}", name.encode(), EARLIER)
        with open_work_database(home, declared_forms()) as connection:
            take(connection, home)
            ids.append({(r.receipt_id, r.file_name) for r in undecided(connection)})
    assert ids[0] == ids[1]


def test_the_same_file_sent_again_at_the_same_moment_has_a_receipt_of_its_own(connection, home):
    for _ in range(2):
        drop(home, "jia/报表.xlsx", b"abc", EARLIER)
        take(connection, home)
    assert len({receipt.receipt_id for receipt in undecided(connection)}) == 2


def test_a_file_that_was_receipted_but_not_cleared_is_cleared_and_not_receipted_twice(
    connection, home
):
    drop(home, "jia/报表.xlsx", b"abc", EARLIER)
    take(connection, home)
    # The power fails between the receipt and the clearing: the file still lies in the inbox.
    drop(home, "jia/报表.xlsx", b"abc", EARLIER)
    connection.execute("update raw.receipts set is_inbox_cleared = false")
    assert take(connection, home) == []
    assert in_inbox(home) == []
    assert len(undecided(connection)) == 1


def test_another_file_put_in_the_place_of_a_receipted_one_is_not_thrown_away(connection, home):
    drop(home, "jia/报表.xlsx", b"abc", EARLIER)
    take(connection, home)
    connection.execute("update raw.receipts set is_inbox_cleared = false")
    drop(home, "jia/报表.xlsx", b"a newer version", EARLIER + timedelta(hours=1))
    clear_inbox(connection, home)
    assert in_inbox(home) == ["报表.xlsx"]
    assert take(connection, home) == []
    assert {fetch(home.archive, r.sha256) for r in undecided(connection)} == {
        b"abc",
        b"a newer version",
    }


def test_a_newer_file_of_the_same_size_and_time_is_not_thrown_away(connection, home):
    """Size and time alone do not say that it is the same file; its bytes do."""
    drop(home, "jia/报表.xlsx", b"abc", EARLIER)
    take(connection, home)
    connection.execute("update raw.receipts set is_inbox_cleared = false")
    drop(home, "jia/报表.xlsx", b"xyz", EARLIER)
    take(connection, home)
    kept = {fetch(home.archive, r.sha256) for r in undecided(connection)}
    assert b"xyz" in kept or in_inbox(home) == ["报表.xlsx"]


def test_a_load_dated_before_the_last_one_is_refused(connection):
    finish_load(connection, begin_load(connection, NOW))
    finish_load(connection, begin_load(connection, NOW))
    with pytest.raises(OperatorError) as fault:
        begin_load(connection, NOW - timedelta(seconds=1))
    assert "--now" in fault.value.remedy


def test_what_a_load_that_was_cut_off_received_becomes_the_next_ones(connection, home):
    drop(home, "jia/报表.xlsx", b"abc", EARLIER)
    take(connection, home)
    later = NOW + timedelta(hours=1)
    load_id = begin_load(connection, later)
    assert connection.execute("select load_id, now_at, is_finished from raw.loads").fetchall() == [
        (load_id, later, False)
    ]
    assert connection.execute("select load_id, received_at from raw.receipts").fetchall() == [
        (load_id, NOW)
    ]


def test_a_load_repeated_at_the_same_moment_is_the_one_that_was_cut_off(connection):
    first = begin_load(connection, NOW)
    assert begin_load(connection, NOW) == first
    finish_load(connection, first)
    assert begin_load(connection, NOW) != first


def test_what_stays_in_the_inbox_is_said_in_one_line_each(connection, home, tmp_path):
    (home.inbox / "jia").mkdir()
    os.mkfifo(home.inbox / "jia" / "pipe\n.xlsx")
    (home.inbox / "yi").symlink_to(tmp_path)
    assert take(connection, home) == [
        "inbox/jia/pipe .xlsx was not taken: it is a pipe.",
        "inbox/yi was not taken: it is a link.",
    ]


def test_many_strangers_are_counted_after_the_first(connection, home):
    for number in range(30):
        (home.inbox / f"{number:02}").symlink_to("nowhere")
    said = take(connection, home)
    assert len(said) == 21 and said[-1].startswith("… and 10 more")


def test_a_file_that_changes_while_it_is_read_waits_and_nothing_of_it_is_kept(connection, home):
    path = drop(home, "jia/报表.xlsx", b"abc", EARLIER)
    files = complete_files(home.inbox, NOW, ZONE)
    path.write_bytes(b"abcdef")
    load_id = begin_load(connection, NOW)
    said = take_files(connection, home, files, load_id, NOW, ZONE)
    assert len(said) == 1 and "still being written" in said[0]
    assert undecided(connection) == [] and in_inbox(home) == ["报表.xlsx"]
    assert list(home.archive.rglob("*")) == []


def test_a_file_that_vanishes_is_said_and_the_others_are_taken(connection, home):
    drop(home, "jia/去.xlsx", b"1", EARLIER)
    drop(home, "jia/留.xlsx", b"2", EARLIER)
    files = complete_files(home.inbox, NOW, ZONE)
    (home.inbox / "jia" / "去.xlsx").unlink()
    said = take_files(connection, home, files, begin_load(connection, NOW), NOW, ZONE)
    assert len(said) == 1 and "去.xlsx" in said[0]
    assert [receipt.file_name for receipt in undecided(connection)] == ["留.xlsx"]


def test_a_link_put_in_a_files_place_after_the_listing_is_not_followed(connection, home, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(b"abc")
    path = drop(home, "jia/报表.xlsx", b"abc", EARLIER)
    files = complete_files(home.inbox, NOW, ZONE)
    path.unlink()
    path.symlink_to(secret)
    said = take_files(connection, home, files, begin_load(connection, NOW), NOW, ZONE)
    assert any("cannot be opened" in line for line in said)
    assert undecided(connection) == [] and list(home.archive.rglob("*")) == []
    path.unlink()
    path.parent.rmdir()
    path.parent.symlink_to(tmp_path)
    take_files(connection, home, files, begin_load(connection, NOW), NOW, ZONE)
    assert undecided(connection) == []


def test_ten_names_and_ten_arrivals_of_one_file_are_ten_receipts_each(connection, home):
    for number in range(10):
        drop(home, f"jia/{number}.xlsx", b"abc", EARLIER)
    take(connection, home)
    for _ in range(10):
        drop(home, "jia/报表.xlsx", b"abc", EARLIER)
        take(connection, home)
    assert len({receipt.receipt_id for receipt in undecided(connection)}) == 20
    assert len(stored_hashes(home.archive)) == 1 and in_inbox(home) == []


def test_names_that_look_the_same_are_different_files_and_all_leave_the_inbox(connection, home):
    names = [
        "a\x07.xlsx", "a\\x07.xlsx", "é.xlsx", "e\u0301.xlsx", "A.xlsx", "a.xlsx", "\u202e.xlsx",
        "😀" * 60, os.fsdecode(b"\xff\xfe.xlsx"), os.fsdecode("报表".encode("gb18030")),
    ]  # fmt: skip
    for name in names:
        drop(home, f"jia/{name}", b"abc", EARLIER)
    assert take(connection, home) == []
    kept = undecided(connection)
    assert len({receipt.receipt_id for receipt in kept}) == len(names)
    assert in_inbox(home) == []
    assert all(receipt.file_name.isprintable() for receipt in kept)


def test_a_folder_with_a_name_too_long_for_a_code_has_one_that_fits_a_folder(connection, home):
    for letter in (b"\xff", b"\xfe"):
        drop(home, f"{os.fsdecode(letter * 255)}/报表.xlsx", b"abc", EARLIER)
    take(connection, home)
    codes = {receipt.unit_code for receipt in undecided(connection)}
    assert len(codes) == 2 and all(len(code.encode()) <= 120 for code in codes)


class DiskFaults:
    """A disk on which some calls fail, below one folder."""

    def __init__(self, monkeypatch, call, number, folder):
        self._real, self._number, self._folder = getattr(os, call), number, str(folder)
        monkeypatch.setattr(os, call, self)

    def __call__(self, path, *arguments, **options):
        if options.get("dir_fd") is not None or str(path).startswith(self._folder):
            raise OSError(self._number, os.strerror(self._number), path)
        return self._real(path, *arguments, **options)


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_what_cannot_be_removed_is_received_once_and_named_until_it_is_gone(
    connection, home, monkeypatch, number
):
    drop(home, "jia/报表.xlsx", b"abc", EARLIER)
    drop(home, "yi/报表.xlsx", b"def", EARLIER)
    with monkeypatch.context() as broken:
        DiskFaults(broken, "unlink", number, home.inbox)
        for _ in range(2):
            said = take(connection, home)
            assert [line.partition(" was received but cannot be removed")[0] for line in said] == [
                "inbox/jia/报表.xlsx",
                "inbox/yi/报表.xlsx",
            ]
            assert all(os.strerror(number) in line for line in said)
            assert len(in_inbox(home)) == 2 and len(undecided(connection)) == 2
    assert take(connection, home) == []
    assert in_inbox(home) == [] and len(undecided(connection)) == 2
    uncleared = "select count(*) from raw.receipts where not is_inbox_cleared"
    assert connection.execute(uncleared).fetchall() == [(0,)]


def test_one_file_that_cannot_be_removed_leaves_the_others_received_and_cleared(
    connection, home, monkeypatch
):
    for unit in ("jia", "yi"):
        drop(home, f"{unit}/报表.xlsx", unit.encode(), EARLIER)
    remove = InboxFile.remove

    def but_for_jia(file):
        if file.unit_code == "jia":
            raise PermissionError(errno.EACCES, "Permission denied")
        remove(file)

    monkeypatch.setattr(InboxFile, "remove", but_for_jia)
    (said,) = take(connection, home)
    assert said.startswith("inbox/jia/报表.xlsx was received but cannot be removed")
    states = "select unit_code, is_inbox_cleared from raw.receipts order by 1"
    assert connection.execute(states).fetchall() == [("jia", False), ("yi", True)]
    # Something else under the same name is a return of its own, whatever lies there still.
    drop(home, "jia/报表.xlsx", b"corrected", EARLIER)
    take(connection, home, NOW + timedelta(hours=1))
    assert len(undecided(connection)) == 3


def test_a_full_disk_takes_nothing_from_the_inbox_and_leaves_nothing_half(connection, home):
    drop(home, "jia/小.xlsx", b"abc", EARLIER)
    drop(home, "jia/大.xlsx", b"a" * 3_000_000, EARLIER)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    load_id = begin_load(connection, NOW)
    files = complete_files(home.inbox, NOW, ZONE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
        with pytest.raises(OperatorError, match="cannot be written"):
            take_files(connection, home, files, load_id, NOW, ZONE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert len(in_inbox(home)) == 2 and undecided(connection) == []
    assert not any(path.name.startswith(".") for path in home.archive.rglob("*"))
    take(connection, home)
    assert len(undecided(connection)) == 2 and in_inbox(home) == []


def test_a_file_needs_no_more_memory_than_another_however_large(connection, home):
    path = drop(home, "jia/大.xlsx", b"", EARLIER)
    with path.open("r+b") as file:
        file.truncate(300 << 20)
    os.utime(path, (0, 0))
    tracemalloc.start()
    try:
        take(connection, home)
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()
    assert [archived_size(home.archive, r.sha256) for r in undecided(connection)] == [300 << 20]
