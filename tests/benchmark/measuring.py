"""Running a command as a whole process, and what it cost: wall, processor and memory of all its processes.

What is run, and what its figures mean, belongs to ``run``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_EVERY_SECONDS = 0.1
_KIB_PER_MIB = 1024


@dataclass(frozen=True)
class Cost:
    """What a process and its children used: seconds of the clock and of all processors, MiB at the peak.

    Memory is the proportional set size: a page shared by several processes counts once.
    """

    wall: float
    processor: float
    peak_mib: float
    output: str


class BenchmarkError(Exception):
    """A measured command failed; its text is the end of what it said."""


def run_measured(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end. Raises BenchmarkError when it fails."""
    before = os.times()
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
    )
    with watched_memory(process.pid) as memory:
        output, errors = process.communicate()
    wall = time.perf_counter() - start
    after = os.times()
    if process.returncode != 0:
        raise BenchmarkError(f"{' '.join(command)}\n{(output + errors)[-4000:]}")
    processor = (after.children_user + after.children_system) - (
        before.children_user + before.children_system
    )
    return Cost(wall, processor, memory.peak_mib, output)


class watched_memory:  # noqa: N801 - reads as what it does where it is used
    """Watches the memory of a process and its descendants while the block runs."""

    def __init__(self, pid: int) -> None:
        self.peak_mib = 0.0
        self._pid = pid
        self._is_over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> watched_memory:
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._is_over.wait(_EVERY_SECONDS):
            used = sum(_proportional_kib(pid) for pid in descendants(self._pid)) / _KIB_PER_MIB
            self.peak_mib = max(self.peak_mib, used)


def descendants(pid: int) -> Iterator[int]:
    """A process and all that descend from it, as long as they live."""
    yield pid
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = listed.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from descendants(int(child))


def _proportional_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def python(script: Path, *arguments: object) -> list[str]:
    """The command line of a script beside this one, in this interpreter."""
    return [sys.executable, str(script), *map(str, arguments)]
