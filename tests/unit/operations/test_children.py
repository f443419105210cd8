"""Processes that are kept running: started again after a death, ended with all they started."""

import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from pipelines.operations import children
from pipelines.operations.children import Child, KeptChild, keep_running, read_line

ENDS_AT_ONCE = "import sys; print('ERROR no port'); sys.exit(3)"
STARTS_ANOTHER = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open(sys.argv[1], "w").write(str(other.pid))
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(children, "PAUSES", (0.05, 0.1))
    monkeypatch.setattr(children, "_LOOK_SECONDS", 0.02)
    monkeypatch.setattr(children, "_END_SECONDS", 0.5)


def kept(tmp_path, script, *arguments, **more):
    command = (sys.executable, "-c", script, *map(str, arguments))
    return KeptChild(Child("one", command, **more), os.environ, tmp_path)


def is_alive(process):
    try:
        told = Path(f"/proc/{process}/stat").read_text("utf-8")
    except FileNotFoundError:
        return False
    return told.rsplit(")", 1)[1].split()[0] != "Z"


def run_until(condition, *kept_children):
    """Keep the children running in a thread until the condition holds; what was said."""
    said, is_over = [], threading.Event()
    runner = threading.Thread(target=keep_running, args=(kept_children, is_over, said.append))
    runner.start()
    deadline = time.monotonic() + 20
    while not condition(said) and time.monotonic() < deadline:
        time.sleep(0.02)
    held = condition(said)
    is_over.set()
    runner.join(timeout=20)
    assert held, said
    return said


def test_a_child_that_dies_is_started_again_and_it_is_said_why(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    said = run_until(lambda said: len(said) >= 3, kept(tmp_path, ENDS_AT_ONCE))
    assert said[0].startswith("one has ended with code 3; it is started again in 0.05 s.")
    assert said[2].startswith("one has ended with code 3; it is started again in 0.1 s.")
    assert any("ERROR no port" in line for line in said)
    assert caplog.text.count("one is started as process") >= 3


def test_the_end_reaches_what_a_child_started_even_if_it_will_not_hear(tmp_path):
    note = tmp_path / "pid"
    child = kept(tmp_path, STARTS_ANOTHER, note)
    run_until(lambda _: note.exists() and note.read_text(), child)
    assert child.has_ended() and child.process.returncode == -signal.SIGKILL
    deadline = time.monotonic() + 5
    while is_alive(int(note.read_text())) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(int(note.read_text()))


def test_a_child_waits_for_the_file_it_needs(tmp_path):
    needed = tmp_path / "socket"
    first = kept(tmp_path, "import time; time.sleep(60)", waits_for=needed)
    second = kept(
        tmp_path, f"import time; time.sleep(.2); open({str(needed)!r}, 'w'); time.sleep(60)"
    )
    run_until(lambda _: first.process is not None and needed.exists(), first, second)


def test_a_child_ends_with_its_parent(tmp_path):
    note = tmp_path / "pid"
    bound = [sys.executable, "-m", "pipelines.operations.bound_child", sys.executable, "-c"]
    script = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    parent = f"import subprocess, time; subprocess.Popen({[*bound, script]!r}); time.sleep(60)"
    run_until(lambda _: note.exists() and note.read_text(), kept(tmp_path, parent))
    deadline = time.monotonic() + 5
    while is_alive(int(note.read_text())) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(int(note.read_text()))


@pytest.mark.parametrize(
    ("line", "level", "words"),
    [
        (b'{"event": "begun", "level": "warning"}\n', logging.WARNING, "begun"),
        (b'{"msg": "x", "levelname": "ERROR", "exc_info": "Trace"}\n', logging.ERROR, "x\nTrace"),
        (b'{"half": \n', logging.INFO, '{"half":'),
        (b"\x1b[34m2026 - dagster - ERROR\x1b[0m - gone\n", logging.ERROR, "2026 - dagster - ERROR - gone"),
        ("收到一份".encode() + b"\xff\n", logging.INFO, "收到一份\ufffd"),
        (b"\n", logging.INFO, ""),
    ],
)  # fmt: skip
def test_what_a_child_says_has_a_level(line, level, words):
    assert read_line(line) == (level, words)
