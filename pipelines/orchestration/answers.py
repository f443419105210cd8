"""The assets that speak to submitters: the answers in ``feedback/``, and the messages that go out."""

import time
from collections.abc import Iterator
from datetime import datetime

import dagster as dg

from pipelines.alerts.announcing import announce
from pipelines.alerts.delivery import deliver
from pipelines.feedback.answers import AnswerReport, write_answers
from pipelines.ledger.catalogue import Catalogue
from pipelines.ledger.snapshots import take_snapshot
from pipelines.ledger.work_database import open_work_database
from pipelines.orchestration.freshness import daily_freshness
from pipelines.orchestration.layers import ANSWERS, DUCKDB, EMAIL, EXCEL, OWNERS, spec
from pipelines.orchestration.plain_failures import RETRIES, failing_plainly
from pipelines.orchestration.resources import HomeResource, RunResults
from pipelines.orchestration.returns import POOL
from pipelines.release.recording import record_current
from pipelines.settings import Home

_FACTS = ("receipts", "findings", "rule_outcomes", "open_questions")
_ANSWERS = dg.AssetKey(["feedback", "answers"])
_OUTBOX = dg.AssetKey(["raw", "outbox"])


def answers_asset(home: Home) -> dg.AssetsDefinition:
    """Every settled return gets its answer; the ledger's snapshot is taken for those who read it."""

    @dg.multi_asset(
        name="answers",
        specs=[
            spec(
                _ANSWERS,
                ANSWERS,
                "给填报单位的答复：标注好的工作簿、意见清单、通知。 The answers to returns: marked workbooks, lists, messages.",
                {EXCEL},
                deps=[dg.AssetKey(["raw", name]) for name in _FACTS],
                freshness=daily_freshness(home),
            ),
            spec(
                _OUTBOX,
                ANSWERS,
                "待发和已发的通知。 One row per message to a unit or an operator, with its state.",
                {DUCKDB},
                deps=[dg.AssetKey(["raw", name]) for name in _FACTS],
            ),
        ],
        pool=POOL,
        retry_policy=RETRIES,
    )
    def answers(
        home: HomeResource, results: dg.ResourceParam[RunResults]
    ) -> Iterator[dg.MaterializeResult[None]]:
        start = time.perf_counter()
        results.listener("answer", 0, 0)
        catalogue, now = home.catalogue, home.read_now()
        with failing_plainly(home.is_patient), home.writing(results.say):
            written, announced = answer_settled(home.home, catalogue, now)
        results.answers, results.unmarked = written.answers, written.unmarked
        results.seconds["answer"] = round(time.perf_counter() - start, 3)
        yield dg.MaterializeResult(
            asset_key=_ANSWERS,
            metadata={
                "answers": written.answers,
                "not_marked": written.unmarked,
                "folder": dg.MetadataValue.path(str(home.home.feedback)),
            },
        )
        yield dg.MaterializeResult(asset_key=_OUTBOX, metadata={"messages": announced})

    return answers


def answer_settled(home: Home, catalogue: Catalogue, now: datetime) -> tuple[AnswerReport, int]:
    """Answer every settled return and queue what units are told; the caller is the ledger's writer.

    Then the ledger's copy is taken for those who only read it; before that, a release whose recording was cut off is
    recorded. Returns the answers and the new messages.
    """
    with open_work_database(home, catalogue.forms) as connection:
        written = write_answers(connection, home, catalogue)
        announced = announce(connection, catalogue, now)
        record_current(connection, home)
    take_snapshot(home)
    home.unanswered_mark.unlink(missing_ok=True)
    return written, announced


def messages_asset() -> dg.AssetsDefinition:
    """What waits in the outbox is sent; a server that is down only postpones it."""

    @dg.asset(
        name="messages",
        key_prefix="feedback",
        deps=[_ANSWERS, _OUTBOX],
        group_name=ANSWERS,
        kinds={EMAIL},
        owners=list(OWNERS[ANSWERS]),
        retry_policy=RETRIES,
        description="发往各单位的通知。 The messages sent to units; a server that is down is tried again later.",
    )
    def messages(
        home: HomeResource, results: dg.ResourceParam[RunResults]
    ) -> dg.MaterializeResult[None]:
        start = time.perf_counter()
        with failing_plainly(home.is_patient):
            report = deliver(home.home, home.catalogue, home.read_now(), results.say)
        results.deliveries = report
        results.seconds["deliver"] = round(time.perf_counter() - start, 3)
        return dg.MaterializeResult(metadata=report.counts())

    return messages
