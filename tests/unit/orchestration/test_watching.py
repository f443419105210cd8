"""The watching process answers what arrives and what an interrupted run left, and outlives faults."""

from datetime import datetime, timedelta

import pytest
from homes import a_home, drop

from pipelines.orchestration import watching
from pipelines.orchestration.running import LoadResult
from pipelines.orchestration.watching import watch_inbox

NOW = datetime(2019, 7, 5, 18)


class SleptError(Exception):
    """The watcher found nothing to do."""


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("TAIZHANG_NOW", NOW.isoformat())

    def sleep(seconds):
        raise SleptError(seconds)

    monkeypatch.setattr(watching.time, "sleep", sleep)
    return a_home(tmp_path / "home")


def a_run(failure=None):
    runs = []

    def run(home, say):
        runs.append(home)
        return LoadResult(None, None, 0, 0, None, {}, failure)

    return run, runs


def watched(home, run, said):
    return watch_inbox(home, run, 2.0, said.append)


def test_nothing_to_do_is_waited_out(home):
    run, runs = a_run()
    with pytest.raises(SleptError, match=r"2\.0"):
        next(watched(home, run, []))
    assert runs == []


def test_a_complete_file_is_answered(home):
    drop(home, "jia/进展.xlsx", b"anything", NOW - timedelta(hours=1))
    run, runs = a_run()
    assert next(watched(home, run, [])).failure is None
    assert runs == [home]


def test_what_an_interrupted_run_left_unanswered_is_taken_up_again(home):
    home.unanswered_mark.touch()
    run, runs = a_run()
    next(watched(home, run, []))
    assert runs == [home]


def test_after_a_failed_run_there_is_a_pause(home):
    home.unanswered_mark.touch()
    run, _ = a_run(failure="the disk is full")
    results = watched(home, run, [])
    assert next(results).failure == "the disk is full"
    with pytest.raises(SleptError, match=r"30\.0"):
        next(results)


def test_settings_that_cannot_be_read_are_said_and_waited_out(home):
    home.settings_file.write_text("no toml", "utf-8")
    said = []
    with pytest.raises(SleptError, match=r"30\.0"):
        next(watched(home, a_run()[0], said))
    assert "taizhang.toml" in said[0]


def test_an_inbox_that_cannot_be_read_is_said_and_waited_out(home):
    home.inbox.rename(home.root / "elsewhere")
    home.inbox.write_text("no folder", "utf-8")
    said = []
    with pytest.raises(SleptError, match=r"30\.0"):
        next(watched(home, a_run()[0], said))
    assert str(home.inbox) in said[0]
