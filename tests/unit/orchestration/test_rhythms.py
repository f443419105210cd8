"""What starts by itself: the folder, the ledger and the releases decide at every look, no cursor and no run key."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from homes import ZONE, a_home, drop

from pipelines.database import open_for_writing
from pipelines.ledger.snapshots import take_snapshot
from pipelines.orchestration import rhythms
from pipelines.orchestration.jobs import DUE_TAG
from pipelines.orchestration.quick import answer_now
from pipelines.orchestration.rhythms import catch_up_sensor, daily_schedule, inbox_sensor
from pipelines.release.record import Event, note
from pipelines.settings import Home

NOW = datetime(2019, 7, 5, 18)
TOML = '[district]\nname = "试验区"\ncode = "130871"\nreporting_year = 2019\n'


@dg.job
def load():
    """Stands for the daily job."""


@dg.job
def answer():
    """Stands for the quick job."""


@dg.op
def fails():
    raise OSError("no")


@dg.job(name="answer")
def failing_answer():
    fails()


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as made:
        yield made


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    made = a_home(tmp_path / "home")
    monkeypatch.setenv("TAIZHANG_HOME", str(made.root))
    monkeypatch.setenv("TAIZHANG_NOW", NOW.isoformat())
    return made


def look(sensor: dg.SensorDefinition, instance: dg.DagsterInstance):
    with dg.build_sensor_context(instance=instance) as context:
        return sensor.evaluate_tick(context)


class TestInbox:
    def test_an_empty_folder_starts_nothing(self, home, instance):
        found = look(inbox_sensor(answer), instance)
        assert found.run_requests == []
        assert "Nothing waits" in found.skip_message

    def test_a_quiet_file_starts_an_answer_at_every_look_until_it_is_taken(self, home, instance):
        drop(home, "jia/进展.xlsx", b"anything", NOW - timedelta(seconds=10))
        sensor = inbox_sensor(answer)
        for _ in range(2):
            (request,) = look(sensor, instance).run_requests
            assert request.run_key is None
            assert request.tags["taizhang/waiting_files"] == "1"

    def test_a_file_still_being_written_is_waited_for(self, home, instance):
        drop(home, "jia/进展.xlsx", b"anything", NOW)
        assert look(inbox_sensor(answer), instance).run_requests == []

    def test_what_was_received_but_not_answered_starts_one(self, home, instance):
        home.unanswered_mark.touch()
        assert len(look(inbox_sensor(answer), instance).run_requests) == 1

    def test_a_file_that_was_taken_but_cannot_be_removed_starts_nothing(self, home, instance):
        path = drop(home, "jia/进展.xlsx", b"anything", NOW - timedelta(hours=1))
        content, stamp = path.read_bytes(), path.stat()
        assert answer_now(home, lambda _text: None).failure is None
        path.write_bytes(content)
        os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        # The same bytes once more are a new arrival …
        assert len(look(inbox_sensor(answer), instance).run_requests) == 1
        # … but what the ledger knows to be lying there still is not.
        with open_for_writing(home.work_database) as connection:
            connection.execute("update raw.receipts set is_inbox_cleared = false")
        take_snapshot(home)
        found = look(inbox_sensor(answer), instance)
        assert found.run_requests == []
        assert "jia/进展.xlsx" in found.skip_message

    def test_what_a_load_could_not_take_is_tried_again_only_after_an_hour(
        self, home, instance, monkeypatch
    ):
        from pipelines.intake.inbox import InboxFile, NotTakenError

        def unreadable(_file):
            raise NotTakenError("it cannot be read: Input/output error")

        drop(home, "jia/进展.xlsx", b"anything", NOW - timedelta(hours=3))
        with monkeypatch.context() as broken:
            broken.setattr(InboxFile, "pieces", unreadable)
            result = answer_now(home, lambda _text: None)
        assert "Input/output error" in result.outcome.warnings[0]
        assert look(inbox_sensor(answer), instance).run_requests == []
        monkeypatch.setenv("TAIZHANG_NOW", (NOW + timedelta(hours=2)).isoformat())
        assert len(look(inbox_sensor(answer), instance).run_requests) == 1

    def test_after_a_failed_run_there_is_a_pause_that_an_edit_ends(self, home, instance):
        drop(home, "jia/进展.xlsx", b"anything", NOW - timedelta(hours=1))
        failing_answer.execute_in_process(instance=instance, raise_on_error=False)
        sensor = inbox_sensor(answer)
        found = look(sensor, instance)
        assert found.run_requests == []
        assert "The last run failed" in found.skip_message
        later = datetime.now(ZONE).timestamp() + 5
        os.utime(home.config / "units.csv", (later, later))
        assert len(look(sensor, instance).run_requests) == 1

    def test_an_inbox_that_cannot_be_read_is_said_in_a_line(self, home, instance):
        home.inbox.rename(home.root / "elsewhere")
        home.inbox.write_text("no folder", "utf-8")
        looked = look(inbox_sensor(answer), instance)
        assert not looked.run_requests and str(home.inbox) in looked.skip_message

    @pytest.mark.parametrize("sensor", [inbox_sensor(answer), catch_up_sensor(load)])
    def test_settings_that_cannot_be_read_are_said_in_a_line(self, home, instance, sensor):
        home.settings_file.write_text("[broken", "utf-8")
        looked = look(sensor, instance)
        assert not looked.run_requests and "taizhang.toml cannot be read" in looked.skip_message

    def test_ten_thousand_files_are_listed_and_not_opened(self, home, instance, monkeypatch):
        folder = home.inbox / "jia"
        folder.mkdir()
        stamp = (NOW - timedelta(hours=1)).replace(tzinfo=ZONE).timestamp()
        for number in range(10_000):
            path = folder / f"{number}.xlsx"
            path.touch()
            os.utime(path, (stamp, stamp))
        opened = []
        real = os.open
        monkeypatch.setattr(os, "open", lambda *a, **k: opened.append(a[0]) or real(*a, **k))
        (request,) = look(inbox_sensor(answer), instance).run_requests
        assert request.tags["taizhang/waiting_files"] == "10000"
        assert len(opened) < 20


class TestDaily:
    def test_the_schedule_keeps_the_districts_hour(self, home, instance, monkeypatch):
        home.settings_file.write_text(TOML + '[service]\ndaily_at = "05:45:00"\n', "utf-8")
        schedule = daily_schedule(load, home)
        assert (schedule.cron_schedule, schedule.execution_timezone) == (
            "45 5 * * *",
            "Asia/Shanghai",
        )
        due = datetime(2019, 7, 6, 5, 45, tzinfo=ZONE)
        monkeypatch.setenv("TAIZHANG_NOW", "2019-07-06T05:45:02")
        with dg.build_schedule_context(instance=instance, scheduled_execution_time=due) as context:
            (request,) = schedule.evaluate_tick(context).run_requests
        assert request.tags[DUE_TAG] == "2019-07-06T05:45:00"

    def test_a_moment_long_past_is_left_to_the_catching_up(self, home, instance):
        due = datetime(2019, 7, 4, 6, 30, tzinfo=ZONE)
        with dg.build_schedule_context(instance=instance, scheduled_execution_time=due) as context:
            assert daily_schedule(load, home).evaluate_tick(context).run_requests == []

    def test_a_home_that_cannot_be_read_gets_the_default_hour_and_a_note(self, home):
        home.settings_file.write_text("no toml", "utf-8")
        schedule = daily_schedule(load, home)
        assert schedule.cron_schedule == "30 6 * * *"
        assert "taizhang.toml" in (schedule.description or "")


class TestCatchUp:
    @pytest.fixture
    def loaded(self, home: Home) -> Home:
        assert answer_now(home, lambda _text: None).failure is None
        return home

    def released(self, home: Home, at: datetime) -> None:
        note(home, Event(event="published", release=1, at=at, by="nobody"))

    def test_nothing_is_caught_up_before_the_first_load(self, home, instance):
        assert look(catch_up_sensor(load), instance).run_requests == []

    def test_after_three_days_one_load_and_never_two_for_one_due_moment(
        self, loaded, instance, monkeypatch
    ):
        self.released(loaded, datetime(2019, 7, 2, 6, 31))
        sensor = catch_up_sensor(load)
        (request,) = look(sensor, instance).run_requests
        assert request.tags[DUE_TAG] == "2019-07-05T06:30:00"
        load.execute_in_process(instance=instance, tags=dict(request.tags))
        assert "was launched" in look(sensor, instance).skip_message
        monkeypatch.setenv("TAIZHANG_NOW", "2019-07-06T07:00:00")
        (request,) = look(sensor, instance).run_requests
        assert request.tags[DUE_TAG] == "2019-07-06T06:30:00"

    def test_a_load_that_was_cut_off_is_repeated_after_a_pause(self, loaded, instance):
        self.released(loaded, datetime(2019, 7, 2, 6, 31))
        sensor = catch_up_sensor(load)
        self.cut_off(instance, look(sensor, instance))
        assert "tried again in" in look(sensor, instance).skip_message

    def test_but_not_for_ever_before_somebody_changes_something(
        self, loaded, instance, monkeypatch
    ):
        self.released(loaded, datetime(2019, 7, 2, 6, 31))
        monkeypatch.setattr(rhythms, "_PAUSES", (0, 0, 0))
        sensor = catch_up_sensor(load)
        for _ in range(3):
            self.cut_off(instance, look(sensor, instance))
        assert "failed 3 times" in look(sensor, instance).skip_message
        later = datetime.now(ZONE).timestamp() + 5
        os.utime(loaded.config / "units.csv", (later, later))
        assert len(look(sensor, instance).run_requests) == 1

    def cut_off(self, instance, found) -> None:
        (request,) = found.run_requests
        run = instance.create_run_for_job(load, tags=dict(request.tags))
        instance.report_run_failed(run, "killed")

    def test_a_load_by_hand_counts(self, loaded, instance):
        self.released(loaded, datetime(2019, 7, 5, 8))
        assert "A release was made" in look(catch_up_sensor(load), instance).skip_message

    def test_the_schedule_comes_first(self, loaded, instance, monkeypatch):
        monkeypatch.setenv("TAIZHANG_NOW", "2019-07-06T06:31:00")
        assert "schedule" in look(catch_up_sensor(load), instance).skip_message

    def test_beside_a_load_under_way_none_is_launched(self, loaded, instance):
        instance.create_run_for_job(load, status=dg.DagsterRunStatus.STARTED)
        assert "under way" in look(catch_up_sensor(load), instance).skip_message
