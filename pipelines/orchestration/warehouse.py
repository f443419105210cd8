"""The dbt project as Dagster assets, and the release that follows it."""

import sys
import time
from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, dbt_assets
from packaging import version

from pipelines.ledger.work_database import open_work_database
from pipelines.orchestration.resources import HomeResource, RunResults
from pipelines.orchestration.returns import POOL
from pipelines.problems import OperatorError
from pipelines.release.audit import audit_ledger
from pipelines.release.publishing import publish
from pipelines.settings import PROJECT_ROOT

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
MANIFEST = DBT_PROJECT / "target" / "manifest.json"
_WITHOUT_UNIT_TESTS = ["build", "--exclude", "resource_type:unit_test"]


def dbt_asset() -> dg.AssetsDefinition:
    """Staging, intermediate and marts, with their tests as checks.

    Raises OperatorError when the manifest has not been prepared.
    """
    if not MANIFEST.is_file():
        raise OperatorError(f"{MANIFEST} does not exist.", "Run: make setup")

    @dbt_assets(
        manifest=MANIFEST, name="warehouse", pool=POOL, exclude="resource_type:unit_test"
    )
    def warehouse(
        context: dg.AssetExecutionContext,
        home: HomeResource,
        dbt: DbtCliResource,
        results: dg.ResourceParam[RunResults],
    ) -> Iterator[Any]:
        start = time.perf_counter()
        results.listener("transform", 0, 0)
        invocation = dbt.cli(
            _WITHOUT_UNIT_TESTS, context=context, target_path=_target(home)
        )
        yield from invocation.stream()
        results.seconds["transform"] = round(time.perf_counter() - start, 3)

    return warehouse


def release_asset(marts: dg.AssetsDefinition) -> dg.AssetsDefinition:
    """The published files: audited, built beside the last release, switched to in one step."""
    published = [key for key in marts.keys if key.path[0].startswith("marts")]

    @dg.asset(
        name="release",
        key_prefix="published",
        deps=sorted(published, key=lambda key: key.path),
        group_name="release",
        pool=POOL,
        description="对外发布的数据文件。 The published files.",
    )
    def release(
        home: HomeResource, results: dg.ResourceParam[RunResults]
    ) -> dg.MaterializeResult[None]:
        start = time.perf_counter()
        results.listener("publish", 0, 0)
        catalogue = home.catalogue
        with open_work_database(home.home, catalogue.forms) as connection:
            faults = [f for proof in audit_ledger(connection, catalogue.forms) for f in proof.faults]
        if faults:
            raise OperatorError(
                "The release is held back; the accounts do not balance:\n  " + "\n  ".join(faults),
                "Mend what is named above, then load again. The last release stays in place.",
            )
        made = publish(home.home, catalogue.settings.limits.keep_releases)
        results.release = made
        results.seconds["publish"] = round(time.perf_counter() - start, 3)
        return dg.MaterializeResult(
            metadata={"release": made.release_id, "folder": str(made.folder), **made.rows}
        )

    return release


class OfflineDbtCliResource(DbtCliResource):
    """dbt as a child process, without what the library does beside it.

    The library runs ``dbt --version``, which asks the package index for news, and imports dbt into
    this process to count rows; a district's network answers neither, and each costs seconds.
    """

    @cached_property
    def _cli_version(self) -> version.Version:
        return version.parse(metadata.version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> None:  # type: ignore[override]
        return None


def dbt_resource() -> DbtCliResource:
    """How dbt is run: by this environment's own dbt, with the project's own profile."""
    return OfflineDbtCliResource(
        project_dir=str(DBT_PROJECT),
        profiles_dir=str(DBT_PROJECT),
        dbt_executable=str(Path(sys.executable).with_name("dbt")),
    )


def _target(home: HomeResource) -> Path:
    return home.home.root / ".dbt"
