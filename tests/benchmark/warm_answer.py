"""A warm process answers one large return: first alone, then while marts are built beside it.

Arguments: a home with a release, the years it holds, the rows of the return. Prints as JSON the seconds from picking
the file up until its answer lies in the folder, of both.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from material import large_return

from pipelines.orchestration.quick import answer_now
from pipelines.settings import Home
from pipelines.validation.evaluation import start_early

_TAIZHANG = Path(sys.executable).with_name("taizhang")


def main(root: Path, years: int, rows: int) -> None:
    start_early()
    home = Home(root)
    # The first of them warms the process up, as a running service is.
    _answer(home, large_return(home, years, 30, 0))
    alone = _answer(home, large_return(home, years, rows, 1))
    now = large_return(home, years, 30, 2)
    building = subprocess.Popen(
        [_TAIZHANG, "load", "--home", root, "--full-refresh", "--json", "--now", now.isoformat()],
        stdout=subprocess.DEVNULL,
    )
    _wait_until_it_builds(home, building)
    beside = _answer(home, large_return(home, years, rows, 3) + timedelta(hours=1))
    was_building = building.poll() is None
    if building.wait() != 0 or not was_building:
        raise SystemExit(
            "The build beside the answer did not last as long as the answer, or failed."
        )
    print(json.dumps({"alone": alone, "beside_a_build": beside}))


def _answer(home: Home, now: datetime) -> float:
    os.environ["TAIZHANG_NOW"] = now.isoformat()
    result = answer_now(home, lambda _text: None)
    if result.failure is not None or not result.answers:
        raise SystemExit(f"No answer: {result.failure}")
    return result.seconds["answered"]


def _wait_until_it_builds(home: Home, building: subprocess.Popen[bytes]) -> None:
    """The build's copy of the ledger is new as soon as the marts are being built."""
    before = _modified(home.building_database)
    while _modified(home.building_database) == before and building.poll() is None:
        time.sleep(0.05)
    time.sleep(1)


def _modified(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
