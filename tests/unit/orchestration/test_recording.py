"""What is published is published, also where it cannot be recorded at once."""

import pytest
from homes import TOML, a_home

from pipelines.lock import only_writer
from pipelines.orchestration.gate import record_release
from pipelines.orchestration.resources import HomeResource, RunResults


@pytest.fixture
def home(tmp_path):
    return a_home(tmp_path / "home", toml=TOML + "[limits]\nlock_wait_seconds = 0\n")


def test_a_busy_ledger_is_a_note_and_no_failure(home):
    told = []
    with only_writer(home, 0, told.append):
        record_release(HomeResource(root=str(home.root)), RunResults(say=told.append))
    assert len(told) == 1
    assert "is published" in told[0] and "the next load does it" in told[0]
    assert str(home.root) in told[0]


def test_a_free_ledger_is_recorded_in_silence(home):
    told = []
    record_release(HomeResource(root=str(home.root)), RunResults(say=told.append))
    assert told == [] and home.work_database.is_file()
