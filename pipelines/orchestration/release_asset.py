"""The release as an asset: audited, built beside the last one, switched to in one step.

What holds it back is ``release``'s to say; every proof of the gate is a check of the asset.
"""

import time
from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from pipelines.orchestration.freshness import daily_freshness
from pipelines.orchestration.gate import prove_build, publish_proved
from pipelines.orchestration.jobs import RELEASE_TAG
from pipelines.orchestration.layers import DUCKDB, OWNERS, PARQUET, RELEASE
from pipelines.orchestration.period_figures import note_months_built
from pipelines.orchestration.plain_failures import RETRIES, failing_plainly
from pipelines.orchestration.resources import HomeResource, RunResults
from pipelines.orchestration.warehouse import POOL
from pipelines.problems import OperatorError
from pipelines.release.proofs import Proof
from pipelines.release.publishing import Release
from pipelines.settings import Home

KEY = dg.AssetKey(["published", "release"])
# The proofs of the gate, by the first word of their titles.
_PROOFS = {
    "receipts": "每份收件都有最终状态。 Every receipt has its end state.",
    "sheets": "每行、每格都有交代。 Every row and cell is accounted for.",
    "rows": "读到的行都已入库。 Every row read is stored.",
    "seals": "台账各行与办结时一致。 Every row of the ledger is as it was settled.",
    "findings": "每次退回都有原因。 Every refusal has its reason.",
    "versions": "每个单位、报表、期别只有一个有效版本。 One version in force for each slot.",
    "successors": "被替换的版本都有更新的版本。 What gave way did so to a later version.",
    "photographs": "受理的照片都已保存。 Every accepted photograph is kept.",
    "corrections": "每条更正都还适用。 Every declared correction still fits its row.",
}
_MOST_FAULTS = 20


def release_asset(marts: dg.AssetsDefinition, home: Home, with_checks: bool) -> dg.AssetsDefinition:
    """The published files, and the gate before them; its proofs as checks, where anybody looks at checks."""
    published = sorted(
        (key for key in marts.keys if key.path[0].startswith("marts")),
        key=lambda key: key.to_user_string(),
    )

    @dg.asset(
        key=KEY,
        deps=published,
        group_name=RELEASE,
        kinds={DUCKDB, PARQUET},
        owners=list(OWNERS[RELEASE]),
        pool=POOL,
        retry_policy=RETRIES,
        freshness_policy=daily_freshness(home),
        check_specs=[
            dg.AssetCheckSpec(name=f"gate_{name}", asset=KEY, description=words)
            for name, words in _PROOFS.items()
            if with_checks
        ],
        description="对外发布的数据文件：审计通过后一次切换。 The published files, put in place in one step after the audit.",
    )
    def release(
        context: dg.AssetExecutionContext,
        home: HomeResource,
        results: dg.ResourceParam[RunResults],
    ) -> Iterator[Any]:
        start = time.perf_counter()
        with failing_plainly(home.is_patient):
            if not results.is_built:
                raise OperatorError(
                    "Nothing is published: this run has not built all of the marts.",
                    "Run the job “load”.",
                )
            results.listener("publish", 0, 0)
            proofs = prove_build(home)
        if with_checks:
            yield from _check_results(proofs)
        with failing_plainly(home.is_patient):
            made = publish_proved(home, results, proofs)
        context.instance.add_run_tags(context.run_id, {RELEASE_TAG: str(made.release_id)})
        if not context.instance.is_ephemeral:
            note_months_built(context, home.home, made)
        results.seconds["publish"] = round(time.perf_counter() - start, 3)
        yield dg.MaterializeResult(metadata=release_metadata(home.home, made))

    return release


def release_metadata(home: Home, made: Release) -> dict[str, Any]:
    """What the release is and where it lies, with the rows of its tables."""
    listed = "\n".join(f"| {name} | {rows:,} |" for name, rows in sorted(made.rows.items()))
    return {
        "release": made.release_id,
        "folder": dg.MetadataValue.path(str(made.folder)),
        "database": dg.MetadataValue.path(str(home.reporting_database)),
        "tables": len(made.rows),
        "rows": sum(made.rows.values()),
        "rows_by_table": dg.MetadataValue.md("| table | rows |\n|---|---:|\n" + listed),
    }


def _check_results(proofs: Sequence[Proof]) -> Iterator[dg.AssetCheckResult]:
    for proof in proofs:
        metadata: dict[str, Any] = {"counted": proof.counted, "faults": len(proof.faults)}
        if proof.faults:
            listed = "\n".join(f"- {fault}" for fault in proof.faults[:_MOST_FAULTS])
            metadata["first_faults"] = dg.MetadataValue.md(listed)
        yield dg.AssetCheckResult(
            passed=proof.holds,
            check_name=f"gate_{proof.title.partition(':')[0]}",
            asset_key=KEY,
            severity=dg.AssetCheckSeverity.ERROR,
            metadata=metadata,
        )
