"""Processes that are kept running: one that dies is started again, later each time; all of them are ended together.

What the processes are is ``service``'s business.
"""

import json
import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pipelines.lock import Say

_log = logging.getLogger(__name__)

# Seconds before a child that died is started again: for the first, second, … time in a row.
PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0)
# One that lived so long has recovered.
_RECOVERED_SECONDS = 120.0
# So long the children may take to end, then their process groups are killed.
_END_SECONDS = 6.0
_LOOK_SECONDS = 0.25
_LONGEST_LINE = 1 << 16
_COLOURS = re.compile("\x1b\\[[0-9;]*[A-Za-z]")
_LEVEL = re.compile(r"\b(CRITICAL|ERROR|WARNING|INFO|DEBUG)\b")
# The answerer says a fault in the words of whoever noticed it: “OperatorError: …”.
_FAULT = re.compile(r"^\w*(Error|Exception)\b")
_LEVELS = logging.getLevelNamesMapping()
# What a daemon says at every look, when there is nothing: four megabytes a day that nobody reads.
_NOTHING = re.compile(r"^(Checking for new runs for |Sensor \w+ skipped: |Priority sorting )")


@dataclass(frozen=True)
class Child:
    """A process to keep running. ``waits_for``: a file that has to be there before it is started."""

    name: str
    command: tuple[str, ...]
    waits_for: Path | None = None


class KeptChild:
    """One child, its process where it runs, and how often it died in a row."""

    def __init__(self, child: Child, environment: Mapping[str, str], folder: Path) -> None:
        self.child = child
        self._environment = environment
        self._folder = folder
        self._deaths = 0
        self._started = 0.0
        self._next_start = 0.0
        self._last_line = ""
        self.process: subprocess.Popen[bytes] | None = None

    def look(self, say: Say) -> None:
        """Start it where it is due, notice where it died."""
        if self.process is not None and self.process.poll() is not None:
            self._note_death(self.process.returncode, say)
        if self.process is None and self._is_due():
            self._start()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the child and everything it started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return

    def has_ended(self) -> bool:
        """Whether the child is gone (not: what it started)."""
        return self.process is None or self.process.poll() is not None

    def _is_due(self) -> bool:
        if time.monotonic() < self._next_start:
            return False
        return self.child.waits_for is None or self.child.waits_for.exists()

    def _start(self) -> None:
        self._started = time.monotonic()
        # A group of its own: a Ctrl-C of the terminal reaches the service alone, which ends all in order.
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pipelines.operations.bound_child", *self.child.command],
            env=dict(self._environment),
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        _log.info("%s is started as process %d", self.child.name, self.process.pid)
        assert self.process.stdout is not None
        listener = threading.Thread(target=self._listen, args=(self.process.stdout,), daemon=True)
        listener.start()

    def _note_death(self, code: int, say: Say) -> None:
        self.signal(signal.SIGKILL)  # what it started must not outlive it beside its successor
        self.process = None
        has_recovered = time.monotonic() - self._started >= _RECOVERED_SECONDS
        self._deaths = 1 if has_recovered else self._deaths + 1
        pause = PAUSES[min(self._deaths, len(PAUSES)) - 1]
        self._next_start = time.monotonic() + pause
        how = f"by signal {-code}" if code < 0 else f"with code {code}"
        words = f"{self.child.name} has ended {how}; it is started again in {pause:g} s. {self._last_line}"
        _log.error("%s", words.rstrip())
        say(words.rstrip())

    def _listen(self, stream: IO[bytes]) -> None:
        """What the child says goes into the log, line by line."""
        log = logging.getLogger(f"{__name__}.{self.child.name}")
        with stream:
            while line := stream.readline(_LONGEST_LINE):
                level, words = read_line(line)
                if words and not _NOTHING.match(words):
                    self._last_line = words if level >= logging.WARNING else self._last_line
                    log.log(level, "%s", words)


def read_line(line: bytes) -> tuple[int, str]:
    """Level and words of what a child says: an object of a JSON log, or plain text with a level in it."""
    text = _COLOURS.sub("", line.decode("utf-8", "replace")).rstrip()
    if text.startswith("{"):
        try:
            said = json.loads(text)
        except ValueError:
            return logging.INFO, text
        words = next((said[name] for name in ("event", "msg", "message") if name in said), text)
        level = str(said.get("level") or said.get("levelname") or "INFO").upper()
        trace = said.get("exception") or said.get("exc_info")
        return _LEVELS.get(level, logging.INFO), f"{words}\n{trace}" if trace else str(words)
    if _FAULT.match(text):
        return logging.ERROR, text
    found = _LEVEL.search(text[:200])
    return _LEVELS[found[1]] if found else logging.INFO, text


def keep_running(children: Sequence[KeptChild], is_over: threading.Event, say: Say) -> None:
    """Keep all children running until it is over, then end them: the last one named last."""
    try:
        while not is_over.wait(_LOOK_SECONDS):
            for child in children:
                child.look(say)
    finally:
        *others, served_by = children
        _end(others)
        _end([served_by])


def _end(children: Sequence[KeptChild]) -> None:
    for child in children:
        child.signal(signal.SIGTERM)
    deadline = time.monotonic() + _END_SECONDS
    while time.monotonic() < deadline and not all(child.has_ended() for child in children):
        time.sleep(0.05)
    for child in children:
        if not child.has_ended():
            _log.warning("%s did not end by itself and is killed", child.child.name)
        child.signal(signal.SIGKILL)
        if child.process is not None:
            child.process.wait()
