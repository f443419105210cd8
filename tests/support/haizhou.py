"""The bundled district Haizhou 2019, replayed once a session, and its year computed by hand."""

from __future__ import annotations

import pytest
from project_year import ProjectYear
from replays import Replay, replay


@pytest.fixture(scope="session")
def haizhou(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    return replay("haizhou-2019", tmp_path_factory.mktemp("haizhou"))


@pytest.fixture(scope="session")
def haizhou_by_hand() -> ProjectYear:
    return ProjectYear("haizhou-2019")
