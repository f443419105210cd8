"""What every test may import, and how Hypothesis draws: the same examples on every machine."""

import os
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from _pytest.nodeid import coerce_node_id
from hypothesis import HealthCheck, settings

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "support"), str(HERE / "golden"), str(HERE.parent / "docs")]

settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

pytest_plugins = ["chengde", "haizhou", "hualong", "xunyang", "zhaoling"]

# Which fixtures hold a replayed sample year.
REPLAYED = {
    "chengde": {"chengde", "copy_of_chengde", "loaded_again"},
    "haizhou": {"haizhou"},
    "hualong": {"hualong"},
    "xunyang": {"xunyang"},
    "zhaoling": {"zhaoling"},
}


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(
    items: list[pytest.Item], config: pytest.Config
) -> Generator[None]:
    """Tests of one replayed sample year run on one worker, so that it is replayed once."""
    for item in items:
        for group, fixtures in REPLAYED.items():
            if fixtures & set(getattr(item, "fixturenames", ())):
                item.add_marker(pytest.mark.xdist_group(group))
    yield
    if getattr(config.option, "loadgroup", False):
        _show_groups(items)


def _show_groups(items: list[pytest.Item]) -> None:
    """Write each test's group behind its id, where the scheduler looks for it.

    pytest-xdist 3.8 does so itself, in an attribute that pytest 9.2 no longer reads.
    """
    for item in items:
        groups = {str(mark.args[0]) for mark in item.iter_markers("xdist_group")}
        if groups and "@" not in item.nodeid:
            item._id = coerce_node_id(f"{item.nodeid}@{'_'.join(sorted(groups))}")
