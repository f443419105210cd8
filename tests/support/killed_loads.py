"""Kill whole loads at random moments and compare what is published with an undisturbed load.

    .venv/bin/python tests/support/killed_loads.py --times 30

A district of the golden scenarios is loaded once undisturbed. Then, again and again from the same start, a load is
killed with everything it started, sometimes its repetition too, until one gets through. The published tables and their Parquet copies must be the same,
and the audit must find nothing. Takes about three times the seconds of a load for each kill; ends with 1 at a difference.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent / "golden"), str(REPOSITORY)]

import duckdb  # noqa: E402

from pipelines.profiles import deliver, deliveries, find_profile, make_home  # noqa: E402
from pipelines.settings import Home  # noqa: E402

TAIZHANG = REPOSITORY / ".venv" / "bin" / "taizhang"
_MOST_KILLS_IN_A_ROW = 3


def start(root: Path, now: str, log: Path) -> subprocess.Popen[bytes]:
    """A load in a process group of its own, so that it is killed with its children."""
    command = [str(TAIZHANG), "load", "--home", str(root), "--now", now]
    with log.open("ab") as out:
        return subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)


def tables(home: Home) -> dict[str, list[tuple]]:
    """Every published table with all its rows."""
    found = {}
    for name in ("reporting", "statistics"):
        path = home.published / f"{name}.duckdb"
        with duckdb.connect(str(path), read_only=True) as connection:
            for (table,) in connection.execute(
                "select table_name from duckdb_tables() where schema_name = 'marts'"
            ).fetchall():
                rows = connection.execute(f'from marts."{table}" order by all').fetchall()
                found[f"{name}.{table}"] = rows
    return found


def prepared(root: Path, profile_name: str) -> tuple[Home, str]:
    """A home with everything of the profile's first load in its inbox, and the moment of that load."""
    profile = find_profile(profile_name)
    home = make_home(root, profile)
    moment, arrived = next(iter(deliveries(profile)))
    deliver(home, arrived, home.settings().district.timezone)
    return home, moment.isoformat()


def try_once(untouched: Home, root: Path, now: str, seconds: float, dice: random.Random) -> int:
    """Kill loads until one gets through; returns how many were killed."""
    shutil.copytree(untouched.root, root, symlinks=True)
    log = root.with_suffix(".log")
    for kills in range(_MOST_KILLS_IN_A_ROW):
        process = start(root, now, log)
        try:
            process.wait(dice.uniform(0, seconds * 1.1))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        else:
            return kills
        if dice.random() < 0.7:
            break
    process = start(root, now, log)
    assert process.wait() == 0, log.read_text("utf-8")
    return kills + 1


def main() -> int:
    """Try so often; tell of every difference."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    options.add_argument("--times", type=int, default=30)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--profile", default="hualong-2017")
    given = options.parse_args()
    dice, different = random.Random(given.seed), 0
    with tempfile.TemporaryDirectory(prefix="killed-loads-") as folder:
        untouched, now = prepared(Path(folder) / "untouched", given.profile)
        straight = Home(shutil.copytree(untouched.root, Path(folder) / "straight", symlinks=True))
        began = time.monotonic()
        assert start(straight.root, now, Path(folder) / "straight.log").wait() == 0
        seconds = time.monotonic() - began
        wanted = tables(straight)
        print(f"an undisturbed load takes {seconds:.0f} s; {len(wanted)} tables", flush=True)
        for number in range(given.times):
            root = Path(folder) / f"home{number}"
            kills = try_once(untouched, root, now, seconds, dice)
            found = tables(Home(root))
            names = [name for name in wanted if found.get(name) != wanted[name]]
            audit = subprocess.run(
                [str(TAIZHANG), "audit", "--home", str(root)],
                capture_output=True,
                text=True,
                check=False,
            )
            is_same = not names and found.keys() == wanted.keys() and audit.returncode == 0
            different += not is_same
            told = "same" if is_same else f"DIFFERENT: {names} {audit.stdout}"
            print(f"{number + 1:>4}  {kills} killed  {told}", flush=True)
            shutil.rmtree(root)
    print(f"{different} of {given.times} differ")
    return 1 if different else 0


if __name__ == "__main__":
    raise SystemExit(main())
