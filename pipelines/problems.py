"""The faults an operator is told about. Findings for submitters live in ``validation``."""

import errno
from collections.abc import Iterator, Sequence

# What a machine gets over by itself: a full disk somebody else empties, a file somebody else holds.
_PASSING = frozenset(
    {
        errno.ENOSPC, errno.EDQUOT, errno.EAGAIN, errno.EBUSY, errno.EINTR, errno.ETIMEDOUT,
        errno.ENOMEM, errno.EMFILE, errno.ENFILE,
    }
)  # fmt: skip
# The database says it in words only.
_PASSING_WORDS = ("Conflicting lock", "No space left on device", "Disk quota exceeded")


class OperatorError(Exception):
    """Something the operator must mend: what happened, and the remedy."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(f"{cause}\nWhat to do: {remedy}")
        self.cause = cause
        self.remedy = remedy


class DeclarationError(OperatorError):
    """Faults in declared data (forms, rules, district tables), all of them at once."""

    def __init__(self, faults: Sequence[str]) -> None:
        listed = "\n".join(f"  - {fault}" for fault in faults)
        super().__init__(
            f"The declared tables have {len(faults)} fault(s):\n{listed}",
            "Correct each line named above in its file, then repeat the command.",
        )
        self.faults = tuple(faults)


def may_pass(error: BaseException) -> bool:
    """Whether trying again after a while may help, told by what lies at the bottom of an error.

    A lock somebody holds and a full disk may; whatever a person has to mend does not.
    """
    return any(_passes(one) for one in _with_causes(error))


def _passes(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in _PASSING or isinstance(error, BlockingIOError)
    return any(words in str(error) for words in _PASSING_WORDS)


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
