"""The record of releases: when each was made and, where somebody went back to an older one, who did and why.

``HOME/releases.jsonl``, for its owner alone; a line for each event, only ever added to. It also tells a release that
somebody stepped back from, which is kept, from one that was never put in place, which is not.
"""

import json
import os
import pwd
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.durability import sync
from pipelines.problems import OperatorError
from pipelines.settings import Home


class Event(BaseModel):
    """Something that happened to a release.

    ``published``: it is about to be put in place; ``manifests`` are the hashes of what it says of itself.
    ``rolled_back``: ``release`` is about to be put in place again instead of ``from_release``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    event: Literal["published", "rolled_back"]
    release: int
    at: datetime
    by: str
    reason: str | None = None
    from_release: int | None = None
    manifests: dict[str, str] = {}


def who() -> str:
    """The user of this process."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


def note(home: Home, event: Event) -> None:
    """Add one line, durable before it counts."""
    path = home.release_record
    line = event.model_dump_json(exclude_defaults=True).encode() + b"\n"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "rb+", buffering=0) as record:
        size = os.fstat(descriptor).st_size
        # A line that was cut off by a power cut must not spoil the next one.
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            line = b"\n" + line
        record.write(line)
    sync(path)
    sync(path.parent)


def events(home: Home) -> list[Event]:
    """Everything noted, in the order in which it happened; a line that was cut off says nothing.

    Raises OperatorError for a line that is JSON and no event.
    """
    path = home.release_record
    if not path.is_file():
        return []
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not _is_whole(line):
            continue
        try:
            found.append(Event.model_validate_json(line))
        except ValidationError as error:
            raise OperatorError(
                f"{path}:{number} is no event of a release.",
                "Put the line back as it was, from a back-up; nothing else writes this file.",
            ) from error
    return found


def _is_whole(line: bytes) -> bool:
    """Whether a line is JSON: the beginning of an object never is, wherever it was cut off."""
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def stepped_back_from(home: Home) -> int:
    """The highest number of a release that was in place before somebody went back; 0 where nobody did."""
    return max((e.from_release or 0 for e in events(home)), default=0)
