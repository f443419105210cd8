"""Running dbt inside this process. What Dagster is told of it is in ``warehouse_assets``.

The library's own way starts dbt as a child: a second interpreter, a second parse, and a look-up at
the package index for news. In this process the manifest prepared at set-up is used as it is, which
saves a third of a load's fixed time.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path
from typing import Any

from pipelines.ledger.build_notes import BuildNotes
from pipelines.ledger.increments import Continued
from pipelines.orchestration.dbt_cutoff import Cutoff
from pipelines.orchestration.dbt_manifest import DBT_PROJECT, TARGET
from pipelines.orchestration.dbt_statements import Listener
from pipelines.problems import OperatorError

_PARSED = TARGET / "partial_parse.msgpack"
# The unit tests belong to the project's own tests, not to a load.
_WITHOUT_UNIT_TESTS = ("--exclude", "resource_type:unit_test")
# Of a view that stands only its tests are run; they would be left out with it.
_WITHOUT_VIEWS = ("config.materialized:view", "--indirect-selection", "empty")
# As DuckDB says it, within a statement or at its end.
_OUT_OF_MEMORY = ("Out of Memory Error", "failed to pin block", "failed to allocate")
_LONG_TO_IMPORT = (
    "dbt.cli.main",
    "dbt.adapters.duckdb.connections",
    "pipelines.orchestration.dbt_runners",
)
_early: Future[Any] | None = None


@dataclass(frozen=True)
class _Standing:
    """What dbt would have said of a view that the database has already."""

    node: Any
    status: str = "success"
    execution_time: float = 0.0
    failures: int | None = None
    message: str | None = None
    adapter_response: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Build:
    """What dbt said of every node, and what the build notes for the next one where none of them failed."""

    results: list[Any]
    notes: BuildNotes


@cache
def start_early() -> None:
    """Begin to import dbt and to read its manifest, which takes seconds, while a load waits for other processes."""
    global _early
    _early = ThreadPoolExecutor(1, thread_name_prefix="dbt").submit(_read_parsed)


def _read_parsed() -> Any:
    """The project as dbt keeps it between runs, to be used by one run: it is changed by it."""
    for name in _LONG_TO_IMPORT:
        import_module(name)
    from dbt.contracts.graph.manifest import Manifest

    manifest = Manifest.from_msgpack(_PARSED.read_bytes())
    # assert_every_figure_has_a_cell reads the contracts from the project's graph.
    manifest.build_flat_graph()  # type: ignore[no-untyped-call]
    return manifest


def _parsed() -> Any:
    global _early
    early, _early = _early, None
    return early.result() if early is not None else _read_parsed()


def build(
    target: Path, logs: Path, models: Sequence[str], continued: Continued | None = None
) -> Build:
    """Run ``dbt build``; ``models`` empty means everything.

    Where the build goes on from the last one its views stand as they are, and what hangs on nothing that changed is kept;
    the results say so. With ``models`` all of it is made again: dbt finds the tests of what was chosen by the same option.
    Raises OperatorError when dbt could not run at all; failed nodes are in the results.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    from pipelines.orchestration.dbt_runners import keeping

    manifest = _parsed()
    listener = Listener(manifest.nodes, manifest.macros)
    runner = dbtRunner(manifest=manifest, callbacks=[listener])
    goes_on = continued if not models else None
    # Nothing to the terminal: what is to be told there is in the results.
    arguments = [
        "--log-level", "none", "--log-level-file", "info", "--log-path", str(logs), "--no-use-colors",
        "--no-write-json",
        "build", "--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT),
        "--target-path", str(target), *_WITHOUT_UNIT_TESTS, *(_WITHOUT_VIEWS if goes_on else ()),
    ]  # fmt: skip
    if models:
        arguments += ["--select", *models]
    cutoff = Cutoff(
        manifest.nodes,
        manifest.sources,
        goes_on.changed if goes_on else (),
        goes_on.reshaped if goes_on else (),
        goes_on.notes if goes_on else BuildNotes(),
    )
    try:
        with keeping(cutoff):
            outcome = runner.invoke(arguments)
    finally:
        # dbt keeps the file open for a next command; the release opens it in another way.
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
    if outcome.exception is not None or outcome.result is None:
        raise OperatorError(
            f"dbt could not run: {outcome.exception}", f"See {logs / 'dbt.log'}, then load again."
        )
    results = list(getattr(outcome.result, "results", []))
    if goes_on:
        results = _with_standing_views(results, manifest.nodes)
    return Build(results, cutoff.notes(dict(listener.repeatable())))


def _with_standing_views(results: list[Any], nodes: Mapping[str, Any]) -> list[Any]:
    """The results with the views among them, each after what it is made of, as Dagster asks."""
    views = [_Standing(node) for node in nodes.values() if _materialized(node) == "view"]
    order = TopologicalSorter({name: node.depends_on.nodes for name, node in nodes.items()})
    places = {name: place for place, name in enumerate(order.static_order())}
    return sorted([*results, *views], key=lambda result: places[result.node.unique_id])


def _materialized(node: Any) -> str | None:
    return str(node.config.materialized) if node.resource_type == "model" else None


def failures(results: Sequence[Any]) -> list[Any]:
    """The results of the models and tests that failed."""
    return [result for result in results if result.status in ("error", "fail", "runtime error")]


def ran_out_of_memory(results: Sequence[Any]) -> bool:
    """Whether anything failed for want of memory."""
    return any(
        words in str(result.message) for result in failures(results) for words in _OUT_OF_MEMORY
    )


def raise_on_failure(results: Sequence[Any], logs: Path) -> None:
    """Hold back the release when a model or a test failed. Raises OperatorError that names them."""
    failed = failures(results)
    if failed:
        listed = "\n".join(f"  {result.node.name}: {result.message}" for result in failed)
        mend = (
            "give the build more memory, [limits] build_memory_mib in taizhang.toml"
            if ran_out_of_memory(failed)
            else "mend the cause"
        )
        raise OperatorError(
            f"The release is held back; {len(failed)} model(s) or test(s) failed:\n{listed}",
            f"See {logs / 'dbt.log'}; {mend}, then load again. The last release stays.",
        )
