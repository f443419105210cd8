"""What every command has in common: its options, its two consoles, and how a fault is told.

The commands themselves are in the modules beside and in ``cli``; what they do lies below.
"""

import logging
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.database import DatabaseError
from pipelines.operations.log_files import logged
from pipelines.problems import OperatorError
from pipelines.settings import Home, silence_library_notices, switch_telemetry_off
from pipelines.terminal import PlainConsole

_log = logging.getLogger(__name__)

console = PlainConsole()
errors = PlainConsole(stderr=True)

HomeOption = Annotated[Path, typer.Option("--home", help="The working home.")]
NowOption = Annotated[
    str | None,
    typer.Option(
        "--now", envvar="TAIZHANG_NOW", help="The clock, an ISO timestamp (district time)."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def say(text: str) -> None:
    """Tell the operator something beside the result."""
    errors.print(text, markup=False)


def told_plainly(command: Callable[..., None]) -> Callable[..., None]:
    """An operator's fault ends with cause and remedy and exit code 1, never with a stack trace."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        os.umask(0o077)  # a home is private; what is published is opened on purpose
        switch_telemetry_off()
        silence_library_notices()
        with _logged_where_there_is_a_home(kwargs.get("home")):
            try:
                command(*args, **kwargs)
            except (OperatorError, OSError, DatabaseError) as error:
                is_plain = isinstance(error, OperatorError)
                words = str(error) if is_plain else f"{type(error).__name__}: {error}"
                _log.error("%s: %s", command.__name__, words, exc_info=not is_plain)
                errors.print(words, style="red", markup=False)
                raise typer.Exit(1) from error

    return wrapped


def _logged_where_there_is_a_home(home: Path | None) -> AbstractContextManager[object]:
    """What the product notes goes into the log of the home that a command works on."""
    if home is None or not os.access(Home(home).settings_file, os.R_OK):
        return nullcontext()
    return logged(Home(home))
