"""What Dagster is told of a build of the dbt project.

What its assets and checks are is ``dbt_specs``; running dbt is ``dbt_runs``.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.database import open_read_only, quote_name
from pipelines.orchestration.dbt_specs import WarehouseSpecs

_PASSED = ("pass", "success")


def stored_rows(database: Path) -> dict[str, int]:
    """Rows of every table of a finished build, by schema.table; views are not counted."""
    with open_read_only(database) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables()"
            " where database_name = current_database()"
        ).fetchall()
        counted = " union all ".join(
            f"select '{schema}.{table}', count(*) from {quote_name(schema)}.{quote_name(table)}"
            for schema, table in tables
        )
        return dict(connection.execute(counted).fetchall()) if tables else {}


def as_events(
    results: Sequence[Any],
    specs: WarehouseSpecs,
    selected: Collection[dg.AssetKey | dg.AssetCheckKey],
    rows: Mapping[str, int],
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """A materialisation for every selected model that was built, a result for every selected check that was made.

    ``rows``: how many each stored table has, by schema.table.
    """
    for result in results:
        name = result.node.unique_id
        asset, check = specs.assets.get(name), specs.checks.get(name)
        if asset is not None and asset.key in selected and result.status in _PASSED:
            yield dg.MaterializeResult(asset_key=asset.key, metadata=_built(result, rows))
        elif check is not None and check.key in selected and result.status != "skipped":
            yield _tested(result, check.key)


def _tested(result: Any, check: dg.AssetCheckKey) -> dg.AssetCheckResult:
    is_warning = str(result.node.config.severity).lower() == "warn"
    return dg.AssetCheckResult(
        passed=result.status in _PASSED,
        check_name=check.name,
        asset_key=check.asset_key,
        severity=dg.AssetCheckSeverity.WARN if is_warning else dg.AssetCheckSeverity.ERROR,
        metadata={
            "failures": result.failures or 0,
            "test": dg.MetadataValue.path(str(result.node.original_file_path)),
            **({"message": str(result.message)} if result.message else {}),
        },
    )


def _built(result: Any, rows: Mapping[str, int]) -> dict[str, Any]:
    metadata: dict[str, Any] = {"seconds": round(result.execution_time, 3)}
    if result.adapter_response.get("kept"):
        metadata["kept"] = True
    name = f"{result.node.schema}.{result.node.alias}"
    if name in rows:
        metadata["dagster/row_count"] = rows[name]
    return metadata
