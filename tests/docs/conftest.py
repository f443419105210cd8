"""One replay of the bundled sample year, shared by every test that asks a published release."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

PROFILE = "chengde-2019"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the replayed home run on one worker, so that it is replayed once."""
    for item in items:
        if "chengde_home" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("chengde_home"))


@pytest.fixture(scope="session")
def chengde_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of chengde-2019 after all loads of its story; about a minute."""
    from pipelines.cli import app

    folder = tmp_path_factory.mktemp("replay")
    result = CliRunner().invoke(app, ["replay", "--profile", PROFILE, "--into", str(folder)])
    assert result.exit_code == 0, result.output
    return folder / PROFILE
