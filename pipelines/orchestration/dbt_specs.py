"""What Dagster shows of the dbt project: an asset for every model, a check for every test of one model.

Taken from the manifest by rules of our own: the library for it imports dbt and the clients of its cloud with every
process that only looks at the assets. Keys and metadata are named as the library names them. Running dbt does not
belong here: that is ``dbt_runs``.
"""

import hashlib
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg

from pipelines.orchestration.dbt_manifest import HISTORY, Manifest
from pipelines.orchestration.layers import DBT_GROUPS, OWNERS

_UNIQUE_ID = "dagster_dbt/unique_id"
Node = Mapping[str, Any]


@dataclass(frozen=True)
class WarehouseSpecs:
    """The asset of every model and the check of every test, by dbt's unique id."""

    assets: Mapping[str, dg.AssetSpec]
    checks: Mapping[str, dg.AssetCheckSpec]


def warehouse_specs(manifest: Manifest, with_checks: bool) -> WarehouseSpecs:
    """The specs of a project made of sources, models and tests; without ``with_checks`` of its models alone."""
    nodes = {**manifest["sources"], **manifest["nodes"]}
    models = {name: node for name, node in nodes.items() if node["resource_type"] == "model"}
    assets = {name: _asset(node, nodes, manifest["metadata"]) for name, node in models.items()}
    checks = dict(_checks(nodes, assets)) if with_checks else {}
    return WarehouseSpecs(assets, checks)


def _asset(node: Node, nodes: Mapping[str, Node], project: Mapping[str, Any]) -> dg.AssetSpec:
    group = DBT_GROUPS[node["fqn"][1]]
    adapter = project["adapter_type"]
    return dg.AssetSpec(
        _key(node),
        deps=[
            _dep(nodes[name], adapter)
            for name in dict.fromkeys(node["depends_on"]["nodes"])
            if not _is_recorded(nodes[name])
        ],
        description=_description(node),
        metadata={
            "dagster-dbt/materialization_type": node["config"]["materialized"],
            **_table(node, adapter),
            _UNIQUE_ID: node["unique_id"],
            "dagster_dbt/project_id": dg.MetadataValue.text(project["project_id"]),
        },
        # dbt makes nothing of what hangs on a model that failed.
        skippable=True,
        group_name=group,
        code_version=hashlib.sha1(node["raw_code"].encode(), usedforsecurity=False).hexdigest(),
        owners=list(OWNERS[group]),
        kinds={"dbt", adapter},
    )


def _key(node: Node) -> dg.AssetKey:
    first = (
        node["source_name"] if node["resource_type"] == "source" else node["config"].get("schema")
    )
    return dg.AssetKey([first, node["name"]] if first else [node["name"]])


def _is_recorded(node: Node) -> bool:
    """Whether it is what earlier releases showed: the past of an asset, not what it is made of."""
    return bool(node["resource_type"] == "source" and node["schema"] == HISTORY)


def _dep(node: Node, adapter: str) -> dg.AssetDep:
    is_source = node["resource_type"] == "source"
    return dg.AssetDep(_key(node), metadata=_table(node, adapter) if is_source else None)


def _table(node: Node, adapter: str) -> dict[str, Any]:
    """Where a model or a source is stored, with its columns where it declares them."""
    is_source = node["resource_type"] == "source"
    parts = (node["database"], node["schema"], node["name"] if is_source else node["alias"])
    metadata: dict[str, Any] = {
        "dagster/table_name": ".".join(part for part in parts if part),
        "dagster/storage_kind": adapter,
    }
    if node["columns"]:
        metadata["dagster/column_schema"] = dg.TableSchema(
            columns=[
                dg.TableColumn(
                    name, type=column["data_type"] or "?", description=column["description"]
                )
                for name, column in node["columns"].items()
            ]
        )
    return metadata


def _description(node: Node) -> str:
    told = node["description"] or f"dbt model {node['name']}"
    return f"{told}\n\n#### Raw SQL:\n```sql\n{textwrap.indent(node['raw_code'], '    ')}\n```"


def _checks(
    nodes: Mapping[str, Node], assets: Mapping[str, dg.AssetSpec]
) -> Iterator[tuple[str, dg.AssetCheckSpec]]:
    for name, node in nodes.items():
        if node["resource_type"] != "test":
            continue
        parents = node["depends_on"]["nodes"]
        # A test of one thing belongs to it; one that compares several, to the model that declares it, if any does.
        judged = assets.get(
            parents[0] if len(set(parents)) == 1 else node.get("attached_node") or ""
        )
        if judged is not None:
            yield (
                name,
                dg.AssetCheckSpec(
                    node["name"],
                    asset=judged.key,
                    description=node["config"]["meta"].get("description"),
                    additional_deps={_key(nodes[parent]) for parent in parents} - {judged.key},
                    blocking=node["config"]["severity"].lower() == "error",
                    metadata={_UNIQUE_ID: name},
                ),
            )
