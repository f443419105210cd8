"""The outbox: the only writer of ``raw.outbox`` and ``raw.outbox_items``, and the states of a message.

    pending ─► sending ─► sent
       ▲          ├─► pending (tried again later) ─► … ─► given_up
       │          └─► unconfirmed (perhaps sent, perhaps not: never sent again by itself)
       └── requeue, by an operator ── held (nowhere to send it), given_up, unconfirmed

What messages say and how they travel is ``alerts``; this module knows no channel.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from pipelines.database import Connection

ItemKind = Literal[
    "receipt", "reminder", "notice", "questions", "refusal", "node_reminder", "supervision_notice"
]
MessageKind = Literal["receipt", "digest", "supervision", "operation"]
State = Literal["pending", "sending", "sent", "held", "given_up", "unconfirmed"]
AttemptResult = Literal["sent", "failed", "unknown", "postponed"]
# What an operator may send again.
REQUEUEABLE: tuple[State, ...] = ("held", "given_up", "unconfirmed")
INTERRUPTED = "the program was cut off while sending; whether the message went out is not known"


def stable_id(*parts: str | None) -> str:
    """The identity of a message or of a thing told: the same parts give the same id."""
    text = json.dumps([part or "" for part in parts])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


_MESSAGE_COLUMNS = {
    "message_id": "varchar", "kind": "varchar", "unit_code": "varchar", "channel": "varchar",
    "subject": "varchar", "body": "varchar", "created_at": "timestamp", "state": "varchar",
    "next_attempt_at": "timestamp", "last_error": "varchar",
}  # fmt: skip
_ITEM_COLUMNS = {
    "item_id": "varchar", "kind": "varchar", "unit_code": "varchar", "form_id": "varchar",
    "period": "varchar", "stage": "varchar", "receipt_id": "varchar", "told_at": "timestamp",
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One thing a unit is told. ``stage`` tells how pressing it is, and for which due date."""

    kind: ItemKind
    unit_code: str
    form_id: str | None
    period: str | None
    stage: str = ""
    receipt_id: str | None = None

    @property
    def item_id(self) -> str:
        return stable_id(
            self.kind, self.unit_code, self.form_id, self.period, self.stage, self.receipt_id
        )


@dataclass(frozen=True)
class Message:
    """One message to one contact; ``held_because`` says why it cannot be sent anywhere."""

    message_id: str
    kind: MessageKind
    unit_code: str
    channel: str
    subject: str
    body: str
    held_because: str | None = None


@dataclass(frozen=True)
class Attempt:
    """What became of a message that was claimed.

    sent; failed: surely not delivered; unknown: perhaps delivered; postponed: not even tried.
    """

    message_id: str
    result: AttemptResult
    reason: str | None = None


@dataclass(frozen=True)
class Patience:
    """How often a message is tried, and the pauses between: the last pause repeats."""

    max_attempts: int
    pauses: tuple[timedelta, ...]

    def pause_after(self, attempts: int) -> timedelta:
        """How long to wait after so many failed attempts (at least the first pause)."""
        return self.pauses[min(max(attempts, 1), len(self.pauses)) - 1]


@dataclass(frozen=True)
class Waiting:
    """A message that stands in the outbox, as an operator sees it."""

    message_id: str
    kind: str
    unit_code: str
    channel: str
    state: str
    created_at: datetime
    attempts: int
    next_attempt_at: datetime
    subject: str
    last_error: str | None


def enqueue(
    connection: Connection, messages: Sequence[Message], items: Collection[Item], now: datetime
) -> int:
    """Put messages into the outbox and note what they tell; known ids change nothing.

    Returns how many messages are new. Call it inside a transaction.
    """
    new = _insert_new(
        connection,
        "raw.outbox",
        [
            (
                message.message_id, message.kind, message.unit_code, message.channel,
                message.subject, message.body, now,
                "held" if message.held_because else "pending", now, message.held_because,
            )
            for message in messages
        ],
        _MESSAGE_COLUMNS,
    )  # fmt: skip
    _insert_new(
        connection,
        "raw.outbox_items",
        [
            (
                item.item_id, item.kind, item.unit_code, item.form_id, item.period, item.stage,
                item.receipt_id, now,
            )
            for item in items
        ],
        _ITEM_COLUMNS,
    )  # fmt: skip
    return new


def _insert_new(
    connection: Connection, table: str, rows: Sequence[Sequence[Any]], columns: Mapping[str, str]
) -> int:
    """Insert the rows whose key, their first value, is not there yet; returns how many."""
    if not rows:
        return 0
    rows = list({row[0]: row for row in rows}.values())
    unnested = ", ".join(
        f"unnest(cast(${name} as {kind}[])) as {name}" for name, kind in columns.items()
    )
    values = dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))
    statement = f"insert into {table} by name select {unnested} on conflict do nothing returning 1"
    return len(connection.execute(statement, values).fetchall())


