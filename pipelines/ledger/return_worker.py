"""The worker that reads archived files and understands them, in a process of its own (``pipelines.sandbox``).

Requests are those of ``taken``; with ``member`` one member of a package is asked for, whose bytes come behind ``MEMBER``.
The bytes of a file are proved against their hash before anything looks at them. Nothing here opens a database.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pipelines.declarations.rules import RuleBook
from pipelines.ledger.collecting import collect_rarely
from pipelines.ledger.taken import Answer, Taken, Wanted, as_bytes
from pipelines.ledger.understanding import taken_together, understand
from pipelines.sandbox.briefing import unpacked
from pipelines.validation.alone import LoneJudge
from pipelines.workbooks.cells import UnreadableFileError, Workbook
from pipelines.workbooks.containers.book import ReadingLimits
from pipelines.workbooks.half_characters import mend, whole
from pipelines.workbooks.packages import read_member
from pipelines.workbooks.reading import read_file, too_many_bytes
from pipelines.workbooks.readings import ReadReturn
from pipelines.workbooks.returns import ReadingContext
from pipelines.workbooks.tables import spare_addresses

MODULE = "pipelines.ledger.return_worker"
MEMBER = b"member"

T = TypeVar("T")


@dataclass(frozen=True)
class Briefing:
    """What a reading process must know: the declarations, and which projects ledgers put in packages so far."""

    context: ReadingContext
    book: RuleBook
    packages: Mapping[str, str]


class _AlteredError(Exception):
    """The file is not what was received."""


class _LostError(Exception):
    """There is no such file."""


def open_worker(settings: dict[str, Any], briefing: bytes) -> Callable[[dict[str, Any]], bytes]:
    """The answering function, for files within these ReadingLimits."""
    collect_rarely()
    spare_addresses()
    limits = ReadingLimits(**settings)
    told: Briefing = unpacked(briefing)
    context = told.context
    usual_judge = LoneJudge(told.book, context, told.packages)

    # The last file stays in hand: the members of a package are asked for one after the other.
    @lru_cache(maxsize=1)
    def proved(path: str, sha256: str) -> bytes:
        return _proved(Path(path), sha256, limits)

    def read(wanted: Wanted) -> Taken | ReadReturn:
        book = read_file(proved(wanted.path, wanted.sha256), limits)
        if isinstance(book, Workbook):
            mend(book)
            return understand(book, wanted, context)
        return Taken(members=tuple(replace(one, name=whole(one.name)) for one in book))

    def read_all(request: dict[str, Any]) -> bytes:
        packages = request.get("packages")
        judge = usual_judge if packages is None else LoneJudge(told.book, context, packages)
        wanted = [Wanted(**one) for one in request["files"]]
        return as_bytes(taken_together([(one, _told(read, one)) for one in wanted], judge))

    def read_one_member(wanted: Wanted, number: int) -> bytes:
        def member(wanted: Wanted) -> Taken | bytes:
            return MEMBER + read_member(proved(wanted.path, wanted.sha256), number, limits)

        found = _told(member, wanted)
        return found if isinstance(found, bytes) else as_bytes(Answer((found,)))

    def answer(request: dict[str, Any]) -> bytes:
        if "member" in request:
            return read_one_member(Wanted(**request["files"][0]), request["member"])
        return read_all(request)

    return answer


def _told(look: Callable[[Wanted], T], wanted: Wanted) -> T | Taken:
    """What was found in a file, or why there is nothing."""
    try:
        return look(wanted)
    except UnreadableFileError as fault:
        return Taken(fault=whole(fault.sentence))
    except _AlteredError:
        return Taken(archive="altered")
    except _LostError:
        return Taken(archive="lost")


def _proved(path: Path, sha256: str, limits: ReadingLimits) -> bytes:
    """The bytes of a file, if they are those that were received."""
    if not path.is_file():
        raise _LostError
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise UnreadableFileError(too_many_bytes(size, limits))
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise _AlteredError
    return data
