"""The bundled district Haizhou 2019, replayed once a session, and its year computed independently."""

from __future__ import annotations

import pytest
import story_districts
from policy_reference.facts import Facts
from policy_reference.indicators import Achievements
from policy_reference.scores import Scores
from replays import Replay, replay


@pytest.fixture(scope="session")
def haizhou(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    return replay("haizhou-2019", tmp_path_factory.mktemp("haizhou"))


@pytest.fixture(scope="session")
def haizhou_scores() -> Scores:
    return Scores(Achievements(Facts(story_districts.haizhou())))
