"""One pass from inbox to versions in force. What becomes of the rows afterwards is dbt's business."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from pipelines.database import Connection, DatabaseError, transaction
from pipelines.intake.archive import flush
from pipelines.intake.inbox import complete_files
from pipelines.ledger.candidates import Told
from pipelines.ledger.catalogue import Catalogue
from pipelines.ledger.collecting import rarely_collecting
from pipelines.ledger.configurations import keep_configuration
from pipelines.ledger.deciding import decide
from pipelines.ledger.duties import store_due_dates
from pipelines.ledger.packages import OpenedPackage, register_members
from pipelines.ledger.photographs import decide_photographs, look_at_photographs
from pipelines.ledger.reading import NOT_UNDERSTOOD, ReadBatch, read_receipts, return_reader
from pipelines.ledger.receipts import (
    Receipt,
    begin_load,
    finish_load,
    take_files,
    undecided,
)
from pipelines.ledger.registry import CALENDAR_FILE, store_declarations
from pipelines.ledger.return_reader import ReturnReader
from pipelines.ledger.storing import store_read_returns
from pipelines.ledger.waiting import note_left
from pipelines.ledger.work_database import open_work_database
from pipelines.log_fields import name_load
from pipelines.photographs.folders import is_photograph
from pipelines.problems import OperatorError
from pipelines.settings import Home
from pipelines.validation.evaluation import load_is_judged
from pipelines.validation.frames import judging_database
from pipelines.validation.history import packages_in_ledgers
from pipelines.validation.returns import Judgement, judge_batch
from pipelines.workbooks.readings import Extract

_log = logging.getLogger(__name__)

# Told the stage, how much of it is done, and how much there is.
StageProgress = Callable[[str, int, int], None]


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
    with rarely_collecting(), open_work_database(home, catalogue.forms, wait) as connection:
        load_id = begin_load(connection, now)
        name_load(load_id)
        outcome = LoadOutcome(load_id, now)
        with (
            _reader(connection, catalogue) as reader,
            judging_database(catalogue.reading_context) as database,
        ):
            with outcome.timed("receive"):
                keep_configuration(connection, home.archive, load_id, catalogue.configuration)
                files = complete_files(home.inbox, now, timezone)
                progress("receive", 0, len(files))
                reader.begin(sum(not is_photograph(file.inbox_path) for file in files))
                left = take_files(connection, home, files, load_id, now, timezone)
                note_left(connection, home, files, now)
                progress("receive", len(files), len(files))
            outcome.warnings += [*left, *store_declared(connection, catalogue), *catalogue.notices]
            arrived = undecided(connection)
            returns = [one for one in arrived if not is_photograph(one.inbox_path)]
            judged = _Judged(database)
            _judge_returns(connection, reader, home, catalogue, returns, judged, outcome, progress)
        _decide_returns(connection, catalogue, judged, outcome, progress)
        photographs = [one for one in arrived if is_photograph(one.inbox_path)]
        _judge_photographs(connection, home, catalogue, photographs, outcome, progress)
        load_is_judged()
        _summarise(connection, outcome)
        with outcome.timed("seal"):
            finish_load(connection, load_id)
    return outcome


def _reader(connection: Connection, catalogue: Catalogue) -> ReturnReader:
    return return_reader(
        catalogue.settings.limits,
        catalogue.reading_context,
        catalogue.rules,
        packages_in_ledgers(connection),
    )


def store_declared(connection: Connection, catalogue: Catalogue) -> list[str]:
    """Replace what is declared by what stands in the files now; returns lines for the operator."""
    district = catalogue.district
    store_declarations(connection, catalogue.settings, district, catalogue.rules, catalogue.forms)
    year = catalogue.settings.district.reporting_year
    with transaction(connection):
        return store_due_dates(connection, district, year, CALENDAR_FILE)


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


@dataclass(frozen=True)
class _Judged:
    """The receipts that were read and judged, what they told of their slots, and what was found.

    ``database`` is the one they are judged in.
    """

    database: Connection
    receipts: list[Receipt] = field(default_factory=list)
    told: dict[str, Told] = field(default_factory=dict)
    judgement: Judgement = field(default_factory=Judgement)


def _judge_returns(
    connection: Connection,
    reader: ReturnReader,
    home: Home,
    catalogue: Catalogue,
    receipts: Sequence[Receipt],
    judged: _Judged,
    outcome: LoadOutcome,
    progress: StageProgress,
) -> None:
    """Read and judge everything undecided, interrupted loads and what came in packages included."""
    forms = catalogue.forms_by_id
    waiting = list(receipts)
    while waiting:
        packages: list[OpenedPackage] = []
        for batch in _timed(outcome, "read", _read(home, catalogue, reader, waiting, progress)):
            kept = _take_batch(connection, catalogue, reader, batch, outcome, judged)
            told = {i: Told(forms.get(read.form_id or ""), read.period) for i, read in kept}
            judged.told.update(told)
            packages += batch.packages
        opened = {package.receipt.receipt_id for package in packages}
        judged.receipts.extend(one for one in waiting if one.receipt_id not in opened)
        waiting = _register(connection, home, packages)


def _decide_returns(
    connection: Connection,
    catalogue: Catalogue,
    judged: _Judged,
    outcome: LoadOutcome,
    progress: StageProgress,
) -> None:
    """Give every return that was judged its end state."""
    if not judged.receipts:
        return
    with outcome.timed("decide"):
        decide(
            connection,
            catalogue.standards(outcome.now.date(), outcome.load_id),
            judged.receipts,
            judged.told,
            judged.judgement,
            lambda done, all_: progress("decide", done, all_),
        )


def _read(
    home: Home,
    catalogue: Catalogue,
    reader: ReturnReader,
    receipts: Sequence[Receipt],
    progress: StageProgress,
) -> Iterator[ReadBatch]:
    return read_receipts(
        receipts,
        reader,
        home,
        catalogue.forms_by_id,
        catalogue.district,
        partial(progress, "read"),
    )


def _timed(outcome: LoadOutcome, stage: str, batches: Iterator[ReadBatch]) -> Iterator[ReadBatch]:
    """Hand on the batches; the time it takes to get them is the stage's."""
    while True:
        with outcome.timed(stage):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


