"""Archived files read through child processes: the only way in which the product reads a return it was sent.

The parent sees neither bytes nor sheets: it gets tables and what the returns say by themselves. A child that dies
becomes a sentence about its file.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from pipelines.ledger import return_worker
from pipelines.ledger.return_worker import MEMBER, Briefing
from pipelines.ledger.taken import GarbageError, Taken, Wanted, from_bytes, request_of
from pipelines.problems import OperatorError
from pipelines.sandbox.briefing import packed
from pipelines.sandbox.limits import ChildLimits, Death, DeathCause
from pipelines.sandbox.pool import ChildPool, ReadsThroughChildren
from pipelines.validation.alone import problem_columns
from pipelines.workbooks.arrived import ArrowTable, TableSchemas, WrongTableError
from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import ReadingLimits

_log = logging.getLogger(__name__)

_ASK = "请用 Excel 或 WPS 打开原表，删去无关内容，另存为新的 .xlsx 后重新报送。"
_SENTENCES: Final[dict[DeathCause, str]] = {
    "memory": f"打开这个文件需要的内存超过了限制，可能有损坏，或者表外有大量多余内容。{_ASK}",
    "time": f"打开这个文件用的时间超过了限制，可能有损坏，或者表外有大量多余内容。{_ASK}",
    "crash": f"这个文件打开时出错，可能有损坏，读不出来。{_ASK}",
}
# Small files are asked for together: so many, and so many bytes of them.
_MOST_TOGETHER, _BYTES_TOGETHER = 16, 512 << 10
# Each process gets at least so many requests, so that one of them is not left with all the work at the end.
_REQUESTS_PER_PROCESS = 4


@dataclass(frozen=True)
class TakenTogether:
    """What became of some files, and the tables of the returns among them by name."""

    files: Sequence[tuple[Wanted, Taken]]
    tables: Mapping[str, ArrowTable] = field(default_factory=dict)
    size_bytes: int = 0


class ReturnReader(ReadsThroughChildren):
    """Reads files through a pool of children. To be used in a ``with``."""

    def __init__(
        self, limits: ReadingLimits, child: ChildLimits, processes: int, briefing: Briefing
    ) -> None:
        self._processes = processes
        self._schemas = TableSchemas(
            briefing.context.forms, {f.form_id: problem_columns(f) for f in briefing.context.forms}
        )
        self.briefed_packages = briefing.packages
        settings, told = asdict(limits), packed(briefing)
        super().__init__(ChildPool(return_worker.MODULE, settings, child, processes, told))

    def begin(self, files: int) -> None:
        """Let the processes start that so many files will need."""
        self._pool.begin(files)

    def read_all(self, files: Sequence[Wanted]) -> Iterator[TakenTogether]:
        """What is in the files, some of them together, in their order.

        Raises OperatorError where a file is gone or is no longer what was received.
        """
        asked = ((group, request_of(group)) for group in _groups(files, self._processes))
        for group, answer in self._pool.ask_all(asked):
            yield from self._told(group, answer)

    def read_again(
        self, files: Sequence[Wanted], packages: dict[str, str]
    ) -> Iterator[TakenTogether]:
        """The same with ``packages`` in place of those of the briefing; while others are being read, too."""
        for group in _groups(files, self._processes):
            yield from self._told(group, self._pool.ask(request_of(group, packages)), packages)

    def read_member(self, wanted: Wanted, number: int) -> bytes:
        """The bytes of one member of a package. Raises UnreadableFileError where they cannot be had."""
        answer = self._pool.ask(request_of([wanted]) | {"member": number})
        if isinstance(answer, bytes) and answer.startswith(MEMBER):
            return answer[len(MEMBER) :]
        (told,) = self._alone(wanted, answer).files
        raise UnreadableFileError(told[1].fault or _SENTENCES["crash"])

    def _told(
        self,
        group: Sequence[Wanted],
        answer: bytes | Death,
        packages: dict[str, str] | None = None,
    ) -> Iterator[TakenTogether]:
        """What a child tells of some files; where it dies over them or tells nonsense, of each by itself."""
        if len(group) == 1:
            yield self._alone(group[0], answer)
        elif (taken := self._together(group, answer)) is not None:
            yield taken
        else:
            for wanted in group:
                yield self._alone(wanted, self._pool.ask(request_of([wanted], packages)))

    def _together(self, group: Sequence[Wanted], answer: bytes | Death) -> TakenTogether | None:
        try:
            return self._checked(group, answer) if isinstance(answer, bytes) else None
        except GarbageError:
            return None

    def _alone(self, wanted: Wanted, answer: bytes | Death) -> TakenTogether:
        cause: DeathCause = "crash"
        if isinstance(answer, bytes):
            try:
                return self._checked([wanted], answer)
            except GarbageError as fault:
                _log.error("what was read of %s is no answer: %s", wanted.sha256, fault)
        else:
            cause = answer.cause
        return TakenTogether([(wanted, Taken(fault=_SENTENCES[cause]))])

    def _checked(self, group: Sequence[Wanted], data: bytes) -> TakenTogether:
        """An answer, if it is one. Raises GarbageError, and OperatorError for what the archive has lost."""
        answer = from_bytes(data)
        if len(answer.files) != len(group):
            raise GarbageError(f"{len(answer.files)} files were told of, {len(group)} asked for")
        found = list(zip(group, answer.files, strict=True))
        returns = [
            (wanted.receipt_id, taken.found.extract.form_id, taken.found.extract.row_count)
            for wanted, taken in found
            if taken.found is not None
        ]
        for wanted, taken in found:
            _guard_archive(Path(wanted.path), taken)
            _guard_problems(taken)
        try:
            tables = self._schemas.unpacked(answer.tables, returns)
        except WrongTableError as fault:
            raise GarbageError(str(fault)) from fault
        return TakenTogether(found, tables, len(data))


def _groups(files: Sequence[Wanted], processes: int) -> Iterator[list[Wanted]]:
    """Files that are asked for together: small ones, and fewer where there are few."""
    most = min(_MOST_TOGETHER, len(files) // (processes * _REQUESTS_PER_PROCESS))
    group: list[Wanted] = []
    held = 0
    for wanted in files:
        size = _size(Path(wanted.path))
        if group and (len(group) >= most or held + size > _BYTES_TOGETHER):
            yield group
            group, held = [], 0
        group.append(wanted)
        held += size
    if group:
        yield group


def _size(path: Path) -> int:
    """The size of a file; of one that is not there, which its reading will tell, none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _guard_archive(path: Path, taken: Taken) -> None:
    remedy = "Restore the file from a back-up, then load again."
    if taken.archive == "lost":
        raise OperatorError(f"The archive has lost {path}.", remedy)
    if taken.archive == "altered":
        raise OperatorError(f"The archived file {path} was altered.", remedy)


def _guard_problems(taken: Taken) -> None:
    """A problem belongs to a row of its own return."""
    if taken.found is not None:
        rows = range(taken.found.extract.row_count)
        if not all(number in rows for number, _ in taken.found.own.problems):
            raise GarbageError("a problem of a row that is not there")
