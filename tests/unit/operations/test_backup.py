"""Copies of a home: whole or not there, shared, verified; the way back ends with a proof."""

import errno
import json
import os
import shutil
import subprocess
import sys
from collections import namedtuple
from datetime import timedelta

import pytest
from grids import a_file
from homes import TOML, a_home, drop
from releases import NOW, build_marts, load, publish_marts
from small_district import declared_forms
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.database import open_read_only, quote_name
from pipelines.lock import only_builder, only_writer
from pipelines.operations import backup_files
from pipelines.operations.backup import back_up
from pipelines.operations.marks import last_backup
from pipelines.operations.restore import restore
from pipelines.problems import OperatorError
from pipelines.settings import Home

LATER = NOW + timedelta(days=1)
NEXT_REPORT = """
2019年7月进展情况表（单位：万元）
项目名称 | 本月完成投资 | 本年累计完成投资 | 自开工累计完成投资
滨河路 | 7 | 17 | 27
"""


def said(text):
    raise AssertionError(f"nobody should have been waited for: {text}")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "copies"


def back(home, folder, now=NOW, keep=None):
    return back_up(home, folder, keep, now, said)


def put_back(folder, into):
    return restore(folder, into, declared_forms(), said)


def tables(path):
    """Every table of a database with all its rows."""
    with open_read_only(path) as connection:
        names = connection.execute(
            "select schema_name, table_name from duckdb_tables()"
            " where database_name = current_database() order by all"
        ).fetchall()
        return {
            name: connection.execute(
                f"from {quote_name(name[0])}.{quote_name(name[1])} order by all"
            ).fetchall()
            for name in names
        }


def one_more(home):
    """One more return, loaded and published; what readers and the ledger show then."""
    drop(home, "jia/七月.xlsx", a_file(NEXT_REPORT), LATER - timedelta(hours=1))
    load(home, LATER)
    build_marts(home)
    publish_marts(home)
    return [
        tables(p) for p in (home.work_database, home.reporting_database, home.statistics_database)
    ]


def test_a_home_that_is_put_back_elsewhere_is_proved_and_goes_on_alike(published, folder, tmp_path):
    back(published, folder)
    restored = put_back(folder, tmp_path / "other" / "place")
    assert restored.unproved == "" and len(restored.proofs) > 15
    assert [fault for proof in restored.proofs for fault in proof.faults] == []
    there = restored.home
    assert str(there.root).endswith("other/place") and there.root.stat().st_mode & 0o777 == 0o700
    assert there.reporting_database.parent.stat().st_mode & 0o777 == 0o755
    assert there.statistics_database.stat().st_mode & 0o777 == 0o600
    assert there.ledger_snapshot.exists()
    shutil.rmtree(folder)
    assert one_more(there) == one_more(published)


def test_nothing_of_it_leads_back_to_the_old_place(published, folder, tmp_path):
    back(published, folder)
    there = put_back(folder, tmp_path / "there").home
    old = os.fsencode(published.root)
    for path in there.root.rglob("*"):
        if path.is_symlink():
            assert not path.readlink().is_absolute(), path
        elif path.is_file():
            assert old not in path.read_bytes(), path


def test_copies_share_what_did_not_change(published, folder):
    first = back(published, folder)
    again = back(published, folder, LATER)
    assert again.new_bytes == 0 and again.files == first.files
    drop(published, "jia/新.xlsx", b"one more", NOW)
    third = back(published, folder, LATER)
    assert third.new_bytes == len(b"one more")
    assert third.manifest.name == f"{again.manifest.stem}-2.json"
    assert last_backup(published).files == third.files


def test_only_so_many_are_kept_and_each_is_whole(published, folder, tmp_path):
    drop(published, "jia/新.xlsx", b"soon gone", NOW)
    back(published, folder, NOW + timedelta(hours=1))
    (published.inbox / "jia" / "新.xlsx").unlink()
    for days in (1, 2):
        made = back(published, folder, NOW + timedelta(days=days), keep=2)
    assert made.forgotten == 1 and len(list(folder.glob("[0-9]*.json"))) == 2
    assert b"soon gone" not in {path.read_bytes() for path in folder.glob("files/??/*")}
    for number, manifest in enumerate(sorted(folder.glob("[0-9]*.json"))):
        assert all(proof.holds for proof in put_back(manifest, tmp_path / str(number)).proofs)


