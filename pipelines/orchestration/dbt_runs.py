"""Running dbt inside this process. What Dagster is told of it is in ``warehouse_assets``.

The library's own way starts dbt as a child: a second interpreter, a second parse, and a look-up at
the package index for news. In this process the manifest prepared at set-up is used as it is, which
saves a third of a load's fixed time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from pipelines.problems import OperatorError
from pipelines.settings import PROJECT_ROOT

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
TARGET = DBT_PROJECT / "target"
MANIFEST = TARGET / "manifest.json"
_PARSED = TARGET / "partial_parse.msgpack"
# The unit tests belong to the project's own tests, not to a load.
_WITHOUT_UNIT_TESTS = ("--exclude", "resource_type:unit_test")
# Of a view that stands only its tests are run; they would be left out with it.
_WITHOUT_VIEWS = ("config.materialized:view", "--indirect-selection", "empty")


@dataclass(frozen=True)
class _Standing:
    """What dbt would have said of a view that the database has already."""

    node: Any
    status: str = "success"
    execution_time: float = 0.0
    failures: int | None = None
    message: str | None = None


def build(target: Path, logs: Path, models: Sequence[str], is_continued: bool = False) -> list[Any]:
    """Run ``dbt build`` and return its node results; ``models`` empty means everything.

    Where the build goes on from the last one (``is_continued``) its views stand as they are, and the results say so;
    with ``models`` they are made again: dbt finds the tests of what was chosen by the same option.
    Raises OperatorError when dbt could not run at all; failed nodes are in the results.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    manifest = Manifest.from_msgpack(_PARSED.read_bytes())
    # assert_every_figure_has_a_cell reads the contracts from the project's graph.
    manifest.build_flat_graph()  # type: ignore[no-untyped-call]
    runner = dbtRunner(manifest=manifest)
    has_its_views = is_continued and not models
    # Nothing to the terminal: what is to be told there is in the results.
    arguments = [
        "--log-level", "none", "--log-level-file", "info", "--log-path", str(logs), "--no-use-colors",
        "--no-write-json",
        "build", "--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT),
        "--target-path", str(target), *_WITHOUT_UNIT_TESTS, *(_WITHOUT_VIEWS if has_its_views else ()),
    ]  # fmt: skip
    if models:
        arguments += ["--select", *models]
    try:
        outcome = runner.invoke(arguments)
    finally:
        # dbt keeps the file open for a next command; the release opens it in another way.
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
    if outcome.exception is not None or outcome.result is None:
        raise OperatorError(
            f"dbt could not run: {outcome.exception}", f"See {logs / 'dbt.log'}, then load again."
        )
    results = list(getattr(outcome.result, "results", []))
    return _with_standing_views(results, manifest.nodes) if has_its_views else results


def _with_standing_views(results: list[Any], nodes: Mapping[str, Any]) -> list[Any]:
    """The results with the views among them, each after what it is made of, as Dagster asks."""
    views = [_Standing(node) for node in nodes.values() if _materialized(node) == "view"]
    order = TopologicalSorter({name: node.depends_on.nodes for name, node in nodes.items()})
    places = {name: place for place, name in enumerate(order.static_order())}
    return sorted([*results, *views], key=lambda result: places[result.node.unique_id])


def _materialized(node: Any) -> str | None:
    return str(node.config.materialized) if node.resource_type == "model" else None


def views(manifest: Mapping[str, Any]) -> frozenset[str]:
    """The views, as schema.name: a build that goes on from the last one has them already."""
    return _models(manifest, "view")


def kept_marts(manifest: Mapping[str, Any]) -> frozenset[str]:
    """The incremental models, as schema.table: a build that goes on from the last one keeps their rows."""
    return _models(manifest, "incremental")


def _models(manifest: Mapping[str, Any], materialized: str) -> frozenset[str]:
    return frozenset(
        f"{node['schema']}.{node['alias']}"
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"]["materialized"] == materialized
    )


def raise_on_failure(results: Sequence[Any], logs: Path) -> None:
    """Hold back the release when a model or a test failed. Raises OperatorError that names them."""
    failed = [result for result in results if result.status in ("error", "fail", "runtime error")]
    if failed:
        listed = "\n".join(f"  {result.node.name}: {result.message}" for result in failed)
        raise OperatorError(
            f"The release is held back; {len(failed)} model(s) or test(s) failed:\n{listed}",
            f"See {logs / 'dbt.log'}; mend the cause, then load again. The last release stays.",
        )
