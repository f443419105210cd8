"""Sending what waits in the outbox, and noting what became of it.

The ledger is never open while a server is waited for. A message is claimed first, so that nothing is
sent twice: what a crash leaves in between becomes ``unconfirmed`` and waits for a person.
"""

import fcntl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from pipelines.alerts.announcing import MISPLACED_ADDRESS, NO_CHANNEL
from pipelines.alerts.channels import DeliveryError, Dispatch, send
from pipelines.database import Connection
from pipelines.declarations.forms import Form
from pipelines.ledger.catalogue import Catalogue
from pipelines.ledger.outbox import (
    Attempt,
    AttemptResult,
    Message,
    Patience,
    claim_due,
    count_states,
    due_channels,
    held_by_channel,
    hold_unless,
    record,
    settle_interrupted,
)
from pipelines.ledger.work_database import open_work_database
from pipelines.lock import Say, only_writer
from pipelines.settings import Home, HomeSettings

OpenLedger = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True)
class DeliveryReport:
    """What a delivery did, and what stands in the outbox after it.

    ``sent`` and ``failed`` (attempts that failed) are of this run; the other numbers are totals.
    ``warnings`` are lines for the operator.
    """

    sent: int = 0
    failed: int = 0
    postponed: int = 0
    held: int = 0
    given_up: int = 0
    unconfirmed: int = 0
    warnings: tuple[str, ...] = ()

    def counts(self) -> dict[str, int]:
        """The numbers by name, as a terminal or a run's metadata shows them."""
        return {
            "sent": self.sent,
            "failed": self.failed,
            "postponed": self.postponed,
            "held": self.held,
            "given_up": self.given_up,
            "unconfirmed": self.unconfirmed,
        }

    def following(self, earlier: "DeliveryReport | None") -> "DeliveryReport":
        """This delivery and an earlier one of the same run as one; the totals are this one's."""
        if earlier is None:
            return self
        return replace(
            self,
            sent=earlier.sent + self.sent,
            failed=earlier.failed + self.failed,
            warnings=tuple(dict.fromkeys(earlier.warnings + self.warnings)),
        )


def deliver(home: Home, catalogue: Catalogue, now: datetime, say: Say) -> DeliveryReport:
    """Send what is due and has a channel. The caller does not hold the ledger or its lock.

    Another delivery under way on this home is left to do it. Warnings are said, and reported.
    Raises OperatorError when the ledger stays locked; what was claimed is unconfirmed then.
    """
    return deliver_by(home, catalogue.settings, catalogue.forms, now, say)


def deliver_by(
    home: Home, settings: HomeSettings, forms: Sequence[Form], now: datetime, say: Say
) -> DeliveryReport:
    """``deliver`` by the settings alone: a fault in the declared tables must not keep its own message back."""

    @contextmanager
    def open_ledger() -> Iterator[Connection]:
        wait = settings.limits.lock_wait_seconds
        with only_writer(home, wait, say), open_work_database(home, forms) as connection:
            yield connection

    if not settings.alerts.enabled:
        return DeliveryReport()
    with _only_sender(home) as is_alone:
        if not is_alone:
            return DeliveryReport(warnings=("Another delivery is under way; it sends them.",))
        report = send_waiting(settings, open_ledger, now)
    for warning in report.warnings:
        say(warning)
    return report


def send_waiting(settings: HomeSettings, open_ledger: OpenLedger, now: datetime) -> DeliveryReport:
    """Send channel by channel: claim with the ledger open, close it, send, open it to record.

    The caller is the only sender of its home.
    """
    patience = Patience(
        settings.alerts.max_attempts,
        tuple(timedelta(minutes=minutes) for minutes in settings.alerts.retry_minutes),
    )
    addresses = {name: settings.channel_address(name) for name in settings.channels}
    with open_ledger() as connection:
        settle_interrupted(connection)
        hold_unless(connection, list(settings.channels))
        due = due_channels(connection, now)
    attempts: list[Attempt] = []
    for channel in due:
        address = addresses[channel]
        if address is None:
            continue
        with open_ledger() as connection:
            messages = claim_due(connection, channel, now)
        made = _send_in_order(messages, address, settings, now)
        with open_ledger() as connection:
            record(connection, made, patience, now)
        attempts += made
    with open_ledger() as connection:
        states = count_states(connection)
        held = held_by_channel(connection)
    unset = [name for name in due if addresses[name] is None]
    return DeliveryReport(
        sent=sum(1 for attempt in attempts if attempt.result == "sent"),
        failed=sum(1 for attempt in attempts if attempt.result in ("failed", "unknown")),
        postponed=states.get("pending", 0),
        held=states.get("held", 0),
        given_up=states.get("given_up", 0),
        unconfirmed=states.get("unconfirmed", 0),
        warnings=tuple(_warnings(settings, states, held, unset)),
    )


def _send_in_order(
    messages: Sequence[Message], address: SecretStr, settings: HomeSettings, now: datetime
) -> list[Attempt]:
    """Send one channel's messages; after its first failure the rest waits without being tried."""
    moment = now.replace(tzinfo=ZoneInfo(settings.district.timezone))
    attempts: list[Attempt] = []
    has_failed = False
    for message in messages:
        if has_failed:
            attempts.append(Attempt(message.message_id, "postponed"))
            continue
        dispatch = Dispatch(message.message_id, message.subject, message.body, moment)
        try:
            send(address, dispatch, settings.alerts.timeout_seconds)
        except DeliveryError as fault:
            has_failed = True
            result: AttemptResult = "failed" if fault.may_repeat else "unknown"
            attempts.append(Attempt(message.message_id, result, fault.reason))
        else:
            attempts.append(Attempt(message.message_id, "sent"))
    return attempts


def _warnings(
    settings: HomeSettings,
    states: Mapping[str, int],
    held: Mapping[str, int],
    unset: Sequence[str],
) -> Iterator[str]:
    for channel in unset:
        yield (
            f"Channel {channel}: the environment variable {settings.channel_variable(channel)} is"
            " not set; its messages wait."
        )
    for channel, count in held.items():
        if channel in settings.channels:
            yield f"Channel {channel} is declared now; {count} message(s) held for it can be queued again."
        elif channel == MISPLACED_ADDRESS:
            yield (
                f"units.csv holds an address in contacts; {count} message(s) are held. Move it into an"
                " environment variable and name the channel instead."
            )
        elif channel and not channel.startswith(NO_CHANNEL):
            yield (
                f"units.csv names channel {channel}, which is not in [channels] of taizhang.toml;"
                f" {count} message(s) are held."
            )
    for state, words in (("given_up", "given up"), ("unconfirmed", "perhaps sent, perhaps not")):
        if states.get(state):
            yield f"{states[state]} message(s): {words}. See docs/runbooks/alerts.md."


@contextmanager
def _only_sender(home: Home) -> Iterator[bool]:
    """Whether nobody else sends for this home; the lock goes with the process that holds it."""
    with home.delivery_lock_file.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
