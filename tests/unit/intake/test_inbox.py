"""What counts as arrived: regular files that have been still, in a settled order."""

import os
import socket
import stat
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from homes import a_home, drop

from pipelines.intake.inbox import complete_files, strangers
from pipelines.intake.listing import DEEPEST_FOLDER, entries

NOW = datetime(2019, 7, 5, 18)
LONG_AGO = NOW - timedelta(days=1)


@pytest.fixture
def home(tmp_path):
    return a_home(tmp_path / "home")


def found(home, now=NOW):
    return [file.inbox_path for file in complete_files(home.inbox, now, "Asia/Shanghai")]


def test_a_file_tells_its_unit_its_name_and_its_size(home):
    drop(home, "jia/七月/报表.xlsx", b"12345", LONG_AGO)
    (file,) = complete_files(home.inbox, NOW, "Asia/Shanghai")
    assert (file.unit_code, file.file_name, file.size_bytes) == ("jia", "报表.xlsx", 5)
    assert file.inbox_path == "jia/七月/报表.xlsx"


def test_files_come_in_the_order_of_their_times_then_names(home):
    drop(home, "yi/乙.xlsx", b"1", LONG_AGO)
    drop(home, "jia/丙.xlsx", b"1", LONG_AGO - timedelta(hours=1))
    drop(home, "jia/b.xlsx", b"1", LONG_AGO)
    drop(home, "yi/a.xlsx", b"1", LONG_AGO)
    assert found(home) == ["jia/丙.xlsx", "yi/a.xlsx", "jia/b.xlsx", "yi/乙.xlsx"]


@pytest.mark.parametrize(
    "name",
    [
        "~$报表.xlsx",
        ".~lock.报表.xlsx#",
        "._报表.xlsx",
        "Thumbs.db",
        ".DS_Store",
        "desktop.ini",
        "报表.xlsx.tmp",
        "报表.xlsx.crdownload",
        "报表.PART",
    ],
)
def test_what_programs_leave_behind_is_no_return(home, name):
    drop(home, f"jia/{name}", b"1", LONG_AGO)
    assert found(home) == []


def test_links_pipes_and_folders_are_no_returns(home, tmp_path):
    outside = tmp_path / "outside.xlsx"
    outside.write_bytes(b"1")
    (home.inbox / "jia").mkdir()
    (home.inbox / "jia" / "link.xlsx").symlink_to(outside)
    os.mkfifo(home.inbox / "jia" / "pipe.xlsx")
    (home.inbox / "jia" / "folder.xlsx").mkdir()
    assert found(home) == []


def test_files_behind_a_linked_folder_are_not_taken(home, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "报表.xlsx").write_bytes(b"1")
    os.utime(tmp_path / "elsewhere" / "报表.xlsx", (0, 0))
    (home.inbox / "jia").symlink_to(tmp_path / "elsewhere")
    assert found(home) == []


def test_a_file_of_zero_bytes_has_arrived_too(home):
    drop(home, "jia/空.xlsx", b"", LONG_AGO)
    assert found(home) == ["jia/空.xlsx"]


def test_a_file_beside_the_unit_folders_is_taken_without_a_unit(home):
    drop(home, "报表.xlsx", b"1", LONG_AGO)
    (file,) = complete_files(home.inbox, NOW, "Asia/Shanghai")
    assert file.unit_code == "(none)"


def test_a_file_changed_a_minute_before_is_complete(home):
    drop(home, "jia/报表.xlsx", b"1", NOW - timedelta(minutes=1))
    before = datetime.now()
    assert found(home) == ["jia/报表.xlsx"]
    assert datetime.now() - before < timedelta(seconds=0.5), "looked twice without need"


def test_a_younger_file_is_taken_when_it_stays_still_and_left_while_it_grows(home, monkeypatch):
    still = drop(home, "jia/静.xlsx", b"1", NOW - timedelta(seconds=5))
    growing = drop(home, "jia/动.xlsx", b"1", NOW - timedelta(seconds=5))
    vanishing = drop(home, "jia/去.xlsx", b"1", NOW - timedelta(seconds=5))

    def between_the_looks(_seconds):
        growing.write_bytes(b"12")
        vanishing.unlink()

    monkeypatch.setattr("time.sleep", between_the_looks)
    assert found(home) == ["jia/静.xlsx"]
    assert still.exists()


def reasons(home):
    return {entry.shown: entry.reason for entry in strangers(home.inbox)}


