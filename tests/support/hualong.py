"""The bundled district Hualong 2017, replayed once a session through the command line."""

from __future__ import annotations

import pytest
from replays import Replay, profile_table, replay


def story(name: str) -> list[dict[str, str]]:
    """A table of the district's story."""
    return profile_table("hualong-2017", f"story/{name}")


@pytest.fixture(scope="session")
def hualong(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    return replay("hualong-2017", tmp_path_factory.mktemp("hualong"))
