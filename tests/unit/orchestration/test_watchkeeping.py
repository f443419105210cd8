"""Failed runs, critical vitals and vanished processes are noticed, and told once."""

from datetime import datetime, timedelta

import dagster as dg
import pytest
from answered import ledger_rows
from homes import a_home

from pipelines import clock
from pipelines.operations.vitals import Vital
from pipelines.orchestration import watchkeeping
from pipelines.orchestration.jobs import RHYTHM_TAG
from pipelines.orchestration.plain_failures import RETRIES, failing_plainly
from pipelines.orchestration.run_processes import PROCESS_TAG, end_orphans, note_process
from pipelines.orchestration.run_retention import forget_old_runs
from pipelines.orchestration.watchkeeping import (
    failure_sensor,
    health_sensor,
    telling_job,
    untold,
)
from pipelines.problems import OperatorError

NOW = datetime(2019, 7, 5, 18)
TOML = (
    '[district]\nname = "试验区"\ncode = "130871"\nreporting_year = 2019\n'
    '[channels]\nops = "env:TAIZHANG_TEST_OPS"\n[service]\noperators = ["ops"]\n'
)


@pytest.fixture
def home(tmp_path, monkeypatch):
    made = a_home(tmp_path / "home", toml=TOML)
    monkeypatch.setenv("TAIZHANG_HOME", str(made.root))
    monkeypatch.setenv("TAIZHANG_NOW", NOW.isoformat())
    return made


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def failing_job(error: Exception) -> dg.JobDefinition:
    @dg.op(retry_policy=RETRIES)
    def takes_returns():
        with failing_plainly(is_patient=False):
            raise error

    @dg.job(name="load")
    def load():
        takes_returns()

    return load


def told_of(run: dg.ExecuteInProcessResult, instance: dg.DagsterInstance) -> list[dg.RunRequest]:
    events = [event for event in run.all_events if event.is_run_failure]
    with dg.build_run_status_sensor_context(
        "failures", events[0], instance, run.dagster_run
    ) as context:
        answer = failure_sensor(telling_job())(context.for_run_failure())
    return [answer] if isinstance(answer, dg.RunRequest) else []


def test_a_failed_run_puts_one_message_into_the_outbox_whatever_comes_after(home, instance):
    load = failing_job(OperatorError("units.csv:3 has no name.", "Write the unit's name."))
    for _ in range(2):
        failed = load.execute_in_process(instance=instance, raise_on_error=False)
        (request,) = told_of(failed, instance)
        telling = telling_job().execute_in_process(instance=instance, run_config=request.run_config)
        assert telling.success
    messages = ledger_rows(home, "select kind, unit_code, channel, subject, body from raw.outbox")
    assert len(messages) == 1
    kind, unit, channel, subject, body = messages[0]
    assert (kind, unit, channel) == ("operation", "", "ops")
    assert subject == "【台账】运行提醒：每日装载没有完成"
    assert body.splitlines()[0].startswith("每日装载（load）没有完成")
    assert "units.csv:3 has no name." in body
    assert "Write the unit's name." in body
    assert "taizhang.log" in body


def test_a_fault_of_the_declared_tables_does_not_keep_its_own_message_back(home, instance):
    (home.config / "units.csv").write_text("unit_code\n", "utf-8")
    failed = failing_job(OSError("x")).execute_in_process(instance=instance, raise_on_error=False)
    (request,) = told_of(failed, instance)
    telling_job().execute_in_process(instance=instance, run_config=request.run_config)
    assert ledger_rows(home, "select count(*) from raw.outbox") == [(1,)]


def asked_for(instance: dg.DagsterInstance) -> list[dg.RunRequest]:
    """What the look at the vitals asks for."""
    with dg.build_sensor_context(instance=instance) as context:
        return list(health_sensor(telling_job()).evaluate_tick(context).run_requests or ())


def test_what_stops_several_jobs_at_many_moments_is_one_trouble(home, instance):
    sentence = "This load is dated {}, before the last one (2019-07-05 18:00:00)."
    for minute in ("2019-07-05 17:01:02", "2019-07-05 17:31:02"):
        failing = failing_job(OperatorError(sentence.format(minute), "Set the clock right."))
        failed = failing.execute_in_process(instance=instance, raise_on_error=False)
        (request,) = told_of(failed, instance)
        telling_job().execute_in_process(
            instance=instance, run_config=request.run_config, tags={"test": "not of the service"}
        )
    assert ledger_rows(home, "select count(*) from raw.outbox") == [(1,)]


def test_a_run_ended_with_its_service_is_told_in_words(home, instance, monkeypatch):
    interrupted = "dagster._core.errors.DagsterExecutionInterruptedError"
    monkeypatch.setattr(watchkeeping, "messages_of", lambda _events: [interrupted])
    ended = failing_job(OSError("x")).execute_in_process(instance=instance, raise_on_error=False)
    (request,) = told_of(ended, instance)
    cause = request.run_config["ops"]["put_into_outbox"]["config"]["cause"]
    assert cause.startswith("运行的进程中途没有了") and "Dagster" not in cause


def test_what_was_told_today_starts_no_other_run(home, instance):
    load = failing_job(OperatorError("units.csv:3 has no name.", "Write the unit's name."))
    failed = load.execute_in_process(instance=instance, raise_on_error=False)
    (request,) = told_of(failed, instance)
    telling_job().execute_in_process(
        instance=instance, run_config=request.run_config, tags=request.tags
    )
    again = load.execute_in_process(instance=instance, raise_on_error=False)
    assert told_of(again, instance) == []


