"""The quick rhythm in a process that stays warm: look at the inbox, answer what is there, look again.

Starting a process and its libraries takes longer than answering a return. The folder decides
whether there is anything to do, and the mark of an interrupted run; nothing depends on a cursor.
"""

import time
from collections.abc import Callable, Iterator

from pipelines import clock
from pipelines.alerts.delivery import deliver
from pipelines.database import DatabaseError
from pipelines.intake.inbox import complete_files
from pipelines.ledger.catalogue import read_catalogue
from pipelines.ledger.waiting import to_take
from pipelines.lock import Say
from pipelines.orchestration.running import LoadResult
from pipelines.problems import OperatorError
from pipelines.settings import Environment, Home

Answer = Callable[[Home, Say], LoadResult]


# What a dead server left in the outbox is looked at this often; its pauses are longer.
_DELIVERY_SECONDS = 60.0
# After a fault that a person has to mend: no use in trying at once.
_FAULT_SECONDS = 30.0


def watch_inbox(home: Home, answer: Answer, seconds: float, say: Say) -> Iterator[LoadResult]:
    """Answer what arrives, for ever; one result for every run that found something.

    A fault an operator has to mend, such as a district table being edited or a folder that cannot be read, is said
    and waited out.
    """
    delivered = time.monotonic()
    while True:
        try:
            timezone = home.settings().district.timezone
            now = clock.read_now(Environment().now, timezone)
            complete = complete_files(home.inbox, now, timezone)
            if home.unanswered_mark.exists() or to_take(home, complete, now):
                result = answer(home, say)
                yield result
                if result.failure is not None:
                    time.sleep(_FAULT_SECONDS)
            elif time.monotonic() >= delivered + _DELIVERY_SECONDS:
                deliver(home, read_catalogue(home), now, say)
                delivered = time.monotonic()
            else:
                time.sleep(seconds)
        except OperatorError as error:
            say(str(error))
            time.sleep(_FAULT_SECONDS)
        except (OSError, DatabaseError) as error:
            # A right that is missing, a full disk: to die and be started again mends nothing, and costs a start each time.
            say(f"{type(error).__name__}: {error}")
            time.sleep(_FAULT_SECONDS)
