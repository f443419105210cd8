"""Archived files read through child processes: the only way in which the product reads a file it was sent.

The parent sees cells, never the bytes. A child that dies becomes a sentence about its file.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Final, TypeVar

from pipelines.problems import OperatorError
from pipelines.sandbox.limits import ChildLimits, Death, DeathCause
from pipelines.sandbox.pool import ChildPool
from pipelines.workbooks.cells import UnreadableFileError, Workbook
from pipelines.workbooks.containers.book import ReadingLimits
from pipelines.workbooks.packages import Member
from pipelines.workbooks.reader import ALTERED, LOST, MEMBER
from pipelines.workbooks.transfer import from_bytes

T = TypeVar("T")

_WORKER = "pipelines.workbooks.reader"
_ASK = "请用 Excel 或 WPS 打开原表，删去无关内容，另存为新的 .xlsx 后重新报送。"
_SENTENCES: Final[dict[DeathCause, str]] = {
    "memory": f"打开这个文件需要的内存超过了限制，可能有损坏，或者表外有大量多余内容。{_ASK}",
    "time": f"打开这个文件用的时间超过了限制，可能有损坏，或者表外有大量多余内容。{_ASK}",
    "crash": f"这个文件打开时出错，可能有损坏，读不出来。{_ASK}",
}


class FileReader:
    """Reads files through a pool of children. To be used in a ``with``."""

    def __init__(self, limits: ReadingLimits, child: ChildLimits, processes: int) -> None:
        self._pool = ChildPool(_WORKER, asdict(limits), child, processes)

    def __enter__(self) -> "FileReader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.__exit__(kind, error, trace)

    def read_all(
        self, files: Iterable[tuple[T, Path, str]]
    ) -> Iterator[tuple[T, Workbook | tuple[Member, ...] | UnreadableFileError]]:
        """What is in each file (with its path and SHA-256), in their order.

        Raises OperatorError where a file is gone or is no longer what was received.
        """
        asked = (((what, path), _request(path, sha256)) for what, path, sha256 in files)
        for (what, path), answer in self._pool.ask_all(asked):
            yield what, _told(answer, path)

    def read_member(self, path: Path, sha256: str, number: int) -> bytes:
        """The bytes of one member of a package. Raises UnreadableFileError where they cannot be had."""
        answer = self._pool.ask(_request(path, sha256) | {"member": number})
        if isinstance(answer, bytes) and answer.startswith(MEMBER):
            return answer[len(MEMBER) :]
        told = _told(answer, path)
        raise (
            told
            if isinstance(told, UnreadableFileError)
            else UnreadableFileError(_SENTENCES["crash"])
        )


def _request(path: Path, sha256: str) -> dict[str, object]:
    # The children work in another folder.
    return {"path": str(path.absolute()), "sha256": sha256}


def _told(answer: bytes | Death, path: Path) -> Workbook | tuple[Member, ...] | UnreadableFileError:
    if isinstance(answer, Death):
        return UnreadableFileError(_SENTENCES[answer.cause])
    if answer == LOST:
        raise OperatorError(
            f"The archive has lost {path}.", "Restore the file from a back-up, then load again."
        )
    if answer == ALTERED:
        raise OperatorError(
            f"The archived file {path} was altered.",
            "Restore the file from a back-up, then load again.",
        )
    try:
        return from_bytes(answer)
    except UnreadableFileError as fault:
        return fault
