"""One pass from inbox to versions in force. What becomes of the rows afterwards is dbt's business."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from pipelines.database import Connection, transaction
from pipelines.intake.inbox import complete_files
from pipelines.ledger.catalogue import Catalogue
from pipelines.ledger.deciding import Told, decide
from pipelines.ledger.duties import store_due_dates
from pipelines.ledger.photographs import decide_photographs, look_at_photographs
from pipelines.ledger.reading import read_receipts, reading_limits
from pipelines.ledger.receipts import (
    Receipt,
    begin_load,
    finish_load,
    take_files,
    undecided,
)
from pipelines.ledger.registry import CALENDAR_FILE, store_declarations
from pipelines.ledger.storing import store_read_returns
from pipelines.ledger.work_database import open_work_database
from pipelines.photographs.folders import is_photograph
from pipelines.settings import Home
from pipelines.validation.history import packages_in_ledgers
from pipelines.validation.returns import Batch, Judgement, judge_returns

# Told the stage, how much of it is done, and how much there is.
StageProgress = Callable[[str, int, int], None]

# Returns judged and stored together; bounds the memory of a load with very many files.
BATCH_RETURNS = 2_000


@dataclass
class LoadOutcome:
    """What one load did: receipts of this load by status, and seconds by stage."""

    load_id: str
    now: datetime
    receipts: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    rows_by_form: dict[str, int] = field(default_factory=dict)
    findings: dict[str, int] = field(default_factory=dict)
    refused: list[tuple[str, str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time spent inside to a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - start
            self.seconds[stage] = round(self.seconds.get(stage, 0.0) + spent, 3)


def load_returns(
    home: Home, catalogue: Catalogue, now: datetime, progress: StageProgress
) -> LoadOutcome:
    """Take what arrived, read it, judge it, and settle the versions in force.

    The caller holds the home's lock. Raises OperatorError for a clock set back or a locked database.
    """
    settings = catalogue.settings
    timezone = settings.district.timezone
    wait = settings.limits.lock_wait_seconds
    with open_work_database(home, catalogue.forms, wait) as connection:
        load_id = begin_load(connection, now)
        outcome = LoadOutcome(load_id, now)
        with outcome.timed("receive"):
            files = complete_files(home.inbox, now, timezone)
            take_files(connection, home, files, load_id, now, timezone)
        outcome.warnings += [*_store_declared(connection, catalogue), *catalogue.notices]
        _judge(connection, home, catalogue, outcome, progress)
        _summarise(connection, outcome)
        finish_load(connection, load_id)
    return outcome


def _store_declared(connection: Connection, catalogue: Catalogue) -> list[str]:
    """Replace what is declared by what stands in the files now; returns lines for the operator."""
    district = catalogue.district
    store_declarations(connection, catalogue.settings, district, catalogue.rules, catalogue.forms)
    year = catalogue.settings.district.reporting_year
    with transaction(connection):
        return store_due_dates(connection, district, year, CALENDAR_FILE)


def _judge(
    connection: Connection,
    home: Home,
    catalogue: Catalogue,
    outcome: LoadOutcome,
    progress: StageProgress,
) -> None:
    """Read, validate and decide everything undecided, interrupted loads included."""
    arrived = undecided(connection)
    receipts = [receipt for receipt in arrived if not is_photograph(receipt.inbox_path)]
    if receipts:
        _judge_returns(connection, home, catalogue, receipts, outcome, progress)
    _judge_photographs(
        connection,
        home,
        catalogue,
        [receipt for receipt in arrived if is_photograph(receipt.inbox_path)],
        outcome,
        progress,
    )


def _judge_photographs(
    connection: Connection,
    home: Home,
    catalogue: Catalogue,
    receipts: Sequence[Receipt],
    outcome: LoadOutcome,
    progress: StageProgress,
) -> None:
    if not receipts:
        return
    with outcome.timed("read"):
        received = look_at_photographs(
            connection,
            receipts,
            home,
            catalogue.settings.limits,
            partial(progress, "photographs"),
        )
    with outcome.timed("decide"):
        standards = catalogue.standards(outcome.now.date(), outcome.load_id)
        decide_photographs(connection, standards, received)


def _judge_returns(
    connection: Connection,
    home: Home,
    catalogue: Catalogue,
    receipts: Sequence[Receipt],
    outcome: LoadOutcome,
    progress: StageProgress,
) -> None:
    limits = reading_limits(catalogue.settings.limits)
    context = catalogue.reading_context
    told: dict[str, Told] = {}
    judgement = Judgement()
    for start in range(0, len(receipts), BATCH_RETURNS):
        batch = receipts[start : start + BATCH_RETURNS]
        with outcome.timed("read"):
            read = read_receipts(
                batch,
                home,
                limits,
                context,
                catalogue.district,
                partial(_tell_read, progress, start, len(receipts)),
            )
        with outcome.timed("store"):
            store_read_returns(connection, catalogue.forms, read.returns)
        told |= {receipt_id: Told(r.form, r.period) for receipt_id, r in read.returns}
        with outcome.timed("validate"):
            packages = packages_in_ledgers(connection)
            judgement.add(
                judge_returns(Batch(read.returns, read.notices, packages), catalogue.rules, context)
            )
    with outcome.timed("decide"):
        decide(
            connection,
            catalogue.standards(outcome.now.date(), outcome.load_id),
            receipts,
            told,
            judgement,
            lambda done, all_: progress("decide", done, all_),
        )


def _tell_read(progress: StageProgress, start: int, total: int, done: int, _batch: int) -> None:
    progress("read", start + done, total)


def _summarise(connection: Connection, outcome: LoadOutcome) -> None:
    load_id = [outcome.load_id]
    outcome.receipts = dict(
        connection.execute(
            "select status, count(*) from raw.receipts where load_id = ? group by 1 order by 1",
            load_id,
        ).fetchall()
    )
    outcome.findings = dict(
        connection.execute(
            "select severity, count(*) from raw.findings inner join raw.receipts using (receipt_id)"
            " where load_id = ? group by 1 order by 1",
            load_id,
        ).fetchall()
    )
    outcome.rows_by_form = dict(
        connection.execute(
            "select form_id, sum(data_rows)::integer from raw.sheets inner join raw.receipts"
            " using (receipt_id) where load_id = ? and status in"
            " ('accepted', 'accepted_with_warnings') group by 1 order by 1",
            load_id,
        ).fetchall()
    )
    outcome.refused = connection.execute(
        "select unit_code, case when is_restricted then '' else file_name end,"
        " case when is_restricted then '原因见受限发布 statistics.duckdb' else refused_because end"
        " from raw.receipts where load_id = ? and status = 'refused' order by 1, 2",
        load_id,
    ).fetchall()
