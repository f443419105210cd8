"""The bundled district Chengde 2019, replayed once a session through the command line."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from replays import DISTRICTS, REPOSITORY, Replay, profile_table, replay, taizhang

__all__ = ["PROFILE", "REPOSITORY", "Replay", "sha256", "story", "taizhang"]

PROFILE = DISTRICTS / "chengde-2019"
LAST_LOAD = "2020-01-08T18:00:00"


def story(name: str) -> list[dict[str, str]]:
    """A table of the district's story."""
    return profile_table("chengde-2019", name)


def sha256(path: str) -> str:
    return hashlib.sha256((PROFILE / path).read_bytes()).hexdigest()


@pytest.fixture(scope="session")
def chengde(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    return replay("chengde-2019", tmp_path_factory.mktemp("chengde"))


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
