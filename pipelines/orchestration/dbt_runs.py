"""Running dbt inside this process, and telling Dagster what it did.

The library's own way starts dbt as a child: a second interpreter, a second parse, and a look-up at
the package index for news. In this process the manifest prepared at set-up is used as it is, which
saves a third of a load's fixed time.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator
from dagster_dbt.asset_utils import get_asset_check_key_for_test

from pipelines.problems import OperatorError
from pipelines.settings import PROJECT_ROOT

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
TARGET = DBT_PROJECT / "target"
MANIFEST = TARGET / "manifest.json"
_PARSED = TARGET / "partial_parse.msgpack"
_PASSED = ("pass", "success")
# The unit tests belong to the project's own tests, not to a load.
_WITHOUT_UNIT_TESTS = ("--exclude", "resource_type:unit_test")


class WarehouseTranslator(DagsterDbtTranslator):
    """Groups the assets by the layer their model lies in: staging, intermediate, marts."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The model's first folder."""
        folders = dbt_resource_props.get("fqn", [])
        return str(folders[1]) if len(folders) > 1 else None


def build(target: Path, logs: Path, models: Sequence[str]) -> list[Any]:
    """Run ``dbt build`` and return its node results; ``models`` empty means everything.

    Raises OperatorError when dbt could not run at all; failed nodes are in the results.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    manifest = Manifest.from_msgpack(_PARSED.read_bytes())
    # assert_every_figure_has_a_cell reads the contracts from the project's graph.
    manifest.build_flat_graph()  # type: ignore[no-untyped-call]
    runner = dbtRunner(manifest=manifest)
    arguments = [
        "--quiet", "--log-level-file", "info", "--log-path", str(logs), "--no-use-colors", "--no-write-json",
        "build", "--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT),
        "--target-path", str(target), *_WITHOUT_UNIT_TESTS,
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
    return list(getattr(outcome.result, "results", []))


def kept_marts(manifest: Mapping[str, Any]) -> frozenset[str]:
    """The incremental models, as schema.table: a build that goes on from the last one keeps their rows."""
    return frozenset(
        f"{node['schema']}.{node['alias']}"
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"]["materialized"] == "incremental"
    )


def as_events(
    results: Sequence[Any], manifest: Mapping[str, Any], selected: frozenset[dg.AssetKey]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """A materialisation for every model that was built, a check result for every test."""
    translator = WarehouseTranslator()
    for result in results:
        node = result.node
        if node.resource_type == "model" and result.status in _PASSED:
            key = translator.get_asset_spec(manifest, node.unique_id, None).key
            if key in selected:
                yield dg.MaterializeResult(
                    asset_key=key, metadata={"seconds": round(result.execution_time, 3)}
                )
        elif node.resource_type == "test" and result.status != "skipped":
            check = get_asset_check_key_for_test(manifest, translator, node.unique_id, None)
            if check is not None and check.asset_key in selected:
                is_warning = str(node.config.severity).lower() == "warn"
                yield dg.AssetCheckResult(
                    passed=result.status in _PASSED,
                    check_name=check.name,
                    asset_key=check.asset_key,
                    severity=dg.AssetCheckSeverity.WARN
                    if is_warning
                    else dg.AssetCheckSeverity.ERROR,
                    metadata={"failures": result.failures or 0},
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
