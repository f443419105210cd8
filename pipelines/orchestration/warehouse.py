"""The dbt project as Dagster assets. The release that follows is ``release_asset``."""

import os
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import dagster as dg

from pipelines.database import open_for_writing
from pipelines.ledger.build_notes import BuildNotes, leave_keys, leave_notes
from pipelines.ledger.increments import continue_build
from pipelines.ledger.snapshots import required_snapshot
from pipelines.orchestration.dbt_manifest import (
    history,
    kept_marts,
    primary_keys,
    read_manifest,
    views,
)
from pipelines.orchestration.dbt_runs import (
    Build,
    build,
    failures,
    raise_on_failure,
    ran_out_of_memory,
)
from pipelines.orchestration.dbt_specs import warehouse_specs
from pipelines.orchestration.plain_failures import RETRIES, failing_plainly
from pipelines.orchestration.resources import HomeResource, RunResults
from pipelines.orchestration.warehouse_assets import as_events, stored_rows
from pipelines.release.publishing import build_in_place
from pipelines.release.recording import record_current
from pipelines.settings import Home, point_dbt_at

POOL = "warehouse"
# Half way to what runs only where nobody else wants to.
_NICENESS = 10
_MIB = 1 << 20
# Ten years of a district were built within seven times their ledger.
_TIMES_THE_LEDGER, _LEAST_MEMORY_MIB = 10, 512


def dbt_asset(with_checks: bool) -> dg.AssetsDefinition:
    """Staging, intermediate and marts; their tests as checks, where anybody looks at checks.

    Raises OperatorError when the manifest has not been prepared.
    """
    manifest = read_manifest()
    specs = warehouse_specs(manifest, with_checks)

    @dg.multi_asset(
        name="warehouse",
        specs=list(specs.assets.values()),
        check_specs=list(specs.checks.values()),
        can_subset=True,
        pool=POOL,
        retry_policy=RETRIES,
    )
    def warehouse(
        context: dg.AssetExecutionContext,
        home: HomeResource,
        results: dg.ResourceParam[RunResults],
    ) -> Iterator[Any]:
        start = time.perf_counter()
        assets = context.selected_asset_keys
        # Every build begins without what depends on more than one return: what a chosen model needs is built with it.
        models = sorted(f"+{key.path[-1]}" for key in assets) if context.is_subset else []
        with failing_plainly(home.is_patient):
            nodes = build_marts(home, results, manifest, models)
            rows = stored_rows(home.home.building_database)
        yield from as_events(nodes, specs, {*assets, *context.selected_asset_check_keys}, rows)
        with failing_plainly(home.is_patient):
            raise_on_failure(nodes, home.home.logs)
        results.is_built = not context.is_subset
        results.seconds["transform"] = round(time.perf_counter() - start, 3)

    return warehouse


def _give_way() -> None:
    """From here on whoever answers a clerk comes first on the processors."""
    os.setpriority(os.PRIO_PROCESS, 0, max(_NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))


def build_marts(
    home: HomeResource,
    results: RunResults,
    manifest: Mapping[str, Any],
    models: Sequence[str] = (),
    renewed: Collection[str] = (),
) -> list[Any]:
    """Build the marts, or the models named, beside the release in place; returns dbt's node results.

    ``renewed`` are receipts whose rows are made again even where the build goes on from the last one.
    """
    results.listener("transform", 0, 0)
    _give_way()
    home.begin_building(results.say)
    wanted = home.catalogue.settings.limits.build_memory_mib
    memory = wanted or _usual_memory_mib(home.home)
    made = _build(home, manifest, models, renewed, memory)
    if wanted is None and memory is not None and ran_out_of_memory(made.results):
        results.say(f"The marts do not fit into {memory} MiB; they are built without a limit.")
        made = _build(home, manifest, models, renewed, None)
    if not models and not failures(made.results):
        with open_for_writing(home.home.building_database) as connection:
            leave_notes(connection, made.notes)
    return made.results


def _usual_memory_mib(home: Home) -> int | None:
    """What a build gets where nobody said how much: it grows with the ledger, and leaves room for others.

    None where that were more than half of the machine: then the database says itself how much is right.
    """
    ledger = required_snapshot(home).stat().st_size / _MIB
    usual = max(_LEAST_MEMORY_MIB, round(_TIMES_THE_LEDGER * ledger))
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _MIB
    return usual if usual <= machine / 2 else None


def _build(
    home: HomeResource,
    manifest: Mapping[str, Any],
    models: Sequence[str],
    renewed: Collection[str],
    memory_mib: int | None,
) -> Build:
    last_build = None if home.full_refresh else build_in_place(home.home)
    continued = continue_build(
        home.home, last_build, kept_marts(manifest), renewed, views(manifest)
    )
    # The copy may be older than the release in place, whose versions the next ones follow.
    with open_for_writing(home.home.building_database) as connection:
        is_recorded_now = record_current(connection, home.home)
        leave_keys(connection, primary_keys(manifest))
    if continued is not None and is_recorded_now:
        recorded = history(manifest)
        continued = replace(
            continued,
            changed=continued.changed | recorded,
            reshaped=continued.reshaped | recorded,
        )
    if continued is not None and renewed:
        # Who renews returns wants everything made again that they could have a part in.
        continued = replace(continued, notes=BuildNotes())
    point_dbt_at(home.home, memory_mib)
    return build(home.home.root / ".dbt", home.home.logs, models, continued)
