"""The released sample year, under the name the pages use."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def chengde_home(chengde) -> Path:
    """The home of chengde-2019 after all loads of its story."""
    return chengde.home
