"""The messages that wait in the outbox, as an operator looks at them and queues them again."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from pipelines.ledger.catalogue import Catalogue
from pipelines.ledger.outbox import REQUEUEABLE, State, Waiting, in_states
from pipelines.ledger.outbox import requeue as queue_again
from pipelines.ledger.work_database import open_work_database
from pipelines.lock import Say, only_writer
from pipelines.problems import OperatorError
from pipelines.settings import Home

_WAITING: tuple[State, ...] = ("pending", "sending", "held", "given_up", "unconfirmed")


def waiting_messages(
    home: Home, catalogue: Catalogue, now: datetime, requeue: str | None, say: Say
) -> tuple[Sequence[Waiting], int]:
    """What waits, and how many were queued again; ``requeue`` is a state or None.

    Raises OperatorError for a state that is nobody's to change by hand.
    """
    if requeue is not None and requeue not in REQUEUEABLE:
        raise OperatorError(
            f"Messages that are “{requeue}” cannot be queued again.",
            f"Choose one of: {', '.join(REQUEUEABLE)}",
        )
    wait = catalogue.settings.limits.lock_wait_seconds
    with (
        only_writer(home, wait, say),
        open_work_database(home, catalogue.forms) as connection,
    ):
        count = queue_again(connection, [cast(State, requeue)], now) if requeue else 0
        return in_states(connection, _WAITING), count