def _take_batch(
    connection: Connection,
    catalogue: Catalogue,
    reader: ReturnReader,
    batch: ReadBatch,
    outcome: LoadOutcome,
    judged: _Judged,
) -> Sequence[tuple[str, Extract]]:
    """Store and judge a batch; a return the product cannot cope with is refused and keeps nobody else's back.

    Returns those that could be judged.
    """
    try:
        _store_and_judge(connection, catalogue, reader, batch, outcome, judged)
        return batch.returns
    except (OperatorError, DatabaseError, OSError, MemoryError):
        raise
    except Exception:
        if len(batch.returns) > 1:
            parts = batch.alone()
            taken = [
                _take_batch(connection, catalogue, reader, part, outcome, judged) for part in parts
            ]
            return [one for listed in taken for one in listed]
        if not batch.returns:
            raise
        ((receipt_id, _),) = batch.returns
        about = {"receipt_id": receipt_id}
        _log.exception("receipt %s could not be judged", receipt_id, extra=about)
        refused = [*batch.notices, (receipt_id, NOT_UNDERSTOOD)]
        _store_and_judge(connection, catalogue, reader, ReadBatch(notices=refused), outcome, judged)
        return []


def _store_and_judge(
    connection: Connection,
    catalogue: Catalogue,
    reader: ReturnReader,
    batch: ReadBatch,
    outcome: LoadOutcome,
    judged: _Judged,
) -> None:
    with outcome.timed("store"):
        store_read_returns(connection, catalogue.forms, list(batch.own), batch.tables)
    with outcome.timed("validate"):
        found = batch.judged(reader, packages_in_ledgers(connection))
        judged.judgement.add(
            judge_batch(found, catalogue.rules, catalogue.reading_context, judged.database)
        )


def _register(
    connection: Connection, home: Home, packages: Sequence[OpenedPackage]
) -> list[Receipt]:
    """The receipts of what was in packages; its bytes are durable before anything is said of them."""
    if not packages:
        return []
    flush(home.archive, [m.receipt.sha256 for package in packages for m in package.members])
    return register_members(connection, packages)


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
