"""Who keeps watch over the service: failed runs, vitals that are critical, runs whose process is gone.

Each of them only asks for the job that tells the operators: a sensor never opens the work database. What it says is
``alerts.operating``, what is looked at ``operations.health``.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines import clock
from pipelines.alerts.delivery import deliver_by
from pipelines.alerts.operating import Trouble, tell_operators
from pipelines.declarations.forms import load_forms
from pipelines.ledger.catalogue import FORMS_FOLDER
from pipelines.ledger.outbox import stable_id
from pipelines.ledger.work_database import open_work_database
from pipelines.lock import only_writer
from pipelines.operations.health import Vital, examine, timezone_of
from pipelines.operations.marks import remember_settings, remembered_settings
from pipelines.orchestration.jobs import RHYTHM_TAG
from pipelines.orchestration.plain_failures import (
    RETRIES,
    cause_and_remedy,
    failing_plainly,
    messages_of,
    words_of,
)
from pipelines.orchestration.rhythms import the_home
from pipelines.orchestration.run_processes import end_orphans
from pipelines.problems import OperatorError
from pipelines.settings import Environment, Home, HomeSettings
from pipelines.text import one_line

TELL = "tell_operators"
_TROUBLE_TAG = "taizhang/trouble_id"
_HEALTH_SECONDS = 300
_ORPHAN_SECONDS = 60
# What could not be told, because the ledger was held or the disk full, is tried again as long as it is news.
_TELL_AGAIN = timedelta(minutes=15)
_NEWS = timedelta(days=1)
_TELLING = (
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.SUCCESS,
)
# What differs from attempt to attempt, though the cause is the same.
_OF_THE_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?|\b(PID|process) \d+")
_SCHEMA = {
    "root": str, "identity": str, "subject": str, "sentence": str, "cause": str, "remedy": str,
    "where": str,
}  # fmt: skip
_INTERRUPTED = "DagsterExecutionInterruptedError"
_CUT_OFF = (
    "运行的进程中途没有了（被结束、断电或内存不足）。 The process of the run ended before its work did: killed, switched"
    " off, or out of memory."
)
_AFTER_A_CUT = (
    "不用处理：下一次运行会接着做；若反复出现，见 docs/runbooks/interrupted_load.md。 Nothing: the next run goes on where"
    " it was cut off. If it happens again: docs/runbooks/interrupted_load.md"
)
_JOBS = {
    "load": "每日装载",
    "answer": "收件答复",
    "deliver": "发送通知",
    "revalidate": "重新校验",
    "rebuild": "重建",
}


@dg.op(
    name="put_into_outbox",
    config_schema=_SCHEMA,
    retry_policy=RETRIES,
    description="把运行问题通知台账管理员。 Tell the operators of a trouble, once, and send what waits.",
)
def _put_into_outbox(context: dg.OpExecutionContext) -> None:
    told = dict(context.op_config)
    home = Home(Path(told.pop("root")))
    with failing_plainly(is_patient=True):
        new = tell(home, Trouble(**told), context.log.info)
    context.add_output_metadata({"messages": new, "subject": told["subject"]})


def tell(home: Home, trouble: Trouble, say: Any) -> int:
    """Queue a trouble for the operators and send what is due; returns how many messages are new."""
    settings = _settings_to_tell_by(home)
    now = clock.read_now(Environment().now, settings.district.timezone)
    forms = load_forms(FORMS_FOLDER)
    wait = settings.limits.lock_wait_seconds
    with only_writer(home, wait, say), open_work_database(home, forms) as connection:
        new = tell_operators(connection, settings, trouble, now)
    if new:
        deliver_by(home, settings, forms, now, say)
    return new


def _settings_to_tell_by(home: Home) -> HomeSettings:
    """The settings; where they are the trouble, those that could be read last: they know whom to tell."""
    try:
        return home.settings()
    except OperatorError:
        remembered = remembered_settings(home)
        if remembered is None:
            raise
        return remembered


def telling_job() -> dg.JobDefinition:
    """The job the watch asks for."""

    @dg.job(
        name=TELL,
        executor_def=dg.in_process_executor,
        description="通知台账管理员。 Tells the operators of the service about a trouble.",
        tags={RHYTHM_TAG: "watch"},
    )
    def tell_operators_job() -> None:
        _put_into_outbox()

    return tell_operators_job


def failure_sensor(job: dg.JobDefinition) -> dg.SensorDefinition:
    """A failed run is told once: another attempt that fails for the same reason on the same day is not told again."""

    @dg.run_failure_sensor(
        name="failures",
        request_job=job,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="运行失败即通知管理员。 A failed run is put into the outbox for the operators.",
    )
    def failures(context: dg.RunFailureSensorContext) -> dg.RunRequest | dg.SkipReason:
        run, home = context.dagster_run, the_home()
        if home is None or run.job_name == TELL:
            return dg.SkipReason("Nobody can be told of this run.")
        failed = [*context.get_step_failure_events(), context.failure_event]
        noticed, last = words_of(failed), "\n".join(messages_of(failed)[-1:])
        if noticed is None and (not last or _INTERRUPTED in last):
            # No step said why: the process was ended, and somebody else noticed it.
            noticed = f"{_CUT_OFF}\nWhat to do: {_AFTER_A_CUT}"
        words = noticed or last
        trouble = _failed_run(home, run.job_name, run.run_id, words, noticed is not None)
        if _is_told(context.instance, trouble):
            return dg.SkipReason("The operators were told of this today.")
        return _request(home, trouble, run.run_id)

    return failures


def health_sensor(job: dg.JobDefinition) -> dg.SensorDefinition:
    """What is critical, a release that is late above all, is told once a day."""

    @dg.sensor(
        name="health",
        job=job,
        minimum_interval_seconds=_HEALTH_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="逾期未发布、磁盘将满等即通知管理员，每天一次。 A late release, a full disk: told once a day.",
    )
    def health(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        home = the_home()
        if home is None:
            yield dg.SkipReason("TAIZHANG_HOME is not set.")
            return
        remember_settings(home)
        now = clock.read_now(Environment().now, timezone_of(home))
        critical = [vital for vital in examine(home, now) if vital.state == "critical"]
        again = list(untold(context.instance, clock.epoch_seconds()))
        if not critical and not again:
            yield dg.SkipReason("Nothing is critical.")
        for vital in critical:
            yield _request(
                home, _critical(home, vital, f"{now.date()}"), f"{vital.name}|{now.date()}"
            )
        yield from again

    return health


def untold(instance: dg.DagsterInstance, now: float) -> Iterator[dg.RunRequest]:
    """Troubles of the last day that could not be told when they came up, one request each; ``now`` is of the epoch."""
    since = datetime.fromtimestamp(now, UTC) - _NEWS
    told: dict[str, list[dg.RunRecord]] = {}
    for record in instance.get_run_records(dg.RunsFilter(job_name=TELL, created_after=since)):
        told.setdefault(record.dagster_run.tags.get(_TROUBLE_TAG, ""), []).append(record)
    for identity, records in told.items():
        if not identity or any(record.dagster_run.status in _TELLING for record in records):
            continue
        latest = records[0]
        if (latest.end_time or 0) + _TELL_AGAIN.total_seconds() <= now:
            run = latest.dagster_run
            yield dg.RunRequest(
                run_key=f"{identity}|{len(records)}",
                run_config=dict(run.run_config),
                tags={_TROUBLE_TAG: identity},
            )


def _is_told(instance: dg.DagsterInstance, trouble: Trouble) -> bool:
    """Whether a run tells of this very trouble, or has told of it."""
    of_it = dg.RunsFilter(
        job_name=TELL, tags={_TROUBLE_TAG: trouble.identity}, statuses=list(_TELLING)
    )
    return bool(instance.get_run_records(of_it, limit=1))


def orphan_sensor() -> dg.SensorDefinition:
    """Runs whose process is gone are ended, so that they neither hold the queue nor go unnoticed."""

    @dg.sensor(
        name="orphaned_runs",
        minimum_interval_seconds=_ORPHAN_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="进程已不在的运行记为失败。 Runs whose process is gone are marked as failed.",
    )
    def orphaned_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        ended = end_orphans(context.instance)
        return dg.SkipReason(
            f"Ended: {', '.join(ended)}." if ended else "Every run under way has its process."
        )

    return orphaned_runs


def _request(home: Home, trouble: Trouble, run_key: str) -> dg.RunRequest:
    config = {"root": str(home.root), **asdict(trouble)}
    return dg.RunRequest(
        run_key=run_key,
        run_config={"ops": {"put_into_outbox": {"config": config}}},
        tags={"taizhang/trouble": trouble.subject, _TROUBLE_TAG: trouble.identity},
    )


def _failed_run(home: Home, job: str, run_id: str, words: str, is_noticed: bool) -> Trouble:
    """A cause that somebody put into words is one trouble, whichever jobs it stops."""
    cause, remedy = cause_and_remedy(words)
    named = _JOBS.get(job, "后台任务")
    day = clock.read_now(Environment().now, timezone_of(home)).date()
    return Trouble(
        identity=_by_cause("" if is_noticed else job, cause, f"{day}"),
        subject=f"{named}没有完成",
        sentence=f"{named}（{job}）没有完成，已收到的报表都在，上一次发布仍然有效。",
        cause=cause,
        remedy=remedy
        or "看日志，必要时转给维护人员。 See the log; hand it to whoever maintains the product.",
        where=f"{home.logs / 'taizhang.log'} · run {run_id}",
    )


def _critical(home: Home, vital: Vital, day: str) -> Trouble:
    is_told_by_runs = vital.name == "settings"
    return Trouble(
        identity=_by_cause("", vital.words, day)
        if is_told_by_runs
        else stable_id("vital", vital.name, day),
        subject=f"需要处理：{vital.name}",
        sentence="台账服务有一项情况需要尽快处理。",
        cause=vital.words,
        remedy=vital.remedy,
        where=f"{home.root} · taizhang health",
    )


def _by_cause(job: str, cause: str, day: str) -> str:
    return stable_id("run", job, _OF_THE_MOMENT.sub("", one_line(cause)), day)
