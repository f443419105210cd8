"""What every test may import, and how Hypothesis draws: the same examples on every machine."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "support"), str(HERE / "golden"), str(HERE.parent / "docs")]

settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

pytest_plugins = ["chengde", "haizhou", "hualong"]

# Which fixtures hold a replayed sample year.
REPLAYED = {
    "chengde": {"chengde", "copy_of_chengde", "loaded_again"},
    "haizhou": {"haizhou"},
    "hualong": {"hualong"},
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one replayed sample year run on one worker, so that it is replayed once."""
    for item in items:
        for group, fixtures in REPLAYED.items():
            if fixtures & set(getattr(item, "fixturenames", ())):
                item.add_marker(pytest.mark.xdist_group(group))