def test_settings_that_cannot_be_read_are_told_by_those_that_could(home, instance):
    asked_for(instance)
    home.settings_file.write_text(TOML + "[broken", "utf-8")
    failed = failing_job(OperatorError("x", "y")).execute_in_process(
        instance=instance, raise_on_error=False
    )
    (request,) = told_of(failed, instance)
    telling_job().execute_in_process(instance=instance, run_config=request.run_config)
    told = ledger_rows(home, "select channel, state from raw.outbox")
    assert told == [("ops", "pending")]
    assert [
        r.run_config["ops"]["put_into_outbox"]["config"]["subject"] for r in asked_for(instance)
    ] == ["需要处理：settings"]


def test_what_could_not_be_told_is_tried_again_until_it_is(home, instance, monkeypatch):
    failed = failing_job(OperatorError("x", "y")).execute_in_process(
        instance=instance, raise_on_error=False
    )
    (request,) = told_of(failed, instance)

    def no_ledger(*_arguments):
        raise OperatorError("Another load or audit still works on it.", "Wait.")

    with monkeypatch.context() as full:
        full.setattr(watchkeeping, "only_writer", no_ledger)
        telling_job().execute_in_process(
            instance=instance, run_config=request.run_config, tags=request.tags,
            raise_on_error=False,
        )  # fmt: skip
    now = clock.epoch_seconds()
    assert list(untold(instance, now + 60)) == []
    (again,) = untold(instance, now + 3600)
    assert again.run_config == request.run_config
    telling_job().execute_in_process(
        instance=instance, run_config=again.run_config, tags=again.tags
    )
    assert list(untold(instance, now + 7200)) == []
    assert ledger_rows(home, "select count(*) from raw.outbox") == [(1,)]


def test_without_operators_the_message_is_held_and_seen(home, instance):
    home.settings_file.write_text(TOML.replace('operators = ["ops"]', ""), "utf-8")
    failed = failing_job(OSError("x")).execute_in_process(instance=instance, raise_on_error=False)
    (request,) = told_of(failed, instance)
    telling_job().execute_in_process(instance=instance, run_config=request.run_config)
    assert ledger_rows(home, "select state, channel from raw.outbox") == [("held", "")]


def test_only_what_is_critical_is_told_once_a_day(home, instance, monkeypatch):
    vitals = [
        Vital("release", "critical", "no release since 2019-07-03", "taizhang load"),
        Vital("disk", "warning", "3 GiB free"),
        Vital("lock", "ok", "free"),
    ]
    monkeypatch.setattr(watchkeeping, "examine", lambda _home, _now: vitals)
    with dg.build_sensor_context(instance=instance) as context:
        (request,) = health_sensor(telling_job()).evaluate_tick(context).run_requests
    assert request.run_key == "release|2019-07-05"
    telling_job().execute_in_process(instance=instance, run_config=request.run_config)
    ((body,),) = ledger_rows(home, "select body from raw.outbox")
    assert "no release since 2019-07-03" in body


class TestFailingPlainly:
    def test_a_person_is_told_at_once(self):
        with pytest.raises(dg.Failure) as told, failing_plainly(is_patient=True):
            raise OperatorError("units.csv is wrong.", "Mend it.")
        assert told.value.description == "units.csv is wrong.\nWhat to do: Mend it."
        assert not told.value.allow_retries

    @pytest.mark.parametrize("error", [OSError(28, "No space left on device"), BlockingIOError()])
    def test_what_may_pass_is_tried_again_by_the_service_only(self, error):
        def fail(is_patient):
            with failing_plainly(is_patient):
                raise OperatorError("The release could not be made.", "Free the disk.") from error

        with pytest.raises(OperatorError):
            fail(is_patient=True)
        with pytest.raises(dg.Failure):
            fail(is_patient=False)


class TestRunsWithoutAProcess:
    @pytest.fixture
    def kept(self, tmp_path):
        with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
            yield instance

    def started(self, instance):
        job = failing_job(OSError("x"))
        return instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)

    def test_a_run_whose_process_works_is_left_alone(self, kept):
        run = self.started(kept)
        note_process(kept, run)
        assert end_orphans(kept) == []

    def test_a_run_whose_process_is_gone_has_failed(self, kept):
        run = self.started(kept)
        kept.add_run_tags(run.run_id, {PROCESS_TAG: "999999999:1:another-boot"})
        assert end_orphans(kept) == [run.run_id]
        assert kept.get_run_by_id(run.run_id).status == dg.DagsterRunStatus.FAILURE

    def test_old_runs_of_the_quick_rhythm_are_forgotten_before_those_of_the_daily_one(self, kept):
        job = failing_job(OSError("x"))
        for rhythm in ("quick", "daily"):
            kept.create_run_for_job(
                job, status=dg.DagsterRunStatus.SUCCESS, tags={RHYTHM_TAG: rhythm}
            )
        now = clock.epoch_seconds()
        assert forget_old_runs(kept, now) == 0
        assert forget_old_runs(kept, now + timedelta(days=31).total_seconds()) == 1
        assert [run.tags[RHYTHM_TAG] for run in kept.get_runs()] == ["daily"]
