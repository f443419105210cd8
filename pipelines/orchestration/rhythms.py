"""The two rhythms: an answer when something waits in the inbox, a whole load every morning and after a downtime.

Whether there is anything to do is told by the folder, the ledger and the record of releases at every tick; no cursor
and no run key can make it forget a return. What is done is ``jobs``.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg

from pipelines import clock
from pipelines.ledger.waiting import Waiting, look
from pipelines.operations.lock_holders import holder
from pipelines.orchestration.freshness import service_of
from pipelines.orchestration.jobs import DUE_TAG, LOAD, Job
from pipelines.problems import OperatorError
from pipelines.release.record import events
from pipelines.settings import Environment, Home
from pipelines.text import one_line

_BUSY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
_FAILED = (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
# The daemon looks around every five seconds; three rounds leave it time for the other sensors.
_INBOX_SECONDS = 15
_CATCH_UP_SECONDS = 60
# The schedule comes first: what it has not launched by then, it will not launch.
_GRACE = timedelta(minutes=3)
# After so many failed runs in a row the next one waits so long: a fault that a person mends is no use hurrying.
_PAUSES = (0, 60, 300, 900, 1800)


def daily_schedule(job: Job, home: Home) -> dg.ScheduleDefinition:
    """A load every morning before work begins, at the district's hour.

    The hour is read when the code location loads. Where it cannot be read the default holds, and the description
    says so; the sensor ``catch_up`` reads it at every tick.
    """
    service, timezone, note = service_of(home)

    @dg.schedule(
        name="daily_load",
        job=job,
        cron_schedule=f"{service.daily_at.minute} {service.daily_at.hour} * * *",
        execution_timezone=timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="每日装载。 The daily load, at [service] daily_at." + note,
    )
    def daily_load(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        moment = context.scheduled_execution_time
        due = moment.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)
        if clock.read_now(Environment().now, timezone) >= due + _GRACE:
            return dg.SkipReason("Nobody was there at the due moment: “catch_up” makes up for it.")
        return dg.RunRequest(tags={DUE_TAG: due.isoformat()})

    return daily_load


def delivery_schedule(job: Job, home: Home) -> dg.ScheduleDefinition:
    """Every ten minutes: as often as the shortest pauses between attempts make sense."""
    _, timezone, _ = service_of(home)
    return dg.ScheduleDefinition(
        name="delivery",
        job=job,
        cron_schedule="*/10 * * * *",
        execution_timezone=timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="每十分钟发送待发的通知。 Sends what waits in the outbox.",
    )


def inbox_sensor(job: Job) -> dg.SensorDefinition:
    """Fires while something waits that nobody works on; what cannot be taken is said, and starts nothing."""

    @dg.sensor(
        name="inbox",
        job=job,
        minimum_interval_seconds=_INBOX_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="收件箱里有报表等待时即答复。 Answers what waits in the inbox, by comparing it with the ledger.",
    )
    def inbox(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        return _saying_why_not(lambda home: decide(context, home))

    def decide(context: dg.SensorEvaluationContext, home: Home) -> dg.RunRequest | dg.SkipReason:
        timezone = home.settings().district.timezone
        found = look(home, clock.read_now(Environment().now, timezone), timezone)
        if not found.is_something:
            return dg.SkipReason("Nothing waits." + _left_words(found))
        if is_under_way(context.instance, [job.name]) or holder(home.lock_file) is not None:
            return dg.SkipReason("A run is under way; what waits is looked at again after it.")
        pause = _pause(context.instance, job.name, home)
        if pause > 0:
            return dg.SkipReason(
                f"{_waiting_words(found)} The last run failed; the next is tried in {pause:.0f} s,"
                " or at once when a table of the home is changed."
            )
        return dg.RunRequest(tags={"taizhang/waiting_files": str(found.files)})

    return inbox


def catch_up_sensor(job: Job) -> dg.SensorDefinition:
    """Launches the load that was due while nobody was there: one, for the last due moment, however many were missed."""

    @dg.sensor(
        name="catch_up",
        job=job,
        minimum_interval_seconds=_CATCH_UP_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="停机错过每日装载的，开机后补一次。 One load for the last due moment that was missed.",
    )
    def catch_up(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        return _saying_why_not(lambda home: decide(context, home))

    def decide(context: dg.SensorEvaluationContext, home: Home) -> dg.RunRequest | dg.SkipReason:
        settings = home.settings()
        now = clock.read_now(Environment().now, settings.district.timezone)
        due = settings.service.last_due(now)
        reason = _why_not_due(context.instance, home, due, now)
        if reason is not None:
            return dg.SkipReason(reason)
        return dg.RunRequest(tags={DUE_TAG: due.isoformat()})

    return catch_up


def the_home() -> Home | None:
    """The home of this service; None where nobody named it."""
    root = Environment().home
    return None if root is None else Home(Path(root))


def _saying_why_not(
    decide: Callable[[Home], dg.RunRequest | dg.SkipReason],
) -> dg.RunRequest | dg.SkipReason:
    """What a look at the home decides; settings or a folder that cannot be read are said in a line.

    They are told by the vitals of the home: a stack trace at every look would drive everything else out of the log.
    """
    home = the_home()
    if home is None:
        return dg.SkipReason("TAIZHANG_HOME is not set.")
    try:
        return decide(home)
    except (OperatorError, OSError) as error:
        return dg.SkipReason(one_line(f"Nothing can be decided: {error}"))


def is_under_way(instance: dg.DagsterInstance, jobs: Sequence[str]) -> bool:
    """Whether a run of one of these jobs waits or works."""
    return any(
        instance.get_run_records(dg.RunsFilter(job_name=name, statuses=_BUSY), limit=1)
        for name in jobs
    )


def _why_not_due(
    instance: dg.DagsterInstance, home: Home, due: datetime, now: datetime
) -> str | None:
    """Why no load is missing for a due moment; None where one is."""
    said = f"{due:%Y-%m-%d %H:%M}"
    if not home.ledger_snapshot.exists():
        return "Nothing has been loaded yet; the first load is for the schedule or for a person."
    if now < due + _GRACE:
        return f"The load of {said} is the schedule's to launch."
    made = [event.at for event in events(home) if event.event == "published"]
    if made and max(made) >= due:
        return f"A release was made after {said}."
    if is_under_way(instance, [LOAD]) or holder(home.build_lock_file) is not None:
        return "A load is under way."
    launched = instance.get_run_records(dg.RunsFilter(tags={DUE_TAG: due.isoformat()}))
    if any(record.dagster_run.status not in _FAILED for record in launched):
        return f"The load of {said} was launched."
    if not launched:
        return None
    return _why_not_again(instance, home, said, launched)


def _why_not_again(
    instance: dg.DagsterInstance, home: Home, said: str, failed: Sequence[dg.RunRecord]
) -> str | None:
    """Why a load that failed, or was cut off, is not repeated now; None where it is."""
    pause = _pause(instance, LOAD, home)
    if pause > 0:
        return f"The load of {said} failed; it is tried again in {pause:.0f} s, or when a table of the home is changed."
    if len(failed) >= len(_PAUSES) and _last_edit(home) <= (failed[0].end_time or 0):
        return f"The load of {said} failed {len(failed)} times; it is tried again when a table of the home is changed."
    return None


def _pause(instance: dg.DagsterInstance, job: str, home: Home) -> float:
    """Seconds to wait before the next run after failed ones; none after somebody changed a table or the settings."""
    records = instance.get_run_records(dg.RunsFilter(job_name=job), limit=len(_PAUSES))
    failures = 0
    for record in records:
        if record.dagster_run.status not in _FAILED:
            break
        failures += 1
    if not failures or records[0].end_time is None:
        return 0
    ended = records[0].end_time
    if _last_edit(home) > ended:
        return 0
    return ended + _PAUSES[min(failures, len(_PAUSES) - 1)] - clock.epoch_seconds()


def _last_edit(home: Home) -> float:
    edited = [path for path in (home.settings_file, *home.config.glob("*.csv")) if path.exists()]
    return max((path.stat().st_mtime for path in edited), default=0.0)


def _waiting_words(found: Waiting) -> str:
    counted = (
        (found.files, "file(s)"),
        (found.unsettled, "return(s) without an end state"),
        (found.unanswered, "return(s) without an answer"),
        (int(found.is_interrupted), "run that was cut off"),
    )
    waiting = ", ".join(f"{number:,} {words}" for number, words in counted if number)
    return f"Waiting: {waiting}.{_left_words(found)}"


def _left_words(found: Waiting) -> str:
    if not found.left:
        return ""
    shown = ", ".join(found.left[:5]) + (" …" if len(found.left) > 5 else "")
    return (
        f" {len(found.left):,} file(s) were received or looked at, and could not be taken out of the inbox: {shown};"
        " taizhang audit names the reason."
    )
