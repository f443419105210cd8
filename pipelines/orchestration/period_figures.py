"""The figures of a month as a partition: made anew from the UI, and noted whenever a load has built them.

A rerun goes the way of the daily job — build, gate, publish — with the month's returns exchanged anew; the whole of the
marts is published, because a month's figures stand in tables of all months. A backfill of a year is one run.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from pipelines.database import open_read_only
from pipelines.ledger.period_receipts import months_accepted_since, receipts_of_months
from pipelines.ledger.snapshots import required_snapshot
from pipelines.orchestration.dbt_manifest import read_manifest
from pipelines.orchestration.dbt_runs import raise_on_failure
from pipelines.orchestration.gate import prove_build, publish_proved
from pipelines.orchestration.jobs import RELEASE_TAG
from pipelines.orchestration.layers import DBT, DUCKDB, OWNERS, PERIODS
from pipelines.orchestration.plain_failures import RETRIES, failing_plainly
from pipelines.orchestration.resources import HomeResource, RunResults
from pipelines.orchestration.warehouse import POOL, build_marts
from pipelines.release.period_totals import PeriodTotals, period_totals
from pipelines.release.publishing import Release
from pipelines.release.record import events
from pipelines.settings import Home

FIGURES = dg.AssetKey(["periods", "figures"])
_RELEASE = dg.AssetKey(["published", "release"])


def figures_asset(partitions: dg.PartitionsDefinition[Any]) -> dg.AssetsDefinition:
    """Rows and totals of a month in every published table, before and after it was made anew."""

    @dg.asset(
        key=FIGURES,
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        deps=[_RELEASE],
        group_name=PERIODS,
        kinds={DBT, DUCKDB},
        owners=list(OWNERS[PERIODS]),
        pool=POOL,
        retry_policy=RETRIES,
        description="某月的数字：重新装入该月报表，重建、审计、发布。"
        " The figures of a month: its returns are exchanged anew, everything is built, audited and published.",
    )
    def figures(
        context: dg.AssetExecutionContext,
        home: HomeResource,
        results: dg.ResourceParam[RunResults],
    ) -> dg.MaterializeResult[None]:
        start = time.perf_counter()
        months = list(context.partition_keys)
        with failing_plainly(home.is_patient):
            before = period_totals(home.home.reporting_database, months)
            made = _make_anew(home, results, months)
            after = period_totals(home.home.reporting_database, months)
        for month in months:
            shown = compared(before[month], after[month])
            context.add_asset_metadata(shown, partition_key=month)
        context.instance.add_run_tags(context.run_id, {RELEASE_TAG: str(made.release_id)})
        context.log_event(
            dg.AssetMaterialization(
                _RELEASE, metadata={"release": made.release_id, "made_for": ", ".join(months)}
            )
        )
        return dg.MaterializeResult(
            metadata={
                "release": made.release_id,
                "release_folder": dg.MetadataValue.path(str(made.folder)),
                "seconds": round(time.perf_counter() - start, 3),
            }
        )

    return figures


def _make_anew(home: HomeResource, results: RunResults, months: Sequence[str]) -> Release:
    with open_read_only(required_snapshot(home.home)) as connection:
        renewed = receipts_of_months(connection, months)
    nodes = build_marts(home, results, read_manifest(), renewed=renewed)
    raise_on_failure(nodes, home.home.logs)
    return publish_proved(home, results, prove_build(home))


def compared(
    before: Mapping[str, PeriodTotals], after: Mapping[str, PeriodTotals]
) -> dict[str, Any]:
    """Rows and totals of a month, then → now, as the metadata of its partition."""
    lines, changed = [], 0
    nothing = PeriodTotals(0, {})
    for table in sorted({*before, *after}):
        then, now = before.get(table, nothing), after.get(table, nothing)
        changed += then != now
        rows = f"{then.rows:,} → {now.rows:,}"
        amounts = "; ".join(
            f"{name} {_plain(then.totals.get(name))} → {_plain(now.totals.get(name))}"
            for name in sorted({*then.totals, *now.totals})
            if then.totals.get(name) != now.totals.get(name)
        )
        lines.append(f"| {table} | {rows} | {amounts or '='} |")
    return {
        "dagster/partition_row_count": sum(one.rows for one in after.values()),
        "tables": len(after),
        "tables_changed": changed,
        "before_after": dg.MetadataValue.md(
            "| table | rows | totals (万元) |\n|---|---|---|\n" + "\n".join(lines)
        ),
    }


def _plain(amount: object) -> str:
    return "—" if amount is None else f"{amount:,}"


def note_months_built(context: dg.AssetExecutionContext, home: Home, made: Release) -> None:
    """Tell the partitions of every month whose returns came in since the release before: it was built now."""
    earlier = [e.at for e in events(home) if e.event == "published" and e.release < made.release_id]
    with open_read_only(required_snapshot(home)) as connection:
        months = months_accepted_since(connection, max(earlier, default=None))
    for month in months:
        context.log_event(
            dg.AssetMaterialization(
                FIGURES,
                partition=month,
                metadata={
                    "release": made.release_id,
                    "release_folder": dg.MetadataValue.path(str(made.folder)),
                },
            )
        )
