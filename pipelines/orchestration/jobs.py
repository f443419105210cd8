"""The jobs: each a selection of the same assets, with the rhythm it belongs to as a tag of its runs."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import dagster as dg

from pipelines.orchestration.layers import PERIODS

# dg.define_asset_job returns a type the public module does not export.
Job: TypeAlias = Any
RHYTHM_TAG = "taizhang/rhythm"
LOAD_TAG = "taizhang/load"
RELEASE_TAG = "taizhang/release"
# The moment a daily load was due: who launches it says for which, so that none is launched twice.
DUE_TAG = "taizhang/due"
LOAD, ANSWER, DELIVER, REVALIDATE, REBUILD = "load", "answer", "deliver", "revalidate", "rebuild"
# Where several runs wait, those a person waits for come first.
_PRIORITY = "dagster/priority"


def load_job() -> Job:
    """One complete load: everything but the reruns of periods, in order."""
    return dg.define_asset_job(
        LOAD,
        selection=dg.AssetSelection.all() - dg.AssetSelection.groups(PERIODS),
        executor_def=dg.in_process_executor,
        description="收件、校验、装载、汇总、发布。 One complete load: receive, judge, answer, build, publish.",
        tags={RHYTHM_TAG: "daily"},
    )


def answer_job(assets: Sequence[dg.AssetsDefinition]) -> Job:
    """The quick rhythm: receive, read, judge, answer; the marts follow with the next load."""
    return dg.define_asset_job(
        ANSWER,
        selection=dg.AssetSelection.assets(*assets),
        executor_def=dg.in_process_executor,
        description="收件、校验、答复。 Receive, judge and answer what lies in the inbox.",
        tags={RHYTHM_TAG: "quick", _PRIORITY: "10"},
    )


def delivery_job(messages: dg.AssetsDefinition) -> Job:
    """Send what waits in the outbox: what a dead server left, too, is due again after a while."""
    return dg.define_asset_job(
        DELIVER,
        selection=dg.AssetSelection.assets(messages),
        executor_def=dg.in_process_executor,
        description="发送待发的通知。 Send the messages that wait.",
        tags={RHYTHM_TAG: "delivery"},
    )


def revalidation_job(asset: dg.AssetsDefinition) -> Job:
    """What came in for one month or more, judged anew; changes nothing but a report."""
    return dg.define_asset_job(
        REVALIDATE,
        selection=dg.AssetSelection.assets(asset),
        executor_def=dg.in_process_executor,
        description="按现行规则重新校验所选月份的报表，只出报告，不改台账。"
        " Judge the returns of the chosen months anew; only a report is written.",
        tags={RHYTHM_TAG: "period"},
    )


def rebuilding_job(asset: dg.AssetsDefinition) -> Job:
    """The marts with the returns of one month or more exchanged anew; a whole new release."""
    return dg.define_asset_job(
        REBUILD,
        selection=dg.AssetSelection.assets(asset),
        executor_def=dg.in_process_executor,
        description="重新装入所选月份的报表，重建并发布。"
        " Exchange the returns of the chosen months anew, build, audit and publish.",
        tags={RHYTHM_TAG: "period"},
    )
