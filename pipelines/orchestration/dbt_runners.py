"""dbt's own runners of models and tests, but that what the last build made already is not made again.

Which nodes that are is decided in ``dbt_cutoff``. Where the last build noted what dbt said to the database for a node
(``dbt_statements``), it is said again as it stands: working out the text costs more than most tables. Imported only where dbt is run: dbt takes a second to import.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import current_thread
from typing import Any

from dbt.artifacts.resources.types import NodeType
from dbt.artifacts.schemas.results import RunStatus, TestStatus
from dbt.artifacts.schemas.run import RunResult
from dbt.task.base import BaseRunner
from dbt.task.build import BuildTask
from dbt.task.run import ModelRunner
from dbt.task.test import TestResultData, TestRunner

from pipelines.ledger.build_notes import Outcome
from pipelines.ledger.contents import Content, content_query
from pipelines.orchestration.dbt_cutoff import Cutoff


def _said(adapter: Any, text: str) -> list[tuple[Any, ...]]:
    """The rows the database answers with, on the connection that this thread has.

    Said without dbt's three events about it, each of which takes a millisecond and is read by nobody.
    """
    connections = adapter.connections
    with connections.exception_handler(text):
        cursor = connections.get_thread_connection().handle.cursor()
        cursor.execute(text)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _measured(adapter: Any, relation: str) -> Content:
    """What a relation holds."""
    ((rows, digest),) = _said(adapter, content_query(relation))
    return Content(rows, digest)


def _measured_between(runner: BaseRunner, relation: str) -> Content:
    """The same before a node is run, when a thread has no connection yet."""
    with runner.adapter.connection_named(runner.node.unique_id, runner.node):
        return _measured(runner.adapter, relation)


class KeepingModelRunner(ModelRunner):
    """Makes a model, unless it is what it was."""

    def __init__(self, cutoff: Cutoff, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._cutoff = cutoff

    def run_with_hooks(self, manifest: Any) -> Any:
        """What dbt would have said of the model."""
        name = self.node.unique_id
        if not self.skip and self._cutoff.keeps_model(name, partial(_measured_between, self)):
            return _kept(self.node, RunStatus.Success, None, None)
        return super().run_with_hooks(manifest)  # type: ignore[no-untyped-call]

    def compile_and_execute(self, manifest: Any, ctx: Any) -> Any:
        """Make the model by the statement of the last build, or as dbt does."""
        statement = self._cutoff.statement(self.node.unique_id)
        if statement is None:
            return super().compile_and_execute(manifest, ctx)
        with self.adapter.connection_named(self.node.unique_id, self.node):
            _said(self.adapter, statement)
            self._cutoff.made(self.node.unique_id, partial(_measured, self.adapter))
        return _result(self.node, RunStatus.Success, None, "OK", {})

    def execute(self, model: Any, manifest: Any) -> Any:
        """Make the model as dbt does; what it holds then is noted."""
        result = super().execute(model, manifest)  # type: ignore[no-untyped-call]
        self._cutoff.made(model.unique_id, partial(_measured, self.adapter))
        return result


class KeepingTestRunner(TestRunner):
    """Runs a test, unless it looks at the same rows as the last time."""

    def __init__(self, cutoff: Cutoff, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._cutoff = cutoff

    def run_with_hooks(self, manifest: Any) -> Any:
        """What dbt would have said of the test."""
        name = self.node.unique_id
        outcome = (
            None if self.skip else self._cutoff.kept_outcome(name, partial(_measured_between, self))
        )
        if outcome is not None:
            return _kept(self.node, TestStatus(outcome.status), outcome.failures, outcome.message)
        result = super().run_with_hooks(manifest)  # type: ignore[no-untyped-call]
        if result.status in (TestStatus.Pass, TestStatus.Warn):
            status = TestStatus(result.status).value
            self._cutoff.ended(name, Outcome(status, result.failures, result.message))
        return result

    def execute_data_test(self, data_test: Any, manifest: Any) -> Any:
        """Run the test by the statement of the last build, or as dbt does."""
        statement = self._cutoff.statement(data_test.unique_id)
        if statement is None:
            return super().execute_data_test(data_test, manifest)
        ((counted, should_warn, should_error),) = _said(self.adapter, statement)
        return TestResultData(
            failures=int(counted),
            should_warn=should_warn,
            should_error=should_error,
            adapter_response={},
        )

    def compile(self, manifest: Any) -> Any:
        """Nothing is worked out where the statement is known."""
        if self._cutoff.statement(self.node.unique_id) is not None:
            return self.node
        return super().compile(manifest)


@contextmanager
def keeping(cutoff: Cutoff) -> Iterator[None]:
    """Let dbt's build in this process use these runners for a while."""
    runners: dict[Any, Any] = BuildTask.RUNNER_MAP
    before = dict(runners)
    runners[NodeType.Model] = partial(KeepingModelRunner, cutoff)
    runners[NodeType.Test] = partial(KeepingTestRunner, cutoff)
    try:
        yield
    finally:
        runners.update(before)


def _kept(node: Any, status: Any, failures: int | None, message: str | None) -> Any:
    return _result(node, status, failures, message, {"kept": True})


def _result(
    node: Any, status: Any, failures: int | None, message: str | None, response: dict[str, Any]
) -> Any:
    return RunResult(
        node=node, status=status, timing=[], thread_id=current_thread().name, execution_time=0.0,
        adapter_response=response, message=message, failures=failures, batch_results=None,
    )  # fmt: skip
