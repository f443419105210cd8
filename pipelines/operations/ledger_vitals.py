"""Vitals read from the ledger's snapshot: what was received, answered and told as of the last load or answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pipelines.alerts.announcing import NO_CHANNEL
from pipelines.database import Connection, DatabaseError, open_read_only
from pipelines.declarations.forms import Form
from pipelines.ledger.outbox import count_states, held_by_channel
from pipelines.ledger.work_database import is_newer, is_up_to_date
from pipelines.operations.vitals import Vital, pick
from pipelines.release.publishing import current_release
from pipelines.settings import Home
from pipelines.text import one_line

_LOAD = "Load once: taizhang load --home HOME"


@dataclass(frozen=True)
class Snapshot:
    """What the ledger's copy says; ``fault`` where it cannot be asked."""

    is_there: bool = False
    is_newer: bool = False
    is_up_to_date: bool = True
    first_load: datetime | None = None
    undecided: int = 0
    unanswered: int = 0
    messages: Mapping[str, int] = field(default_factory=dict)
    misdirected: int = 0
    fault: str = ""


def read_snapshot(home: Home, forms: Sequence[Form]) -> Snapshot:
    """Ask the snapshot once for everything. It is replaced as a whole, so that nobody waits for anybody."""
    if not home.ledger_snapshot.exists():
        lost = "the ledger's copy is missing" if home.work_database.exists() else ""
        return Snapshot(fault=lost)
    try:
        with open_read_only(home.ledger_snapshot) as connection:
            if is_newer(connection):
                return Snapshot(is_there=True, is_newer=True)
            if not is_up_to_date(connection, forms):
                return Snapshot(True, is_up_to_date=False, first_load=_first_load(connection))
            return _told(connection)
    except DatabaseError as error:
        return Snapshot(is_there=True, fault=one_line(str(error)))


def _told(connection: Connection) -> Snapshot:
    undecided, unanswered = connection.execute(
        "select count(*) filter (where status = 'received'),"
        " count(*) filter (where status <> 'received' and not is_answered) from raw.receipts"
    ).fetchall()[0]
    held = held_by_channel(connection)
    return Snapshot(
        is_there=True,
        first_load=_first_load(connection),
        undecided=undecided,
        unanswered=unanswered,
        messages=count_states(connection),
        # A unit that reads its folder gets no message on purpose.
        misdirected=sum(n for name, n in held.items() if name and not name.startswith(NO_CHANNEL)),
    )


def _first_load(connection: Connection) -> datetime | None:
    first: datetime | None = connection.execute("select min(now_at) from raw.loads").fetchall()[0][
        0
    ]
    return first


def database(home: Home, snapshot: Snapshot) -> Vital:
    """Whether this version of the product can go on with the ledger."""
    if snapshot.fault:
        # Sending messages makes the ledger, and a first load its copy.
        was_loaded = snapshot.is_there or current_release(home) is not None
        return Vital("database", pick(was_loaded, True), snapshot.fault, _LOAD)
    if snapshot.is_newer:
        return Vital(
            "database",
            "critical",
            "the ledger was upgraded by a newer version of the product",
            "Install that version again: docs/runbooks/upgrade.md",
        )
    if not snapshot.is_there:
        return Vital("database", "ok", "nothing has been loaded yet")
    if not snapshot.is_up_to_date:
        return Vital(
            "database",
            "warning",
            "the ledger is of an earlier version; the next load upgrades it",
            _LOAD,
        )
    return Vital("database", "ok", "the ledger is up to date with this version")


def receipts(snapshot: Snapshot) -> Vital:
    """Every receipt has its end state."""
    return _counted("receipts", snapshot.undecided, "receipt(s) without an end state")


def answers(snapshot: Snapshot) -> Vital:
    """Every settled return has its answer."""
    return _counted("answers", snapshot.unanswered, "return(s) without an answer")


def _counted(name: str, count: int, what: str) -> Vital:
    return Vital(name, pick(False, count > 0), f"{count:,} {what}", _LOAD if count else "")


def messages(snapshot: Snapshot) -> Vital:
    """Messages that a person has to look after: given up, perhaps sent, or held for a channel nobody declared."""
    states = snapshot.messages
    given_up, unconfirmed = states.get("given_up", 0), states.get("unconfirmed", 0)
    held = states.get("held", 0)
    needs_somebody = given_up + unconfirmed + snapshot.misdirected > 0
    return Vital(
        "messages",
        pick(False, needs_somebody),
        f"{given_up:,} given up, {unconfirmed:,} unconfirmed, {held:,} held"
        f" ({snapshot.misdirected:,} for a channel), {states.get('pending', 0):,} pending",
        "taizhang messages --home HOME; docs/runbooks/alerts.md" if needs_somebody else "",
    )