def test_a_copy_is_its_owners_alone(published, folder):
    before = os.umask(0)
    try:
        back(published, folder)
    finally:
        os.umask(before)
    modes = {
        path.stat().st_mode & 0o077 for path in (folder, *folder.rglob("*")) if path.name != ".lock"
    }
    assert modes == {0}


def test_names_in_another_encoding_come_back_and_what_is_half_there_does_not(
    published, folder, tmp_path
):
    name = os.fsdecode("报表.xls".encode("gb18030"))
    drop(published, f"jia/{name}", b"old", NOW - timedelta(hours=1))
    drop(published, "jia/half.xlsx", b"half", NOW - timedelta(seconds=5))
    back(published, folder)
    there = put_back(folder, tmp_path / "there").home
    assert [path.name for path in (there.inbox / "jia").iterdir() if path.is_file()] == [name]
    assert (there.inbox / "jia" / name).stat().st_mtime == pytest.approx(
        (published.inbox / "jia" / name).stat().st_mtime
    )


def a_stored_file(folder, path):
    (manifest,) = folder.glob("[0-9]*.json")
    entries = json.loads(manifest.read_text("utf-8"))["entries"]
    sha256 = next(entry["sha256"] for entry in entries if entry["path"] == path)
    return folder / "files" / sha256[:2] / sha256


@pytest.mark.parametrize("damage", ["altered", "missing"])
def test_a_damaged_copy_is_not_put_back(published, folder, tmp_path, damage):
    back(published, folder)
    stored = a_stored_file(folder, "work.duckdb")
    if damage == "missing":
        stored.unlink()
    else:
        stored.chmod(0o600)
        data = bytearray(stored.read_bytes())
        data[5000] ^= 1
        stored.write_bytes(data)
    with pytest.raises(
        OperatorError, match=f"work.duckdb: .* {'is' if damage == 'missing' else 'was'} {damage}"
    ):
        put_back(folder, tmp_path / "there")
    assert not (tmp_path / "there").exists() and not list(tmp_path.glob(".there*"))


def test_a_manifest_that_was_edited_is_not_believed(published, folder, tmp_path):
    manifest = back(published, folder).manifest
    manifest.write_text(
        manifest.read_text("utf-8").replace("work.duckdb", "../work.duckdb"), "utf-8"
    )
    with pytest.raises(OperatorError, match="not as it was written"):
        put_back(folder, tmp_path / "there")
    manifest.write_text(manifest.read_text("utf-8")[:-100], "utf-8")
    with pytest.raises(OperatorError, match="damaged"):
        put_back(manifest, tmp_path / "there")


@pytest.mark.parametrize("written", ["../x", "/etc/x", "", "bytes:2e2e2f78"])
def test_no_copy_leads_out_of_its_home(written):
    with pytest.raises(OperatorError, match="outside"):
        backup_files.read_path(written)


def test_nothing_is_put_where_something_is(published, folder, tmp_path):
    back(published, folder)
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "mine").touch()
    with pytest.raises(OperatorError, match="not empty"):
        put_back(folder, tmp_path / "there")
    with pytest.raises(OperatorError, match="holds no copy"):
        put_back(tmp_path / "there", tmp_path / "new")
    (tmp_path / "there" / "mine").unlink()
    assert put_back(folder, tmp_path / "there").home.work_database.exists()


def test_a_disk_that_is_full_in_the_middle_leaves_earlier_copies_whole(
    published, folder, tmp_path, monkeypatch
):
    back(published, folder)
    drop(published, "jia/a.xlsx", b"a", NOW - timedelta(hours=1))
    drop(published, "jia/b.xlsx", b"b", NOW - timedelta(hours=1))
    taken, copy = [], backup_files._copy

    def until_full(source, target):
        taken.append(source)
        if source.name == "b.xlsx":
            target.write_bytes(b"")
            raise OSError(errno.ENOSPC, "No space left on device", str(target))
        return copy(source, target)

    monkeypatch.setattr(backup_files, "_copy", until_full)
    with pytest.raises(OperatorError, match="No space left on device"):
        back(published, folder, LATER)
    assert len(taken) > 2 and len(list(folder.glob("[0-9]*.json"))) == 1
    assert not list(folder.rglob(".begun*"))
    assert all(proof.holds for proof in put_back(folder, tmp_path / "there").proofs)


