"""One small home is loaded once; every test of a release works on a copy of it."""

import shutil

import pytest
from releases import a_loaded_home, publish_marts

from pipelines.settings import Home


@pytest.fixture(scope="session")
def loaded(tmp_path_factory):
    return a_loaded_home(tmp_path_factory.mktemp("release") / "home")


@pytest.fixture
def home(loaded, tmp_path):
    return Home(shutil.copytree(loaded.root, tmp_path / "home", symlinks=True))


@pytest.fixture(scope="session")
def loaded_and_published(loaded, tmp_path_factory):
    root = tmp_path_factory.mktemp("published") / "home"
    home = Home(shutil.copytree(loaded.root, root, symlinks=True))
    publish_marts(home)
    return home


@pytest.fixture
def published(loaded_and_published, tmp_path):
    return Home(shutil.copytree(loaded_and_published.root, tmp_path / "home", symlinks=True))
