"""What is asked of the processes that read returns, and what they answer: data of declared types, nothing that executes.

The only importer of msgspec. An answer that is not of its type is no answer; what it says is never trusted further than
a workbook would be.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import msgspec

from pipelines.validation.alone import OwnJudgement
from pipelines.workbooks.packages import Member
from pipelines.workbooks.readings import Extract


@dataclass(frozen=True)
class Wanted:
    """A file of the archive that is to be read as a return; ``form_id`` where the sender names the form."""

    receipt_id: str
    unit_code: str
    file_name: str
    path: str
    sha256: str
    form_id: str | None = None


@dataclass(frozen=True)
class TakenReturn:
    """A return as it was read, and what it says by itself; its tables come beside it."""

    extract: Extract
    own: OwnJudgement


@dataclass(frozen=True)
class Taken:
    """What became of one file; one of these is told, or that the archive does not hold what was received.

    ``fault`` is a sentence for the submitter, ``trace`` what the product stumbled over, for operators.
    """

    found: TakenReturn | None = None
    members: tuple[Member, ...] | None = None
    fault: str | None = None
    trace: str | None = None
    archive: Literal["kept", "altered", "lost"] = "kept"


@dataclass(frozen=True)
class Answer:
    """What became of the files of one request, in their order, and the tables of the returns among them by name."""

    files: tuple[Taken, ...]
    tables: dict[str, bytes] = field(default_factory=dict)


class GarbageError(Exception):
    """What a child sent is no answer."""


_DECODER = msgspec.msgpack.Decoder(Answer)


def request_of(wanted: Sequence[Wanted], packages: dict[str, str] | None = None) -> dict[str, Any]:
    """The request to read files; ``packages`` in place of those of the briefing."""
    told: dict[str, Any] = {"files": [asdict(one) for one in wanted]}
    return told if packages is None else told | {"packages": packages}


def as_bytes(answer: Answer) -> bytes:
    return msgspec.msgpack.encode(answer)


def from_bytes(data: bytes) -> Answer:
    """The opposite of :func:`as_bytes`. Raises GarbageError for anything else."""
    try:
        return _DECODER.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        raise GarbageError(str(fault)) from fault