def test_a_disk_that_is_too_small_is_told_before_anything_is_written(
    published, folder, tmp_path, monkeypatch
):
    back(published, folder)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(0, 0, 1000))
    with pytest.raises(OperatorError, match="0 MiB free; the copy needs"):
        back(published, folder, LATER)
    with pytest.raises(OperatorError, match="0 MiB free; the home needs"):
        put_back(folder, tmp_path / "there")
    assert not (tmp_path / "there").exists()


@pytest.mark.parametrize("lock", [only_writer, only_builder])
def test_a_load_that_does_not_end_is_told_of(published, folder, lock):
    settings = TOML + "[limits]\nlock_wait_seconds = 0.1\n"
    published.settings_file.write_text(settings, "utf-8")
    words = []
    with lock(published, 0, said), pytest.raises(OperatorError, match="Another load or audit"):
        back_up(published, folder, None, NOW, words.append)
    assert "waiting for it to finish" in words[0] and not list(folder.glob("[0-9]*.json"))
    assert last_backup(published) is None


CUT_OFF = """
import os, sys
from pipelines.database import open_for_writing
from pathlib import Path
with open_for_writing(Path(sys.argv[1])) as connection:
    connection.execute("pragma disable_checkpoint_on_shutdown")
    connection.execute("create table main.committed as select 7 as n")
    os._exit(0)
"""


def test_what_a_killed_load_had_committed_is_in_the_copy(published, folder, tmp_path):
    subprocess.run([sys.executable, "-c", CUT_OFF, str(published.work_database)], check=True)
    assert published.work_database.with_name("work.duckdb.wal").exists()
    back(published, folder)
    there = put_back(folder, tmp_path / "there").home
    assert tables(there.work_database)[("main", "committed")] == [(7,)]
    assert ("main", "committed") in tables(there.ledger_snapshot)


def test_a_folder_of_copies_is_for_one_home_and_lies_elsewhere(published, folder, tmp_path):
    with pytest.raises(OperatorError, match="lies in the home itself"):
        back(published, published.root / "copies")
    back(published, folder)
    other = a_home(tmp_path / "other", toml=TOML.replace("130871", "130872"))
    with pytest.raises(OperatorError, match="holds copies of 130871"):
        back(other, folder)


def test_a_home_that_was_never_loaded_can_be_copied(folder, tmp_path):
    home = a_home(tmp_path / "home")
    drop(home, "jia/first.xlsx", b"x", NOW - timedelta(hours=1))
    (home.inbox / "yi").mkdir()
    back(home, folder)
    restored = put_back(folder, tmp_path / "there")
    assert "never loaded" in restored.unproved and (restored.home.inbox / "yi").is_dir()
    assert (restored.home.inbox / "jia" / "first.xlsx").read_bytes() == b"x"


def test_the_commands_say_what_was_made_and_proved(published, folder, tmp_path):
    def run(*words):
        return CliRunner().invoke(app, [str(word) for word in words])

    made = run("backup", "--home", published.root, "--to", folder, "--now", NOW.isoformat())
    assert made.exit_code == 0 and "20190705T180000.json" in made.stdout, made.output
    done = run("restore", folder, "--into", tmp_path / "there")
    assert done.exit_code == 0 and "Nothing is unaccounted for." in done.stdout, done.output
    refused = run("restore", folder, "--into", tmp_path / "there")
    assert refused.exit_code == 1 and "is not empty" in refused.stderr


def test_two_homes_of_one_district_do_not_share_a_folder(published, folder, tmp_path):
    back(published, folder)
    twin = a_home(tmp_path / "twin", toml=TOML)
    with pytest.raises(OperatorError, match="holds copies of"):
        back(twin, folder)
    put_back(folder, tmp_path / "again")
    back(Home(tmp_path / "again"), folder, NOW + timedelta(days=1))
