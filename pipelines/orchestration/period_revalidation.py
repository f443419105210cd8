"""The returns of a month judged anew by today's rules, as a partition: a report of what would be otherwise, no more."""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from pipelines.ledger.revalidating import Rejudged, rejudge
from pipelines.orchestration.layers import CSV, OWNERS, PERIODS, RULES
from pipelines.orchestration.plain_failures import RETRIES, failing_plainly
from pipelines.orchestration.resources import HomeResource, RunResults
from pipelines.reports.revalidations import report_path, write_report

REVALIDATION = dg.AssetKey(["periods", "revalidation"])
_FIRST = 20


def revalidation_asset(partitions: dg.PartitionsDefinition[Any]) -> dg.AssetsDefinition:
    """Findings and end states of a month's returns, then and as they would be now."""

    @dg.asset(
        key=REVALIDATION,
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        deps=[dg.AssetKey(["raw", name]) for name in ("receipts", "findings", "rules")],
        group_name=PERIODS,
        kinds={CSV, RULES},
        owners=list(OWNERS[PERIODS]),
        retry_policy=RETRIES,
        check_specs=[
            dg.AssetCheckSpec(
                "same_as_then",
                asset=REVALIDATION,
                description="按现行规则重判，结论与当时一致。"
                " Judged by today's rules and declarations, every return ends as it did then.",
            )
        ],
        description="某月报表按现行规则重新校验；台账不变，只出对照表。"
        " The returns of a month judged anew by today's rules; the ledger stays as it is.",
    )
    def revalidation(
        context: dg.AssetExecutionContext,
        home: HomeResource,
        results: dg.ResourceParam[RunResults],
    ) -> Iterator[Any]:
        months = list(context.partition_keys)
        with failing_plainly(home.is_patient):
            judged = rejudge(home.home, home.catalogue, months, lambda _done, _all: None)
            for month in months:
                write_report(report_path(home.home, month), judged[month])
        for month in months:
            shown = _metadata(judged[month])
            shown["report"] = dg.MetadataValue.path(str(report_path(home.home, month)))
            context.add_asset_metadata(shown, partition_key=month)
        differing = sum(one.differs for month in months for one in judged[month])
        yield dg.MaterializeResult(metadata={"months": len(months)})
        yield dg.AssetCheckResult(
            passed=differing == 0,
            check_name="same_as_then",
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"returns_that_differ": differing, "months": ", ".join(months)},
        )

    return revalidation


def _metadata(returns: Sequence[Rejudged]) -> dict[str, Any]:
    """Counts of a month, and the first returns that would end or be found otherwise."""
    differing = [one for one in returns if one.differs]
    rows = "\n".join(
        f"| {one.receipt_id} | {one.unit_code} | {one.form_id or '—'} | {one.state_then} → {one.state_now} |"
        f" {_changes(one)} |"
        for one in differing[:_FIRST]
    )
    return {
        "returns": len(returns),
        "findings_then": sum(f.then for one in returns for f in one.findings),
        "findings_now": sum(f.now for one in returns for f in one.findings),
        "differences": len(differing),
        "first_differences": dg.MetadataValue.md(
            "| receipt | unit | form | end state | findings |\n|---|---|---|---|---|\n" + rows
        ),
    }


def _changes(one: Rejudged) -> str:
    return "; ".join(
        f"{f.rule_id} {f.severity} {f.then} → {f.now}" for f in one.findings if f.then != f.now
    )
