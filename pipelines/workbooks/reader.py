"""The worker that reads archived files, in a process of its own (``pipelines.sandbox``).

Requests: ``{"path", "sha256"}`` reads a file; with ``"member"`` asks for one member of a package.
The bytes are proved against their hash before anything looks at them. Answers are bytes of ``transfer``, a
member's own behind ``MEMBER``.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import ReadingLimits
from pipelines.workbooks.packages import read_member
from pipelines.workbooks.reading import read_file, too_many_bytes
from pipelines.workbooks.transfer import as_bytes

# In place of an answer where the archive holds something else than was received, or nothing.
ALTERED = b"altered"
LOST = b"lost"
MEMBER = b"member"


class _AlteredError(Exception):
    """The file is not what was received."""


class _LostError(Exception):
    """There is no such file."""


def open_worker(settings: dict[str, Any]) -> Callable[[dict[str, Any]], bytes]:
    """The answering function, for files within these ReadingLimits."""
    limits = ReadingLimits(**settings)

    # The last file stays in hand: the members of a package are asked for one after the other.
    @lru_cache(maxsize=1)
    def proved(path: Path, sha256: str) -> bytes:
        if not path.is_file():
            raise _LostError
        size = path.stat().st_size
        if size > limits.max_bytes:
            raise UnreadableFileError(too_many_bytes(size, limits))
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise _AlteredError
        return data

    def answer(request: dict[str, Any]) -> bytes:
        try:
            data = proved(Path(request["path"]), request["sha256"])
            if "member" in request:
                return MEMBER + read_member(data, request["member"], limits)
            return as_bytes(read_file(data, limits))
        except UnreadableFileError as fault:
            return as_bytes(fault)
        except _AlteredError:
            return ALTERED
        except _LostError:
            return LOST

    return answer