def settle_interrupted(connection: Connection) -> int:
    """Messages a crash left in the middle of being sent become unconfirmed; returns how many.

    The caller makes sure that nobody else is sending.
    """
    return _changed(
        connection,
        "update raw.outbox set state = 'unconfirmed', last_error = ? where state = 'sending'",
        [INTERRUPTED],
    )


def hold_unless(connection: Connection, declared: Collection[str]) -> int:
    """Hold what waits for a channel that is declared no longer; returns how many."""
    return _changed(
        connection,
        "update raw.outbox set state = 'held', last_error = 'channel ' || channel"
        " || ' is not declared in [channels]' where state = 'pending'"
        " and channel not in (select unnest(cast(? as varchar[])))",
        [list(declared)],
    )


def due_channels(connection: Connection, now: datetime) -> list[str]:
    """The channels for which something is due, that of the oldest message first."""
    rows = connection.execute(
        "select channel from raw.outbox where state = 'pending' and next_attempt_at <= ?"
        " group by channel order by min(created_at), channel",
        [now],
    ).fetchall()
    return [channel for (channel,) in rows]


def claim_due(connection: Connection, channel: str, now: datetime) -> list[Message]:
    """Take what is due on one channel, oldest first: nobody else will send it from here on."""
    claimed = connection.execute(
        "update raw.outbox set state = 'sending', attempts = attempts + 1"
        " where state = 'pending' and next_attempt_at <= ? and channel = ?"
        " returning message_id, kind, unit_code, channel, subject, body, created_at",
        [now, channel],
    ).fetchall()
    claimed.sort(key=lambda row: (row[6], row[0]))
    return [Message(*row[:6]) for row in claimed]


def record(
    connection: Connection, attempts: Sequence[Attempt], patience: Patience, now: datetime
) -> None:
    """Note what became of claimed messages. What was not tried does not count as an attempt."""
    made = dict(
        connection.execute(
            "select message_id, attempts from raw.outbox where state = 'sending'"
        ).fetchall()
    )
    for attempt in attempts:
        if attempt.message_id not in made:
            continue
        tries = made[attempt.message_id] - (attempt.result == "postponed")
        state = _state_after(attempt, tries, patience)
        connection.execute(
            "update raw.outbox set state = $state, attempts = $tries, next_attempt_at = $next,"
            " sent_at = $sent_at, last_error = coalesce($reason, last_error)"
            " where message_id = $message_id",
            {
                "state": state,
                "tries": tries,
                "next": now + patience.pause_after(tries) if state == "pending" else now,
                "sent_at": now if state == "sent" else None,
                "reason": attempt.reason,
                "message_id": attempt.message_id,
            },
        )


def _state_after(attempt: Attempt, tries: int, patience: Patience) -> State:
    if attempt.result == "sent":
        return "sent"
    if attempt.result == "unknown":
        return "unconfirmed"
    is_over = attempt.result == "failed" and tries >= patience.max_attempts
    return "given_up" if is_over else "pending"


def requeue(connection: Connection, states: Collection[State], now: datetime) -> int:
    """An operator's decision: messages in these states are sent (again). Returns how many.

    Raises ValueError for a state that is nobody's to change by hand.
    """
    wrong = sorted(set(states) - set(REQUEUEABLE))
    if wrong:
        raise ValueError(f"messages that are {', '.join(wrong)} cannot be queued again")
    return _changed(
        connection,
        "update raw.outbox set state = 'pending', attempts = 0, next_attempt_at = ?"
        " where state in (select unnest(cast(? as varchar[])))",
        [now, list(states)],
    )


def count_states(connection: Connection) -> dict[str, int]:
    """How many messages stand in each state."""
    return dict(
        connection.execute(
            "select state, count(*) from raw.outbox group by state order by state"
        ).fetchall()
    )


def held_by_channel(connection: Connection) -> dict[str, int]:
    """How many messages are held for each contact."""
    return dict(
        connection.execute(
            "select channel, count(*) from raw.outbox where state = 'held'"
            " group by channel order by channel"
        ).fetchall()
    )


def in_states(connection: Connection, states: Collection[State]) -> list[Waiting]:
    """The messages in some states, oldest first, without their text."""
    rows = connection.execute(
        "select message_id, kind, unit_code, channel, state, created_at, attempts,"
        " next_attempt_at, subject, last_error from raw.outbox"
        " where state in (select unnest(cast(? as varchar[]))) order by created_at, message_id",
        [list(states)],
    ).fetchall()
    return [Waiting(*row) for row in rows]


def _changed(connection: Connection, statement: str, values: list[object]) -> int:
    return len(connection.execute(f"{statement} returning message_id", values).fetchall())
