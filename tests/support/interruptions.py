"""Work that is killed at a chosen step: what a power cut leaves, made to order and in every place.

A step is something that changes a file, or a statement given to DuckDB. The work runs in a forked child, so that the
libraries are imported once; the child kills itself just before the step.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import duckdb

from pipelines import database

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.symlink", "os.link"}
# Modules that pass a statement on for somebody else.
_PASSING_ON = ("/pipelines/database.py", "/contextlib.py")
# Names of receipts, files of the archive, processes: different in every run, the same step.
_IDENTITY = re.compile(r"[0-9a-f]{8,}|\d+")

Step = tuple[str, int]


def in_child(work: Callable[[], None]) -> int:
    """Do the work in a forked child; returns its exit code, negative for a signal."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def steps_of(work: Callable[[], None], root: Path, notes: Path) -> list[Step]:
    """The steps of the work below a folder, each by its name and how often that name came before."""

    def noting() -> None:
        _watch(root, _Noting(notes))
        work()

    assert in_child(noting) == 0
    return [(name, number) for name, number in json.loads(f"[{notes.read_text('utf-8')[:-1]}]")]


def kill_at(work: Callable[[], None], root: Path, step: Step) -> None:
    """Do the work until just before a step."""

    def dying() -> None:
        _watch(root, _Dying(step))
        work()

    assert in_child(dying) == -signal.SIGKILL, f"{step} was never reached"


def telling(steps: Sequence[Step]) -> list[Step]:
    """The first and the last step of every name, in the order in which they come."""
    last = dict(steps)
    return [(name, number) for name, number in steps if number in (0, last[name])]


def spread(steps: Sequence[Step], at_most: int) -> list[Step]:
    """So many of the steps, evenly spread, the first and the last among them."""
    if len(steps) <= at_most:
        return list(steps)
    return [steps[round(i * (len(steps) - 1) / (at_most - 1))] for i in range(at_most)]


class _Noting:
    """Writes every step down at once: a list in memory would die with the child."""

    def __init__(self, notes: Path) -> None:
        self._notes = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        self._seen: Counter[str] = Counter()

    def __call__(self, name: str) -> None:
        os.write(self._notes, (json.dumps([name, self._seen[name]]) + ",").encode())
        self._seen[name] += 1


class _Dying:
    def __init__(self, step: Step) -> None:
        self._name, self._left = step

    def __call__(self, name: str) -> None:
        if name == self._name:
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            self._left -= 1


def _watch(root: Path, meet: Callable[[str], None]) -> None:
    def on_event(event: str, arguments: tuple[Any, ...]) -> None:
        for path in _changed_by(event, arguments, str(root)):
            meet(f"{event} {_IDENTITY.sub('#', path)}")

    sys.addaudithook(on_event)
    database.duckdb = _Telling(duckdb, meet)


class _Telling:
    """The library, but a connection tells of every statement before it executes it."""

    def __init__(self, told_of: Any, meet: Callable[[str], None]) -> None:
        self._told_of, self._meet = told_of, meet

    def __getattr__(self, name: str) -> Any:
        # The statement itself is given by the caller: it may name variables of the function it stands in.
        if name == "execute":
            self._meet(f"execute {_place_of(sys._getframe(1))}")
        return getattr(self._told_of, name)

    def connect(self, *arguments: Any, **options: Any) -> _Telling:
        return _Telling(self._told_of.connect(*arguments, **options), self._meet)


def _changed_by(event: str, arguments: tuple[Any, ...], root: str) -> Iterator[str]:
    """The path below the root that an event is about to change; names in an open folder are below it."""
    if event == "open":
        path, _, flags = arguments
        if not isinstance(flags, int) or not flags & _WRITES or not isinstance(path, str):
            return
    elif event in _CHANGES:
        path = (
            "(a file that is open)" if isinstance(arguments[0], int) else os.fsdecode(arguments[0])
        )
    else:
        return
    if path.startswith(root):
        yield path.removeprefix(root)
    elif not path.startswith("/"):
        yield path


def _place_of(frame: FrameType | None) -> str:
    """Where a statement stands, and who gave it where it is passed on: begin and commit are two lines of one function."""
    places: list[str] = []
    while frame is not None:
        file = frame.f_code.co_filename
        places.append(f"{Path(file).stem}.{frame.f_code.co_name}:{frame.f_lineno}")
        if not file.endswith(_PASSING_ON):
            break
        frame = frame.f_back
    return " < ".join(p for p in places if not p.startswith("contextlib"))
