"""How Dagster shows the dbt project: names, groups and owners of its models, and what a build tells of them.

Running dbt does not belong here: that is ``dbt_runs``.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator
from dagster_dbt.asset_utils import get_asset_check_key_for_test

from pipelines.database import open_read_only, quote_name
from pipelines.orchestration.layers import DBT_GROUPS, OWNERS

_PASSED = ("pass", "success")


class WarehouseTranslator(DagsterDbtTranslator):
    """Groups the assets by the layer their model lies in: staging, intermediate, marts."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The group of the model's first folder."""
        folders = dbt_resource_props.get("fqn", [])
        return DBT_GROUPS.get(str(folders[1])) if len(folders) > 1 else None

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str] | None:
        """The owners of the group."""
        group = self.get_group_name(dbt_resource_props)
        return None if group is None else OWNERS[group]


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
    manifest: Mapping[str, Any],
    selected: frozenset[dg.AssetKey],
    rows: Mapping[str, int],
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """A materialisation for every model that was built, a check result for every test.

    ``rows``: how many each stored table has, by schema.table.
    """
    translator = WarehouseTranslator()
    for result in results:
        node = result.node
        if node.resource_type == "model" and result.status in _PASSED:
            key = translator.get_asset_spec(manifest, node.unique_id, None).key
            if key in selected:
                yield dg.MaterializeResult(asset_key=key, metadata=_built(result, rows))
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
                    metadata={
                        "failures": result.failures or 0,
                        "test": dg.MetadataValue.path(str(node.original_file_path)),
                        **({"message": str(result.message)} if result.message else {}),
                    },
                )


def _built(result: Any, rows: Mapping[str, int]) -> dict[str, Any]:
    metadata: dict[str, Any] = {"seconds": round(result.execution_time, 3)}
    name = f"{result.node.schema}.{result.node.alias}"
    if name in rows:
        metadata["dagster/row_count"] = rows[name]
    return metadata
