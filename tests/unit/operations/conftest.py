"""One small home is loaded and published once; every test works on a copy of it."""

import shutil

import pytest
from releases import a_loaded_home, publish_marts

from pipelines.settings import Home


@pytest.fixture(scope="session")
def loaded_and_published(tmp_path_factory):
    home = a_loaded_home(tmp_path_factory.mktemp("operations") / "home")
    publish_marts(home)
    return home


@pytest.fixture
def published(loaded_and_published, tmp_path):
    return Home(shutil.copytree(loaded_and_published.root, tmp_path / "home", symlinks=True))
