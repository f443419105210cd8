"""What runs by itself: an answer when a complete file lies in the inbox, a whole load every morning."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import dagster as dg

from pipelines import clock
from pipelines.intake.inbox import complete_files
from pipelines.problems import OperatorError
from pipelines.settings import Environment, Home

# dg.define_asset_job returns a type the public module does not export.
LoadJob: TypeAlias = Any
_BUSY = (
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
)


def load_job() -> LoadJob:
    """One complete load: everything, in order."""
    return dg.define_asset_job(
        "load",
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        description="收件、校验、装载、汇总、发布。 One complete load.",
    )


def answer_job(assets: Sequence[dg.AssetsDefinition]) -> LoadJob:
    """The quick rhythm: receive, read, judge, answer; the marts follow with the next load."""
    return dg.define_asset_job(
        "answer",
        selection=dg.AssetSelection.assets(*assets),
        executor_def=dg.in_process_executor,
        description="收件、校验、答复。 Receive, judge and answer.",
    )


def delivery_job(messages: dg.AssetsDefinition) -> LoadJob:
    """Send what waits in the outbox: what a dead server left, too, is due again after a while."""
    return dg.define_asset_job(
        "deliver",
        selection=dg.AssetSelection.assets(messages),
        executor_def=dg.in_process_executor,
        description="发送待发的通知。 Send the messages that wait.",
    )


def delivery_schedule(job: LoadJob, timezone: str) -> dg.ScheduleDefinition:
    """Every ten minutes: as often as the shortest pauses between attempts make sense."""
    return dg.ScheduleDefinition(
        name="delivery", job=job, cron_schedule="*/10 * * * *", execution_timezone=timezone
    )


def daily_schedule(job: LoadJob, timezone: str) -> dg.ScheduleDefinition:
    """A load every morning before work begins."""
    return dg.ScheduleDefinition(
        name="daily_load", job=job, cron_schedule="30 6 * * *", execution_timezone=timezone
    )


def inbox_sensor(job: LoadJob) -> dg.SensorDefinition:
    """Fires whenever a complete file lies in the inbox and no answering is under way.

    It looks at the folder alone: no cursor, no run key, so nothing can be skipped for ever.
    """

    @dg.sensor(name="inbox", job=job, minimum_interval_seconds=60)
    def inbox(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        root = Environment().home
        if root is None:
            return dg.SkipReason("TAIZHANG_HOME is not set.")
        try:
            waiting = _waiting(Home(Path(root)))
        except OperatorError as error:
            return dg.SkipReason(str(error))
        if not waiting and not Home(Path(root)).unanswered_mark.exists():
            return dg.SkipReason(
                "The inbox holds no complete file, and every return has its answer."
            )
        busy = context.instance.get_run_records(
            dg.RunsFilter(job_name=job.name, statuses=list(_BUSY)), limit=1
        )
        if busy:
            return dg.SkipReason(f"{waiting} file(s) wait for the run under way.")
        return dg.RunRequest(tags={"taizhang/waiting_files": str(waiting)})

    return inbox


def _waiting(home: Home) -> int:
    timezone = home.settings().district.timezone
    now = clock.read_now(Environment().now, timezone)
    return len(complete_files(home.inbox, now, timezone))
