"""Which process executes a run, so that a run whose process is gone is noticed and ended.

Dagster's launcher for one machine forgets its runs when the code server dies with them (a power cut, a kill): they would
stay "started" for ever, and hold their place in the queue and in the pools.
"""

import os
from pathlib import Path

import dagster as dg

PROCESS_TAG = "taizhang/process"
_UNDER_WAY = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


def note_process(instance: dg.DagsterInstance | None, run: dg.DagsterRun | None) -> None:
    """Write this process on a run that is kept."""
    if instance is not None and run is not None and not instance.is_ephemeral:
        instance.add_run_tags(run.run_id, {PROCESS_TAG: _identity(os.getpid()) or ""})


def end_orphans(instance: dg.DagsterInstance) -> list[str]:
    """Mark runs as failed whose process is gone; returns their ids.

    What such a run left undone is taken up by the next one: the ledger knows it.
    """
    ended = []
    for run in instance.get_runs(dg.RunsFilter(statuses=_UNDER_WAY)):
        noted = run.tags.get(PROCESS_TAG)
        if noted and _identity(int(noted.partition(":")[0])) != noted:
            instance.report_run_failed(
                run,
                "The process of this run is gone: killed, or the machine was switched off. The next run takes up"
                " what it left.",
            )
            ended.append(run.run_id)
    return ended


def _identity(process: int) -> str | None:
    """A process by its number and the moment it began, which no later process of that number shares; None: gone."""
    try:
        # The name in brackets may hold anything; the 20th field behind it is the moment of the start (proc(5)).
        fields = Path(f"/proc/{process}/stat").read_text("utf-8", "replace").rpartition(")")[2]
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return None
    return f"{process}:{fields.split()[19]}:{boot}"
