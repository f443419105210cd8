"""Every file gets a receipt and a place in the archive before it leaves the inbox."""

from datetime import datetime, timedelta

import pytest
from homes import a_home, drop
from small_district import declared_forms

from pipelines.intake.archive import fetch, stored_hashes
from pipelines.intake.inbox import complete_files
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
    load_id = begin_load(connection, now)
    files = complete_files(home.inbox, now, ZONE)
    return take_files(connection, home, files, load_id, now, ZONE)


def in_inbox(home):
    return [path.name for path in home.inbox.rglob("*") if path.is_file()]


def test_a_file_is_archived_receipted_and_taken_from_the_inbox(connection, home):
    drop(home, "jia/七月/报表.xlsx", b"abc", EARLIER)
    assert take(connection, home) == 1
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
    assert take(connection, home) == 0
    assert in_inbox(home) == []
    assert len(undecided(connection)) == 1


def test_another_file_put_in_the_place_of_a_receipted_one_is_not_thrown_away(connection, home):
    drop(home, "jia/报表.xlsx", b"abc", EARLIER)
    take(connection, home)
    connection.execute("update raw.receipts set is_inbox_cleared = false")
    drop(home, "jia/报表.xlsx", b"a newer version", EARLIER + timedelta(hours=1))
    clear_inbox(connection, home)
    assert in_inbox(home) == ["报表.xlsx"]
    assert take(connection, home) == 1
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
