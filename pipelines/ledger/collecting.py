"""How often Python looks for unreachable cycles while a load holds very many objects that are all still needed."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Python looks after every 700 new objects, and by and by through all that live: a third of the time it takes to
# understand a batch of returns, of which nothing can go before the batch is judged. So many are a few megabytes.
_NEW_OBJECTS = 50_000


def collect_rarely() -> None:
    """Look rarely from now on, in a process that does nothing but read."""
    gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])


@contextmanager
def rarely_collecting() -> Iterator[None]:
    """Look rarely while this lasts; what no cycle holds goes at once, as ever."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], _NEW_OBJECTS) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
