"""How a step fails: what may pass is tried again after a while, what a person has to mend is said at once, in words.

Only the unattended service waits and tries again; a terminal is told the first time.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import dagster as dg

from pipelines.problems import DeclarationError, OperatorError, may_pass

# Half a minute, one, two, four: a disk that somebody empties, a load that somebody else runs.
RETRIES = dg.RetryPolicy(
    max_retries=4, delay=30, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS
)
_IN_WORDS = (OperatorError.__name__, DeclarationError.__name__)
_REMEDY = "\nWhat to do: "


@contextmanager
def failing_plainly(is_patient: bool) -> Iterator[None]:
    """Let through what is worth another attempt; everything else ends the run, an operator's fault in its own words."""
    try:
        yield
    except dg.Failure:
        raise
    except Exception as error:
        if is_patient and may_pass(error):
            raise
        words = (
            str(error) if isinstance(error, OperatorError) else f"{type(error).__name__}: {error}"
        )
        raise dg.Failure(description=words, allow_retries=False) from error


def words_of(events: Sequence[Any]) -> str | None:
    """The cause in the words of whoever noticed it; None where nobody had words for it, only a stack trace."""
    for message in messages_of(events):
        kind, _, words = message.partition(": ")
        if kind.rpartition(".")[2] in _IN_WORDS:
            return words
    return None


def messages_of(events: Sequence[Any]) -> list[str]:
    """The messages of the errors of failed steps and of a failed run, each with those of its causes."""
    messages: list[str] = []
    for event in events:
        error = getattr(event.event_specific_data, "error", None)
        while error is not None:
            messages.append(error.message.strip())
            error = error.cause
    return messages


def cause_and_remedy(words: str) -> tuple[str, str]:
    """An operator's fault taken apart again; the remedy is empty where none is named."""
    cause, _, remedy = words.partition(_REMEDY)
    return cause.strip(), remedy.strip()
