"""Every vital tells when something is wrong, and only then; nobody is waited for."""

import json
import os
import shutil
from collections import namedtuple
from datetime import datetime, timedelta

import pytest
from homes import ZONE, a_home, drop
from releases import NOW
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.database import open_for_writing
from pipelines.lock import only_builder, only_writer
from pipelines.operations.health import examine
from pipelines.operations.marks import (
    BackupMark,
    ServiceMark,
    backup_mark_file,
    leave,
    service_mark_file,
)
from pipelines.operations.service import lay_out_storage, only_service
from pipelines.operations.vitals import worst
from pipelines.release.publishing import current_release
from pipelines.release.record import Event, note

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def vital(home, name, now=NOW):
    (found,) = [v for v in examine(home, now) if v.name == name]
    assert "\n" not in found.words
    assert bool(found.remedy) == (found.state != "ok")
    return found


def in_snapshot(home, sql):
    with open_for_writing(home.ledger_snapshot) as connection:
        connection.execute(sql)


def last_changed(path, moment):
    stamp = moment.replace(tzinfo=ZONE).timestamp()
    os.utime(path, (stamp, stamp))


def test_a_home_as_it_was_loaded_is_well(published):
    found = examine(published, NOW + HOUR)
    assert [v for v in found if v.state != "ok"] == []
    assert len({v.name for v in found}) == len(found) == 13


def test_a_home_that_was_just_made_is_not_critical(tmp_path):
    home = a_home(tmp_path / "home")
    last_changed(home.settings_file, NOW)
    assert [v.name for v in examine(home, NOW + HOUR) if v.state != "ok"] == ["release"]
    assert vital(home, "release", NOW + HOUR).state == "warning"
    assert vital(home, "release", NOW + 2 * DAY).state == "critical"


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (datetime(2019, 7, 6, 8, 29), "ok"),
        (datetime(2019, 7, 6, 8, 30), "critical"),
        (datetime(2019, 7, 5, 23, 59), "ok"),
    ],
)
def test_a_release_is_late_when_the_daily_load_should_have_ended(published, now, state):
    assert vital(published, "release", now).state == state


def test_a_release_somebody_went_back_to_waits_for_a_load(published):
    number = int(current_release(published).name)
    back = Event(event="rolled_back", release=number, at=NOW, by="who", from_release=number + 1)
    note(published, back)
    assert vital(published, "release").state == "warning"


def test_readers_that_find_nothing_are_told_of(published):
    (current_release(published) / "statistics.duckdb").unlink()
    broken = vital(published, "published")
    assert broken.state == "critical" and "statistics.duckdb" in broken.words


def test_a_published_file_that_cannot_be_opened_is_told_of(published):
    path = current_release(published) / "reporting.duckdb"
    path.chmod(0o600)
    path.write_bytes(b"no database" * 1000)
    assert vital(published, "published").state == "critical"


def test_a_file_that_waits_too_long_is_told_of(published):
    drop(published, "jia/新.xlsx", b"x", NOW - timedelta(minutes=10))
    assert vital(published, "inbox").state == "ok"
    late = vital(published, "inbox", NOW + HOUR)
    assert late.state == "warning" and "1 of them for more than 30 min" in late.words


def test_a_copy_of_an_old_file_waits_since_it_came(published):
    path = drop(published, "jia/旧.xlsx", b"x", datetime(2015, 1, 1))
    came = datetime.fromtimestamp(path.stat().st_ctime, ZONE).replace(tzinfo=None)
    assert vital(published, "inbox", came + timedelta(minutes=5)).state == "ok"
    assert vital(published, "inbox", came + HOUR).state == "warning"


def test_what_is_never_taken_is_told_of(published):
    (published.inbox / "jia" / "link.xlsx").symlink_to("/etc/hosts")
    assert vital(published, "inbox").state == "warning"


@pytest.mark.parametrize("left", [".unanswered", "work.duckdb.wal", "archive/.receiving-7-0"])
def test_a_load_that_was_cut_off_is_told_of(published, left):
    path = published.root / left
    path.touch()
    last_changed(path, NOW - HOUR)
    assert vital(published, "load").state == "warning"
    with only_writer(published, 0, print):
        assert vital(published, "load").state == "ok"
    last_changed(path, NOW - timedelta(minutes=1))
    assert vital(published, "load").state == "ok"