def test_everything_that_is_no_file_is_told_apart(home, tmp_path):
    folder = home.inbox / "jia"
    folder.mkdir()
    (folder / "link.xlsx").symlink_to("/etc/hostname")
    (folder / "loop").symlink_to(folder)
    (folder / "dangling").symlink_to("nowhere")
    os.mkfifo(folder / "pipe.xlsx")
    (home.inbox / "yi").symlink_to(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(folder / "socket.xlsx"))
        assert reasons(home) == {
            "jia/dangling": "it is a link",
            "jia/link.xlsx": "it is a link",
            "jia/loop": "it is a link",
            "jia/pipe.xlsx": "it is a pipe",
            "jia/socket.xlsx": "it is a socket",
            "yi": "it is a link",
        }
    assert found(home) == []


def test_a_device_is_told_from_a_file(home, monkeypatch):
    """Only the superuser can make one: the kernel's word is changed instead."""
    drop(home, "jia/null.xlsx", b"1", LONG_AGO)
    monkeypatch.setattr("stat.S_IFMT", lambda _mode: stat.S_IFCHR)
    monkeypatch.setattr("stat.S_ISREG", lambda _mode: False)
    monkeypatch.setattr("stat.S_ISDIR", lambda mode: mode & 0o170000 == 0o040000)
    assert reasons(home) == {"jia/null.xlsx": "it is a device"}


def test_a_file_that_may_not_be_read_stays_and_is_told(home, monkeypatch):
    drop(home, "jia/报表.xlsx", b"1", LONG_AGO)
    monkeypatch.setattr("os.access", lambda *_arguments, **_options: False)
    assert found(home) == [] and reasons(home) == {"jia/报表.xlsx": "it may not be read"}


def test_folders_nested_without_end_are_told_and_the_rest_is_taken(home):
    """A path longer than the system takes is no obstacle: folders are opened one below the other."""
    descriptor = os.open(home.inbox, os.O_RDONLY)
    for _ in range(DEEPEST_FOLDER + 5):
        os.mkdir("深" * 80, dir_fd=descriptor)
        below = os.open("深" * 80, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
        with os.fdopen(
            os.open("报表.xlsx", os.O_WRONLY | os.O_CREAT, dir_fd=descriptor), "wb"
        ) as file:
            file.write(b"1")
        os.utime("报表.xlsx", (0, 0), dir_fd=descriptor)
    os.close(descriptor)
    assert len(found(home)) == DEEPEST_FOLDER
    assert [entry.reason for entry in strangers(home.inbox)] == [
        "the folders are nested too deeply"
    ]
    deepest = complete_files(home.inbox, NOW, "Asia/Shanghai")[-1]
    assert b"".join(deepest.pieces()) == b"1"


def test_an_inbox_that_is_a_link_is_the_operators_choice(home, tmp_path):
    drop(home, "jia/报表.xlsx", b"1", LONG_AGO)
    home.inbox.rename(tmp_path / "share")
    home.inbox.symlink_to(tmp_path / "share")
    assert found(home) == ["jia/报表.xlsx"]


@pytest.mark.parametrize(
    "name",
    [
        "Thumbs.db",
        "THUMBS.DB",
        "Desktop.ini",
        ".ds_store",
        "~$报表.xlsx",
        ".~LOCK.a.ods#",
        "._a",
        "a.PART",
    ],
)
def test_leftovers_are_counted_apart(home, name):
    drop(home, f"jia/{name}", b"1", LONG_AGO)
    assert [entry.kind for entry in entries(home.inbox)] == ["leftover"]


@pytest.mark.parametrize("seconds", [10**13, 10**10, -(10**11)])
def test_a_file_of_another_age_is_taken_like_any_other(home, monkeypatch, seconds):
    drop(home, "jia/报表.xlsx", b"1", LONG_AGO)
    monkeypatch.setattr(
        "pipelines.intake.inbox.entries",
        lambda inbox: (replace(e, modified_ns=seconds * 10**9) for e in entries(inbox)),
    )
    monkeypatch.setattr("pipelines.intake.inbox.time.sleep", lambda _: None)
    monkeypatch.setattr("pipelines.intake.inbox.InboxFile.is_unchanged", lambda _: True)
    assert found(home) == ["jia/报表.xlsx"]


def test_names_are_kept_in_one_line_and_bytes_of_another_encoding_are_read(home):
    for name in ("行\n列.xlsx", os.fsdecode("报表.xlsx".encode("gb18030")), "\x1b[31m红.xlsx"):
        drop(home, f"jia/{name}", b"1", LONG_AGO)
    assert found(home) == ["jia/\\x1b[31m红.xlsx", "jia/报表.xlsx", "jia/行 列.xlsx"]
