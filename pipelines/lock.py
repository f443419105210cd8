"""One writer of the ledger and one builder of the marts at a time: two advisory locks of a home.

They are two, so that a return is answered while the marts are being built. Who needs both takes the builder's
first: `audit`, and a load that notes what was sent while it still builds. Nobody waits for the builder's with
the writer's in hand.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.problems import OperatorError
from pipelines.settings import Home

Say = Callable[[str], None]


@contextmanager
def only_writer(home: Home, wait_seconds: float, say: Say) -> Iterator[None]:
    """Hold the ledger's lock, waiting for another load or audit with a message.

    Raises OperatorError when the other one has not finished after ``wait_seconds``.
    """
    with _only_one(home, home.lock_file, wait_seconds, say):
        yield


@contextmanager
def only_builder(home: Home, wait_seconds: float, say: Say) -> Iterator[None]:
    """Hold the lock of the marts and the release. Raises OperatorError like ``only_writer``."""
    with _only_one(home, home.build_lock_file, wait_seconds, say):
        yield


@contextmanager
def _only_one(home: Home, path: Path, wait_seconds: float, say: Say) -> Iterator[None]:
    deadline = time.monotonic() + wait_seconds
    has_spoken = False
    with path.open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # Its date of change tells others since when it is held.
                os.utime(path)
                break
            except BlockingIOError as error:
                if time.monotonic() >= deadline:
                    raise OperatorError(
                        f"Another load or audit still works on {home.root}.",
                        "Wait until it has finished, then repeat the command.",
                    ) from error
                if not has_spoken:
                    say(f"Another load or audit works on {home.root}; waiting for it to finish …")
                    has_spoken = True
                time.sleep(0.5)
        yield
