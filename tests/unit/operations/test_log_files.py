"""The log of a home: one line one object, however many processes write, put aside by size."""

import json
import logging
import os
import subprocess
import sys

import pytest
from homes import TOML, a_home

from pipelines import log_fields
from pipelines.operations import log_files
from pipelines.operations.log_files import HomeLog, home_log, logged
from pipelines.settings import LogSettings

PRODUCT = logging.getLogger("pipelines.somewhere")


def lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture
def home(tmp_path):
    yield a_home(tmp_path / "home", toml=TOML + "[logs]\nmax_mib = 1\nkeep = 2\n")
    home_log.cache_clear()


def test_a_line_says_when_who_what_and_what_it_is_about(home):
    with logged(home) as path:
        log_fields.name_load("20190705T180000-00001")
        try:
            raise ValueError("bad\nend")
        except ValueError:
            PRODUCT.exception("receipt %s fails", "ab12", extra={"receipt_id": "ab12"})
    PRODUCT.warning("outside")
    (said,) = lines(path)
    assert (said["level"], said["logger"]) == ("ERROR", "pipelines.somewhere")
    assert said["message"] == "receipt ab12 fails" and said["time"].endswith("+08:00")
    assert (said["load_id"], said["receipt_id"]) == ("20190705T180000-00001", "ab12")
    assert "ValueError: bad\nend" in said["exception"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_load_is_named_only_while_it_is_logged(home):
    with logged(home) as path:
        log_fields.name_load("first")
    with logged(home), logged(home):
        PRODUCT.warning("once")
    assert [(said["message"], said.get("load_id")) for said in lines(path)] == [("once", None)]


def test_a_run_of_dagster_is_named(home):
    record = logging.makeLogRecord(
        {"msg": "step", "dagster_meta": {"run_id": "r1", "step_key": None}}
    )
    assert log_fields.known_fields(record) == {"run_id": "r1"}


WRITER = """
import logging, sys
from pathlib import Path
from pipelines.operations.log_files import logged
from pipelines.settings import Home
log = logging.getLogger("pipelines.writer")
with logged(Home(Path(sys.argv[1]))):
    for number in range(1500):
        log.info("%s %05d %s", sys.argv[2], number, "x" * 700)
"""


def test_two_processes_lose_no_line_while_the_file_is_put_aside(home):
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(home.root), name]) for name in "ab"
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    files = sorted(home.logs.glob("taizhang.log*"))
    assert [path.name for path in files] == ["taizhang.log", "taizhang.log.1", "taizhang.log.2"]
    told = sorted(said["message"][:7] for path in files for said in lines(path))
    assert told == sorted(f"{name} {number:05d}" for name in "ab" for number in range(1500))
    assert all(path.stat().st_size < (1 << 20) + 4_000 for path in files)


def test_the_oldest_is_dropped(home):
    log = HomeLog(home.logs / "taizhang.log", "Asia/Shanghai", LogSettings(max_mib=1, keep=1))
    for number in range(5):
        log.emit(logging.makeLogRecord({"msg": f"{number}" + "x" * (1 << 20)}))
    kept = [lines(path)[0]["message"][0] for path in sorted(home.logs.glob("taizhang.log*"))]
    assert kept == ["4"]


def test_a_log_that_cannot_be_written_stops_nobody(home, capsys):
    log = HomeLog(home.logs / "taizhang.log", "Asia/Shanghai", LogSettings())
    (home.logs / "taizhang.log").symlink_to("/dev/full")
    log.emit(logging.makeLogRecord({"msg": "lost"}))
    assert "cannot be written" in capsys.readouterr().err


def test_half_a_line_on_a_full_disk_is_taken_back_and_stops_nobody(home, monkeypatch):
    write = os.write
    with logged(home) as path:
        PRODUCT.warning("before")
        monkeypatch.setattr(
            log_files.os, "write", lambda file, line: write(file, line[: len(line) // 2])
        )
        monkeypatch.setattr(log_files.sys, "stderr", FullDisk())
        PRODUCT.warning("lost")
        monkeypatch.setattr(log_files.os, "write", write)
        PRODUCT.warning("after")
    assert [line["message"] for line in lines(path)] == ["before", "after"]


class FullDisk:
    """A screen that is a file of the same full disk."""

    def write(self, _text):
        raise OSError(28, "No space left on device")
