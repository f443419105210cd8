"""How long Dagster keeps its runs: a year of quick runs would fill the disk, and tell nobody anything.

What came in, what was found and what was published stands in the ledger and the release for ever; here only the
bookkeeping of runs is thinned out. Runs of whole loads are kept longer, and those of periods for ever: the
partitions' history is made of them.
"""

from datetime import UTC, datetime, timedelta

import dagster as dg

from pipelines import clock
from pipelines.orchestration.jobs import RHYTHM_TAG

# Days by rhythm: what happens many times a day, and what a person looks back at. A load leaves eight megabytes, half a
# year of them a gigabyte and a half.
_KEPT_DAYS = {"quick": 30, "delivery": 7, "watch": 90, "daily": 180}
# So many at a look: deleting is slow work on SQLite, and a look must stay short.
_AT_ONCE = 50
_HOUR = 3600
_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def retention_sensor() -> dg.SensorDefinition:
    """Removes old runs, some at every look."""

    @dg.sensor(
        name="retention",
        minimum_interval_seconds=_HOUR,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="清理过期的运行记录；台账和发布不受影响。"
        " Removes records of old runs; ledger and releases are not touched.",
    )
    def retention(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        removed = forget_old_runs(context.instance, clock.epoch_seconds())
        return dg.SkipReason(f"{removed} record(s) of old runs removed.")

    return retention


def forget_old_runs(instance: dg.DagsterInstance, now: float) -> int:
    """Delete ended runs older than their rhythm is kept, with what they printed; returns how many."""
    removed = 0
    for rhythm, days in _KEPT_DAYS.items():
        before = datetime.fromtimestamp(now, UTC) - timedelta(days=days)
        old = dg.RunsFilter(statuses=_ENDED, tags={RHYTHM_TAG: rhythm}, created_before=before)
        for record in instance.get_run_records(old, limit=_AT_ONCE, ascending=True):
            run_id = record.dagster_run.run_id
            instance.compute_log_manager.delete_logs(prefix=[run_id])
            instance.delete_run(run_id)
            removed += 1
    return removed
