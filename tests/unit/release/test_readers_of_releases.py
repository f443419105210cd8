"""Readers are never blocked and never see half a release, while releases come one after the other."""

import json
import shutil
import subprocess
import sys
import time

import duckdb
from releases import publish_marts

from pipelines.release.publishing import switch

SWAPS = 120
# Fewer than are kept: a round that began is over before its release is forgotten.
WAITED_FOR = 8
KEPT = 10
# What every reader does: it asks until the file “stop” is there, and tells what it saw.
READER = """
import json, sys, time, duckdb
from pathlib import Path

published, way = Path(sys.argv[1]), sys.argv[2]
ask = "select (select token from {0}marts.first), (select token from {0}marts.second)"
seen, rounds, ready = [], 0, False


def reconnecting():
    with duckdb.connect(str(published / "reporting.duckdb"), read_only=True) as connection:
        return connection.execute(ask.format("")).fetchone()


def attaching():
    with duckdb.connect() as connection:
        connection.execute(f"attach '{published / 'reporting.duckdb'}' as r (read_only)")
        return connection.execute(ask.format("r.")).fetchone()


def both_files():
    folder = (published / "current").resolve()
    with duckdb.connect() as connection:
        connection.execute(f"attach '{folder / 'reporting.duckdb'}' as r (read_only)")
        connection.execute(f"attach '{folder / 'statistics.duckdb'}' as s (read_only)")
        files = str(folder / "parquet" / "first" / "*.parquet")
        return connection.execute(
            f"select (select token from r.marts.first), (select token from s.marts.first),"
            f" (select token from read_parquet('{files}'))").fetchone()


held = duckdb.connect(str(published / "reporting.duckdb"), read_only=True)


def holding():
    return held.execute(ask.format("")).fetchone()


while not (published / "stop").exists():
    tokens = locals()[way]()
    assert len(set(tokens)) == 1, f"torn: {tokens}"
    if not seen or seen[-1] != tokens[0]:
        seen.append(tokens[0])
    rounds += 1
    with (published / f"{way}.rounds").open("ab") as told:
        told.write(b".")
    time.sleep(0.003)
    if not ready:
        print("ready", flush=True)
        ready = True
print(json.dumps({"seen": seen, "rounds": rounds}), flush=True)
"""


def small_releases(releases, count):
    """Releases in small: every table of one holds the one number that is its own."""
    with duckdb.connect() as connection:
        for token in range(1, count + 1):
            folder = releases / str(token)
            (folder / "parquet" / "first").mkdir(parents=True)
            connection.execute(
                f"attach '{folder / 'reporting.duckdb'}' as made; create schema made.marts"
            )
            for table in ("first", "second"):
                connection.execute(f"create table made.marts.{table} as select {token} as token")
            connection.execute("detach made")
            shutil.copy(folder / "reporting.duckdb", folder / "statistics.duckdb")
            connection.execute(
                f"copy (select {token} as token) to '{folder}/parquet/first/data.parquet'"
            )


def started(home, way):
    command = [sys.executable, "-c", READER, str(home.published), way]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for_a_whole_round(home, ways):
    """Until every reader has begun and ended a round: however busy the machine is, each sees what is there now."""
    counted = {home.published / f"{way}.rounds" for way in ways}
    until = {path: path.stat().st_size + 2 for path in counted}
    deadline = time.monotonic() + 60
    while any(path.stat().st_size < rounds for path, rounds in until.items()):
        assert time.monotonic() < deadline, "a reader is blocked"
        time.sleep(0.002)


def told_by(reader):
    out, err = reader.communicate(timeout=60)
    assert reader.returncode == 0, err
    return json.loads(out.splitlines()[-1])


def test_readers_connect_and_hold_through_hundreds_of_swaps(home):
    releases = home.published / "releases"
    small_releases(releases, SWAPS + 1)
    switch(home, releases / "1")
    ways = ("reconnecting", "attaching", "both_files", "holding")
    readers = {way: started(home, way) for way in ways}
    try:
        for reader in readers.values():
            assert reader.stdout.readline() == "ready\n", reader.stderr.read()
        for number in range(2, SWAPS + 2):
            switch(home, releases / str(number))
            if number > KEPT:
                # Forgotten while somebody may still hold it.
                shutil.rmtree(releases / str(number - KEPT))
            if number % WAITED_FOR == 0:
                wait_for_a_whole_round(home, ways)
        (home.published / "stop").touch()
        told = {way: told_by(reader) for way, reader in readers.items()}
    finally:
        for reader in readers.values():
            reader.kill()
            reader.wait()
    assert told["holding"]["seen"] == [1]
    for way in ("reconnecting", "attaching", "both_files"):
        seen = told[way]["seen"]
        assert seen == sorted(seen), f"{way}: numbers went back"
        assert len(seen) >= SWAPS // WAITED_FOR, f"{way} saw too little: {told[way]}"


def test_a_held_file_stays_readable_after_its_release_is_forgotten(home):
    first = publish_marts(home, keep=1)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home.reporting_database}' as r (read_only)")
        publish_marts(home, keep=1)
        assert not first.folder.exists()
        counted = connection.execute("select count(*) from r.marts.fct_submissions").fetchall()
    assert counted == [(4,)]
