"""How the interpreters of the product begin and end: two habits of Python that take seconds and give nothing here.

It looks for garbage after every 700 new objects, through hundreds of thousands that the libraries made to stay; and at
the end it takes each of them apart before the system frees all memory anyway. What a process does between is not said
here.
"""

import atexit
import gc
import os
import sys
import threading
from typing import NoReturn

# New objects, and how often a younger generation is looked through before an older one is: what a return leaves behind
# in cycles is small, and is still found.
_SELDOM = (50_000, 20, 100)
# What a shell makes of a process that was interrupted.
_INTERRUPTED = 130


def collect_seldom() -> None:
    """Look for garbage less often from now on."""
    gc.set_threshold(*_SELDOM)


def end_at_once(code: int = 0) -> NoReturn:
    """End as an interpreter does (threads joined, what was registered for the end called, output written), but free nothing.

    The exit code becomes 1 where the output can no longer be written.
    """
    try:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
    except KeyboardInterrupt:
        code = code or _INTERRUPTED
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            code = code or 1
    os._exit(code)