def test_a_lock_that_is_held_too_long_is_told_of(published):
    with only_builder(published, 0, print), only_writer(published, 0, print):
        last_changed(published.lock_file, NOW - timedelta(minutes=5))
        last_changed(published.build_lock_file, NOW - timedelta(minutes=5))
        held = vital(published, "lock")
        assert held.state == "ok" and held.words.count(f"process {os.getpid()} works on") == 2
        assert vital(published, "lock", NOW + HOUR).state == "warning"
    assert vital(published, "lock", NOW + HOUR).words == "nobody works on the home"


def test_nobody_is_waited_for(published):
    with (
        only_builder(published, 0, print),
        only_writer(published, 0, print),
        open_for_writing(published.work_database),
    ):
        assert worst(examine(published, NOW)) == "ok"


@pytest.mark.parametrize(
    ("sql", "name", "state"),
    [
        ("update raw.receipts set status = 'received' where unit_code = 'jia'", "receipts", "warning"),
        ("update raw.receipts set is_answered = false where unit_code = 'jia'", "answers", "warning"),
        ("delete from ddl_versions where file_name like '0001%'", "database", "warning"),
        ("insert into ddl_versions values ('9999_later.sql')", "database", "critical"),
        ("drop table raw.outbox", "database", "critical"),
    ],
)  # fmt: skip
def test_what_the_ledger_says_is_told(published, sql, name, state):
    in_snapshot(published, sql)
    assert vital(published, name).state == state


@pytest.mark.parametrize(
    ("channel", "state", "expected"),
    [
        ("mail", "given_up", "warning"),
        ("mail", "unconfirmed", "warning"),
        ("mail", "held", "warning"),
        ("mail", "pending", "ok"),
        ("outbox:jia", "held", "ok"),
        ("", "held", "ok"),
    ],
)
def test_messages_that_somebody_must_look_after_are_told_of(published, channel, state, expected):
    in_snapshot(
        published,
        "insert into raw.outbox values ('m', 'receipt', 'jia', '"
        f"{channel}', 's', 'b', timestamp '2019-07-05', '{state}', 0, timestamp '2019-07-05', null, null)",
    )
    assert vital(published, "messages").state == expected


@pytest.mark.parametrize(
    ("free", "state"), [(2_000, "critical"), (4_000, "warning"), (5_000, "ok")]
)
def test_a_disk_that_fills_is_told_of(published, monkeypatch, free, state):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(0, 0, free << 20))
    assert vital(published, "disk").state == state


def test_an_old_copy_is_told_of(published):
    leave(backup_mark_file(published), BackupMark(at=NOW, folder="copies", files=3))
    assert vital(published, "backup", NOW + 7 * DAY).state == "ok"
    assert vital(published, "backup", NOW + 7 * DAY + HOUR).state == "warning"


def test_a_service_that_died_is_told_of(published):
    lay_out_storage(published, None)
    mark = ServiceMark(started_at=NOW, process=1, address="http://127.0.0.1:3000")
    leave(service_mark_file(published), mark)
    assert vital(published, "service").state == "critical"
    with only_service(published):
        assert vital(published, "service").state == "ok"
    service_mark_file(published).unlink()
    assert vital(published, "service").state == "ok"


def test_settings_that_cannot_be_read_hide_nothing_else(published):
    published.settings_file.write_text("[district\n", "utf-8")
    found = {v.name: v.state for v in examine(published, NOW)}
    assert found["settings"] == "critical" and found["published"] == "ok" and len(found) == 13


def test_the_command_ends_with_the_worst(published):
    def health(*more):
        return CliRunner().invoke(app, ["health", "--home", str(published.root), *more])

    well = health("--now", NOW.isoformat(), "--json")
    assert well.exit_code == 0, well.output
    assert json.loads(well.stdout)["state"] == "ok"
    (published.inbox / "jia" / "link.xlsx").symlink_to("/etc/hosts")
    warned = health("--now", NOW.isoformat())
    assert warned.exit_code == 1 and warned.stdout.startswith("warning   inbox: ")
    late = health("--now", (NOW + DAY).isoformat())
    assert late.exit_code == 2 and late.stdout.startswith("critical  release: ")
    assert len(late.stdout.splitlines()) == 13
