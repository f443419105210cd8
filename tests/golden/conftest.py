"""Each golden home is made and loaded once per session; every test then reads the same published files."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from golden_loads import LoadResult, answer, finish_load
from golden_releases import Release
from golden_scenarios import Scenario, scenario


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "golden: loads whole homes through the command line (minutes, not seconds)"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one scenario run on one worker, so that its home is loaded once."""
    for item in items:
        given = item.callspec.params if hasattr(item, "callspec") else {}
        if "name" in given and "loaded_home" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group(given["name"]))


@dataclass
class Home:
    scenario: Scenario
    path: Path
    results: list[LoadResult]

    def release(self) -> Release:
        return Release(self.path, [entry for load in self.scenario.loads for entry in load.returns])


@pytest.fixture(scope="session")
def loaded_home(tmp_path_factory: pytest.TempPathFactory):
    """loaded_home(name) → the home after all loads of that scenario. A failed load fails every test of the
    scenario with the same message, and is not tried again."""
    homes: dict[str, Home | str] = {}

    def load(name: str) -> Home:
        if name not in homes:
            story = scenario(name)
            path = tmp_path_factory.mktemp("golden") / name
            story.make_home(path)
            homes[name] = Home(story, path, [])
            for step in story.loads:
                story.drop(path, step)
                try:
                    if step.answers_only:
                        answer(path, step.now)
                    else:
                        homes[name].results.append(finish_load(path, step.now))
                except pytest.fail.Exception as failure:
                    homes[name] = str(failure)
                    raise
        home = homes[name]
        if isinstance(home, str):
            pytest.fail(home)
        return home

    return load
