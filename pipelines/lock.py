"""One writer of a home at a time: an advisory lock that `load` and `audit` share."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipelines.problems import OperatorError
from pipelines.settings import Home


@contextmanager
def only_writer(home: Home, wait_seconds: float, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the home's lock, waiting for another load or audit with a message.

    Raises OperatorError when the other one has not finished after ``wait_seconds``.
    """
    deadline = time.monotonic() + wait_seconds
    has_spoken = False
    with home.lock_file.open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
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
