"""The load job in this process: what ``taizhang load`` and the replay of samples call."""

import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import dagster as dg

from pipelines.alerts.delivery import DeliveryReport
from pipelines.ledger.loading import LoadOutcome
from pipelines.lock import Say
from pipelines.orchestration import dbt_runs
from pipelines.orchestration.load_assets import terminal_job
from pipelines.orchestration.logs import FILE_LOG, logged
from pipelines.orchestration.plain_failures import messages_of, words_of
from pipelines.orchestration.resources import HomeResource, Listener, RunResults
from pipelines.orchestration.unkept_runs import unkept_instance
from pipelines.release.publishing import Release
from pipelines.settings import Home

# With so few files a load waits for the processes that read and judge to start; more of them keep every processor busy.
_FEW_FILES = 50


@dataclass(frozen=True)
class LoadResult:
    """How a load ended: ``failure`` is None when everything succeeded."""

    outcome: LoadOutcome | None
    release: Release | None
    answers: int
    unmarked: int
    deliveries: DeliveryReport | None
    seconds: dict[str, float]
    failure: str | None


def run_load(
    root: Path,
    now: str | None,
    listener: Listener,
    say: Say,
    job_name: str = "load",
    accept_change: str | None = None,
    full_refresh: bool = False,
) -> LoadResult:
    """Run one job on one home: ``load``, or ``answer`` for the quick rhythm.

    ``accept_change`` is why the release may differ more from the last one than the settings allow;
    ``full_refresh`` builds every mart anew instead of going on from the last build.
    Raises OperatorError for what the operator must mend.
    """
    start = time.perf_counter()
    results = RunResults(_importing_dbt(listener) if job_name == "load" else listener, say)
    home = Home(root)
    resources = {
        "home": HomeResource(
            root=str(root), now=now, accept_change=accept_change, full_refresh=full_refresh
        ),
        "results": results,
    }
    with logged(home) as path, unkept_instance() as instance:
        log = {"loggers": {FILE_LOG: {"config": {"path": str(path)}}}}
        run = _job(job_name).execute_in_process(
            instance=instance, raise_on_error=False, run_config=log, resources=resources
        )
    seconds = dict(results.outcome.seconds if results.outcome else {})
    seconds |= results.seconds
    seconds["total"] = round(time.perf_counter() - start, 3)
    return LoadResult(
        results.outcome,
        results.release,
        results.answers,
        results.unmarked,
        results.deliveries,
        seconds,
        None if run.success else _failure(run, path),
    )


def _importing_dbt(listener: Listener) -> Listener:
    """The listener, while dbt is imported beside the first stage that leaves a processor free."""

    def listen(stage: str, done: int, total: int) -> None:
        if stage == "answer" or (stage == "receive" and total <= _FEW_FILES):
            dbt_runs.start_early()
        listener(stage, done, total)

    return listen


@cache
def _job(name: str) -> dg.JobDefinition:
    """A job, put together once for a process; each run brings its own home and listener."""
    return terminal_job(HomeResource(root="."), RunResults(), name)


def _failure(run: dg.ExecuteInProcessResult, log: Path) -> str:
    """The cause in the words of whoever noticed it, without a stack trace."""
    failed = [event for event in run.all_events if event.is_step_failure or event.is_run_failure]
    words = words_of(failed)
    if words is not None:
        return words
    messages = messages_of(failed)
    causes = "\n".join(dict.fromkeys(messages[-1:])) or "The job failed."
    return f"{causes}\nWhat to do: see {log}, and report this to whoever maintains the product."
