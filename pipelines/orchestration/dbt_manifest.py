"""What the dbt project is, as dbt understood it at set-up: which models stay, which keys they have, what is recorded.

Light to import: whoever only wants to know whether the project is prepared waits for no library. What Dagster is told of
it is ``dbt_specs``, running it ``dbt_runs``.
"""

import json
from collections.abc import Mapping
from typing import Any

from pipelines.problems import OperatorError
from pipelines.settings import PROJECT_ROOT

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
TARGET = DBT_PROJECT / "target"
# The schema in which what earlier releases showed is recorded.
HISTORY = "history"
_MANIFEST = TARGET / "manifest.json"
Manifest = Mapping[str, Any]


def read_manifest() -> Manifest:
    """The project as dbt understood it at set-up. Raises OperatorError when it has not been prepared."""
    if not _MANIFEST.is_file():
        raise OperatorError(f"{_MANIFEST} does not exist.", "Run: make setup")
    manifest: Manifest = json.loads(_MANIFEST.read_text("utf-8"))
    return manifest


def views(manifest: Manifest) -> frozenset[str]:
    """The views, as schema.name: a build that goes on from the last one has them already."""
    return _models(manifest, "view")


def kept_marts(manifest: Manifest) -> frozenset[str]:
    """The incremental models, as schema.table: a build that goes on from the last one keeps their rows."""
    return _models(manifest, "incremental")


def primary_keys(manifest: Manifest) -> dict[str, list[str]]:
    """By schema.table, the columns that no two rows share, as the contract of the mart says."""
    return {
        f"{node['schema']}.{node['alias']}": constraint["columns"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        for constraint in node["constraints"]
        if constraint["type"] == "primary_key"
    }


def history(manifest: Manifest) -> frozenset[str]:
    """The sources in which the published versions are recorded, as schema.table."""
    return frozenset(
        f"{source['schema']}.{source['identifier']}"
        for source in manifest["sources"].values()
        if source["schema"] == HISTORY
    )


def _models(manifest: Manifest, materialized: str) -> frozenset[str]:
    return frozenset(
        f"{node['schema']}.{node['alias']}"
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"]["materialized"] == materialized
    )
