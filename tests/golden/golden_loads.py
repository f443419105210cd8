"""Loads run as a person runs them, through the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass
class LoadResult:
    exit_code: int
    stdout: str
    stderr: str

    def describe(self) -> str:
        return f"exit {self.exit_code}\n--- stdout\n{self.stdout[-3000:]}\n--- stderr\n{self.stderr[-5000:]}"


def taizhang() -> Path:
    return Path(sys.executable).parent / "taizhang"


def run_load(home: Path, now: str) -> LoadResult:
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith("TAIZHANG_")
    }
    done = subprocess.run(
        [str(taizhang()), "load", "--home", str(home), "--now", now, "--json"],
        capture_output=True, text=True, timeout=900, cwd=REPOSITORY, env=environment, check=False,
    )  # fmt: skip
    return LoadResult(done.returncode, done.stdout, done.stderr)


def answer(home: Path, now: str) -> None:
    """What arrived is taken, judged and answered, as `taizhang watch` does it; no marts are built.

    In this process: a story of many arrivals would otherwise wait for as many programs to start.
    """
    from pipelines.orchestration.quick import answer_now
    from pipelines.settings import Home

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TAIZHANG_NOW", now)
        result = answer_now(Home(home), lambda _said: None)
    if result.failure is not None:
        pytest.fail(f"answering {home} at {now}: {result.failure}", pytrace=False)


def finish_load(home: Path, now: str) -> LoadResult:
    """A load that must finish; otherwise the test fails with all that the command said."""
    if not taizhang().exists():
        pytest.fail(f"{taizhang()} is not installed: run `make setup`", pytrace=False)
    result = run_load(home, now)
    if result.exit_code != 0:
        pytest.fail(
            f"`taizhang load --home {home} --now {now} --json`: {result.describe()}", pytrace=False
        )
    return result
