"""A month of mornings, nobody there: what Dagster's own schedule and sensors ask for is run, at a clock that jumps.

On one of them a table is wrong, then the load is cut off, then the machine is off for weeks. In the end everything
published is what a home that was never disturbed publishes, and the operators were told once of each.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import dagster as dg
from answered import ledger_rows
from homes import drop
from long_homes import Arrival, LongStory
from pytest import MonkeyPatch, fixture
from replays import Replay

from pipelines.operations.health import examine
from pipelines.orchestration import release_asset
from pipelines.orchestration.assembly import build_definitions
from pipelines.orchestration.jobs import ANSWER, LOAD
from pipelines.orchestration.resources import HomeResource, RunResults
from pipelines.orchestration.running import run_load
from pipelines.orchestration.watchkeeping import TELL
from pipelines.settings import Home

STORY = LongStory(units=2, projects=3, statistics=False, resent=0)
ZONE = ZoneInfo("Asia/Shanghai")
LEDGERS_AND_JANUARY, FEBRUARY, MARCH = 0, 1, 2
OUTCOMES = "select receipt_id, rule_id, outcome, failed_count from raw.rule_outcomes order by all"
PLAN_FOR_OPERATORS = '\n[channels]\nops = "env:NOBODY_SETS_THIS"\n[service]\noperators = ["ops"]\n'


@dataclass
class Office:
    """A home with a service over it, without its processes: every look of the schedule and the sensors is made here."""

    home: Home
    instance: dg.DagsterInstance
    set_clock: MonkeyPatch
    now: datetime = datetime(2016, 2, 6)
    runs: list[tuple[str, str, bool]] = field(default_factory=list)

    def at(self, moment: str) -> None:
        self.now = datetime.fromisoformat(moment)
        self.set_clock.setenv("TAIZHANG_NOW", self.now.isoformat())

    def morning(self, day: str) -> bool:
        """The daily load at its due moment; whether it came to its end."""
        self.at(f"{day}T06:30:00")
        definitions = self._definitions()
        schedule = definitions.resolve_schedule_def("daily_load")
        due = self.now.replace(tzinfo=ZONE)
        with dg.build_schedule_context(
            instance=self.instance, scheduled_execution_time=due
        ) as context:
            (request,) = schedule.evaluate_tick(context).run_requests or ()
        return self._run(definitions, LOAD, request)

    def look_around(self, day_and_time: str) -> list[str]:
        """One look of the sensors that start something; which jobs were run."""
        self.at(day_and_time)
        definitions, begun = self._definitions(), []
        for name, job in (("inbox", ANSWER), ("catch_up", LOAD), ("health", TELL)):
            sensor = definitions.resolve_sensor_def(name)
            with dg.build_sensor_context(instance=self.instance) as context:
                asked = sensor.evaluate_tick(context).run_requests or ()
            for request in asked:
                self._run(definitions, job, request)
                begun.append(job)
        return begun

    def _definitions(self) -> dg.Definitions:
        return build_definitions(HomeResource(root=str(self.home.root)), RunResults())

    def _run(self, definitions: dg.Definitions, job: str, request: dg.RunRequest) -> bool:
        done = definitions.resolve_job_def(job).execute_in_process(
            instance=self.instance, raise_on_error=False,
            run_config=request.run_config, tags=request.tags,
        )  # fmt: skip
        self.runs.append((job, f"{self.now:%m-%d %H:%M}", done.success))
        if not done.success:
            self._tell_of(definitions, done)
        return done.success

    def _tell_of(self, definitions: dg.Definitions, failed: dg.ExecuteInProcessResult) -> None:
        (event,) = (event for event in failed.all_events if event.is_run_failure)
        with dg.build_run_status_sensor_context(
            "failures", event, self.instance, failed.dagster_run
        ) as context:
            sensor = definitions.resolve_sensor_def("failures")
            asked = sensor(context.for_run_failure())
        if isinstance(asked, dg.RunRequest):
            self._run(definitions, TELL, asked)


@fixture
def office(tmp_path, monkeypatch) -> Iterator[Office]:
    home = STORY.home(tmp_path / "home")
    with home.settings_file.open("a", encoding="utf-8") as settings:
        settings.write(PLAN_FOR_OPERATORS)
    monkeypatch.setenv("TAIZHANG_HOME", str(home.root))
    with dg.DagsterInstance.ephemeral() as instance:
        yield Office(home, instance, monkeypatch)


@cache
def returns_of(month: int) -> tuple[Arrival, ...]:
    """Made once: a workbook made again holds another moment of making, and would be another file."""
    return tuple(STORY.month(month))


def arrive(home: Home, month: int, at: str) -> None:
    for arrival in returns_of(month):
        drop(home, arrival.inbox_path, arrival.data, datetime.fromisoformat(at))


def test_a_month_of_faults_ends_like_a_month_without(office, tmp_path, monkeypatch):
    home = office.home
    arrive(home, LEDGERS_AND_JANUARY, "2016-02-07T17:00:00")
    assert office.look_around("2016-02-08T09:00:00") == [ANSWER, LOAD]

    # A slip of somebody's hand in a table: nothing is taken that morning, and all of it when it is mended.
    units = home.config / "units.csv"
    sound = units.read_text("utf-8")
    units.write_text(sound.replace("township", "twonship", 1), "utf-8")
    arrive(home, FEBRUARY, "2016-03-08T20:00:00")
    assert not office.morning("2016-03-09")
    critical = [v.name for v in examine(home, office.now) if v.state == "critical"]
    assert "settings" in critical and list(home.inbox.rglob("*.xlsx"))
    units.write_text(sound, "utf-8")
    _edited_after_the_runs(home)

    # Then the load is cut off before its release is in place, and the machine stays off for weeks: one load is enough.
    with monkeypatch.context() as cut:
        cut.setattr(release_asset, "publish_proved", _power_cut)
        assert office.look_around("2016-03-09T09:00:00")[:2] == [ANSWER, LOAD]
    arrive(home, MARCH, "2016-04-10T11:00:00")
    assert office.look_around("2016-04-12T09:00:00")[:2] == [ANSWER, LOAD]
    assert office.look_around("2016-04-12T09:05:00") == []

    assert [(job, at) for job, at, is_well in office.runs if not is_well] == [
        (LOAD, "03-09 06:30"), (LOAD, "03-09 09:00"),
    ]  # fmt: skip
    told = ledger_rows(home, "select subject, body from raw.outbox where kind = 'operation'")
    assert len(told) == len(set(told))
    assert [("twonship" in body, "power cut" in body) for _, body in told].count((True, False)) == 1
    undisturbed = _undisturbed(tmp_path / "undisturbed", monkeypatch)
    for release in ("reporting", "statistics"):
        found, expected = Replay(home.root, "").tables(release), undisturbed.tables(release)
        assert found.keys() == expected.keys()
        # What was told differs: operators hear of faults, and a day without a load reminds nobody. So do the loads' numbers.
        differing = {name for name in expected if found[name] != expected[name]}
        assert differing <= {"fct_alerts", "fct_rule_outcomes"}
    assert ledger_rows(home, OUTCOMES) == ledger_rows(Home(undisturbed.home), OUTCOMES)


def _power_cut(*_arguments: object) -> None:
    raise OSError("power cut")


def _edited_after_the_runs(home: Home) -> None:
    """The clock of runs is the machine's: whoever mended a table did it after the last of them."""
    later = datetime.now().timestamp() + timedelta(minutes=1).total_seconds()
    os.utime(home.config / "units.csv", (later, later))


def _undisturbed(root, monkeypatch: MonkeyPatch) -> Replay:
    """The same returns, each taken at the same moment, by loads that nothing disturbs."""
    home = STORY.home(root)
    monkeypatch.setenv("TAIZHANG_HOME", str(home.root))
    for month, at, taken, job in (
        (LEDGERS_AND_JANUARY, "2016-02-07T17:00:00", "2016-02-08T09:00:00", LOAD),
        (FEBRUARY, "2016-03-08T20:00:00", "2016-03-09T09:00:00", ANSWER),
        (MARCH, "2016-04-10T11:00:00", "2016-04-12T09:00:00", LOAD),
    ):
        arrive(home, month, at)
        done = run_load(home.root, taken, lambda *_: None, lambda _text: None, job)
        assert done.failure is None, done.failure
    return Replay(home.root, "")
