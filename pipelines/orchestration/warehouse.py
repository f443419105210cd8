"""The dbt project as Dagster assets, and the release that follows it."""

import json
import time
from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from pipelines.database import open_for_writing
from pipelines.ledger.increments import continue_build
from pipelines.ledger.work_database import open_work_database
from pipelines.orchestration.dbt_runs import (
    MANIFEST,
    WarehouseTranslator,
    as_events,
    build,
    kept_marts,
    raise_on_failure,
)
from pipelines.orchestration.resources import HomeResource, RunResults
from pipelines.problems import OperatorError
from pipelines.release.audit import audit_ledger
from pipelines.release.corrections import unmatched_corrections
from pipelines.release.publishing import build_in_place, publish
from pipelines.release.recording import record_current

POOL = "warehouse"


def dbt_asset() -> dg.AssetsDefinition:
    """Staging, intermediate and marts, with their tests as checks.

    Raises OperatorError when the manifest has not been prepared.
    """
    if not MANIFEST.is_file():
        raise OperatorError(f"{MANIFEST} does not exist.", "Run: make setup")
    manifest = json.loads(MANIFEST.read_text("utf-8"))

    @dbt_assets(
        manifest=manifest,
        name="warehouse",
        pool=POOL,
        exclude="resource_type:unit_test",
        dagster_dbt_translator=WarehouseTranslator(),
    )
    def warehouse(
        context: dg.AssetExecutionContext,
        home: HomeResource,
        results: dg.ResourceParam[RunResults],
    ) -> Iterator[Any]:
        start = time.perf_counter()
        results.listener("transform", 0, 0)
        home.begin_building(results.say)
        last_build = None if home.full_refresh else build_in_place(home.home)
        continue_build(home.home, last_build, kept_marts(manifest))
        # The copy may be older than the release in place, whose versions the next ones follow.
        with open_for_writing(home.home.building_database) as connection:
            record_current(connection, home.home)
        selected = frozenset(context.selected_asset_keys)
        # Every build begins without what depends on more than one return: what a chosen model needs is built with it.
        models = sorted(f"+{key.path[-1]}" for key in selected) if context.is_subset else []
        logs = home.home.logs
        nodes = build(home.home.root / ".dbt", logs, models)
        yield from as_events(nodes, manifest, selected)
        raise_on_failure(nodes, logs)
        results.is_built = not context.is_subset
        results.seconds["transform"] = round(time.perf_counter() - start, 3)

    return warehouse


def _record(home: HomeResource, results: RunResults) -> None:
    """Record the release that is in place now. Where it cannot be done yet, the next load does it first of all."""
    try:
        with (
            home.writing(results.say),
            open_work_database(home.home, home.catalogue.forms) as connection,
        ):
            record_current(connection, home.home)
    except OperatorError as error:
        results.say(
            "The release is published; its versions are not recorded yet, the next load does it."
            f" {error.cause}"
        )


def release_asset(marts: dg.AssetsDefinition) -> dg.AssetsDefinition:
    """The published files: audited, built beside the last release, switched to in one step."""
    published = sorted(
        (key for key in marts.keys if key.path[0].startswith("marts")),
        key=lambda key: key.to_user_string(),
    )

    @dg.asset(
        name="release",
        key_prefix="published",
        deps=published,
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
        if not results.is_built:
            raise OperatorError(
                "Nothing is published: this run has not built all of the marts.",
                "Run the job “load”.",
            )
        with open_for_writing(home.home.building_database) as connection:
            faults = [
                f for proof in audit_ledger(connection, catalogue.forms) for f in proof.faults
            ]
            faults += unmatched_corrections(connection)
        if faults:
            raise OperatorError(
                "The release is held back:\n  " + "\n  ".join(faults),
                "Mend what is named above, then load again. The last release stays in place.",
            )
        made = publish(home.home, catalogue.settings, home.accept_change)
        results.release = made
        _record(home, results)
        results.seconds["publish"] = round(time.perf_counter() - start, 3)
        return dg.MaterializeResult(
            metadata={"release": made.release_id, "folder": str(made.folder), **made.rows}
        )

    return release
