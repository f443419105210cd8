"""The bundled district Chengde 2019, replayed once a session through the command line."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PROFILE = REPOSITORY / "sources" / "districts" / "chengde-2019"
LAST_LOAD = "2020-01-08T18:00:00"


def taizhang(*arguments: object, **how: object) -> subprocess.CompletedProcess[str]:
    """Run the console command as a person would, without the environment of this session."""
    command = Path(sys.executable).with_name("taizhang")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TAIZHANG_")}
    return subprocess.run(
        [str(command), *map(str, arguments)],
        capture_output=True, text=True, timeout=900, cwd=REPOSITORY, env=environment, check=False,
        **how,
    )  # fmt: skip


def story(name: str) -> list[dict[str, str]]:
    """A table of the district's story."""
    text = (PROFILE / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), strict=True))


def sha256(path: str) -> str:
    return hashlib.sha256((PROFILE / path).read_bytes()).hexdigest()


@dataclass(frozen=True)
class Replay:
    """A replayed home with what the command printed."""

    home: Path
    printed: str

    def ask(self, sql: str, *values: object, release: str = "reporting") -> list[tuple]:
        path = self.home / "published" / f"{release}.duckdb"
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(sql, list(values)).fetchall()

    def tables(self, release: str = "reporting") -> dict[str, list[tuple]]:
        """Every published table with all its rows, in one order."""
        names = "select table_name from duckdb_tables() where schema_name = 'marts'"
        return {
            name: self.ask(f"from marts.{name} order by all", release=release)
            for (name,) in self.ask(names, release=release)
        }


@pytest.fixture(scope="session")
def chengde(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    folder = tmp_path_factory.mktemp("chengde")
    done = taizhang("replay", "--profile", "chengde-2019", "--into", folder)
    if done.returncode:
        pytest.fail(
            f"taizhang replay: exit {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}",
            pytrace=False,
        )
    return Replay(folder / "chengde-2019", done.stdout)


@pytest.fixture
def copy_of_chengde(chengde: Replay, tmp_path: Path) -> Replay:
    """A copy that a test may spoil."""
    home = shutil.copytree(chengde.home, tmp_path / "home", symlinks=True)
    return Replay(home, chengde.printed)


@pytest.fixture(scope="session")
def loaded_again(chengde: Replay, tmp_path_factory: pytest.TempPathFactory) -> Replay:
    """The same home after one more load that found nothing in the inbox."""
    home = shutil.copytree(chengde.home, tmp_path_factory.mktemp("again") / "home", symlinks=True)
    done = taizhang("load", "--home", home, "--now", LAST_LOAD, "--json")
    if done.returncode:
        pytest.fail(f"taizhang load: exit {done.returncode}\n{done.stderr[-4000:]}", pytrace=False)
    assert json.loads(done.stdout)["receipts"] == {}
    return Replay(home, done.stdout)
