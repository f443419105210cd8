"""Receipts → taken returns: each file is read and understood in a child process, and what is told of it gathered here.

A file that cannot be read is a notice of its receipt, never the end of the load.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipelines.declarations.district import DistrictTables
from pipelines.declarations.forms import Form
from pipelines.declarations.rules import RuleBook
from pipelines.intake.archive import archive_path
from pipelines.ledger.packages import OpenedPackage, open_package
from pipelines.ledger.receipts import Receipt
from pipelines.ledger.return_reader import ReturnReader, TakenTogether
from pipelines.ledger.return_worker import Briefing
from pipelines.ledger.taken import Taken, TakenReturn, Wanted
from pipelines.sandbox.limits import ChildLimits
from pipelines.settings import Home, Limits
from pipelines.validation.alone import OwnJudgement
from pipelines.validation.controls import packages_among
from pipelines.validation.returns import Batch
from pipelines.workbooks.arrived import ReturnTables
from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import ReadingLimits
from pipelines.workbooks.readings import Extract, Notice
from pipelines.workbooks.returns import ReadingContext

_log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]

NOT_UNDERSTOOD = Notice(
    "unreadable", "这个文件的内容程序处理不了，已记录并转维护人员。原件已存档。"
)

# Returns judged and stored together; both bound the memory of a load with very many or very large files.
_BATCH_RETURNS = 500
_BATCH_BYTES = 48 << 20
# The address space of a reading process before its first file, mostly that of Arrow.
_LIBRARY_BYTES = 256 << 20


@dataclass
class ReadBatch:
    """The readable returns by receipt, with what each says by itself and the tables of all.

    Beside them the notices of all receipts, the packages that were opened, and what was asked for.
    """

    returns: list[tuple[str, Extract]] = field(default_factory=list)
    own: dict[str, OwnJudgement] = field(default_factory=dict)
    tables: ReturnTables = field(default_factory=ReturnTables)
    notices: list[tuple[str, Notice]] = field(default_factory=list)
    packages: list[OpenedPackage] = field(default_factory=list)
    wanted: dict[str, Wanted] = field(default_factory=dict)
    receipts: int = 0
    size_bytes: int = 0

    @property
    def is_full(self) -> bool:
        return self.receipts >= _BATCH_RETURNS or self.size_bytes >= _BATCH_BYTES

    def take(self, wanted: Wanted, found: TakenReturn) -> None:
        """Take in one return; its tables come with those of the files that were read together."""
        self.returns.append((wanted.receipt_id, found.extract))
        self.own[wanted.receipt_id] = found.own
        self.wanted[wanted.receipt_id] = wanted

    def take_tables(self, together: TakenTogether) -> None:
        """Take in the tables of the returns among some files."""
        self.tables.add(together.tables, (wanted.receipt_id for wanted, _ in together.files))
        self.size_bytes += together.size_bytes

    def judged(self, reader: ReturnReader, packages: Mapping[str, str]) -> Batch:
        """What is judged together, by the packages that the ledgers know by now."""
        return Batch(
            self.returns, self.own | self._again(reader, packages), self.tables, self.notices
        )

    def alone(self) -> "list[ReadBatch]":
        """A batch for every return with what was noticed about its file, and one of the files without a return."""
        alone = [
            ReadBatch(
                returns=[(receipt_id, read)],
                own={receipt_id: self.own[receipt_id]},
                tables=self.tables.only(receipt_id),
                notices=[notice for notice in self.notices if notice[0] == receipt_id],
                wanted={receipt_id: self.wanted[receipt_id]},
            )
            for receipt_id, read in self.returns
        ]
        unread = [notice for notice in self.notices if notice[0] not in self.own]
        return [*alone, ReadBatch(notices=unread)]

    def _again(self, reader: ReturnReader, packages: Mapping[str, str]) -> dict[str, OwnJudgement]:
        """What those returns say by themselves in whose totals there are packages that the readers did not know of."""
        known = reader.briefed_packages
        again = [
            self.wanted[receipt_id]
            for receipt_id, own in self.own.items()
            if packages_among(own.names, packages) != packages_among(own.names, known)
        ]
        if not again:
            return {}
        names = {name for one in again for name in self.own[one.receipt_id].names}
        told = reader.read_again(again, {n: packages[n] for n in names if n in packages})
        return {
            wanted.receipt_id: taken.found.own
            for together in told
            for wanted, taken in together.files
            if taken.found is not None
        }


def reading_limits(limits: Limits) -> ReadingLimits:
    """The district's limits in bytes and cells."""
    return ReadingLimits(
        limits.max_file_mib << 20,
        limits.max_unpacked_mib << 20,
        limits.max_rows,
        limits.max_columns,
        limits.max_cells,
    )


def child_limits(limits: Limits) -> ChildLimits:
    """What one process may use that reads or marks the files of submitters."""
    return ChildLimits(
        limits.reading_memory_mib << 20, limits.reading_cpu_seconds, limits.reading_wall_seconds
    )


def return_reader(
    limits: Limits, context: ReadingContext, book: RuleBook, packages: Mapping[str, str]
) -> ReturnReader:
    """The processes that read a load's files; they start with the first of them."""
    child = child_limits(limits)
    wider = replace(child, memory_bytes=child.memory_bytes + _LIBRARY_BYTES)
    briefing = Briefing(context, book, packages)
    return ReturnReader(reading_limits(limits), wider, limits.reading_processes, briefing)


def read_receipts(
    receipts: Sequence[Receipt],
    reader: ReturnReader,
    home: Home,
    forms: Mapping[str, Form],
    district: DistrictTables,
    progress: Progress,
) -> Iterator[ReadBatch]:
    """Read every receipt's file, in batches that are worth judging together."""
    by_receipt = {receipt.receipt_id: receipt for receipt in receipts}
    batch, done = ReadBatch(), 0
    for together in reader.read_all([_wanted(receipt, home) for receipt in receipts]):
        batch.take_tables(together)
        for wanted, taken in together.files:
            receipt = by_receipt[wanted.receipt_id]
            if taken.members is None:
                _add(batch, wanted, taken, forms, district)
            else:
                try:
                    batch.packages.append(
                        open_package(home, reader, receipt, wanted, taken.members)
                    )
                except UnreadableFileError as fault:
                    _add(batch, wanted, Taken(fault=fault.sentence), forms, district)
        batch.receipts += len(together.files)
        done += len(together.files)
        progress(done, len(receipts))
        if batch.is_full:
            yield batch
            batch = ReadBatch()
    yield batch


def _wanted(receipt: Receipt, home: Home) -> Wanted:
    # The children work in another folder.
    path = archive_path(home.archive, receipt.sha256).absolute()
    return Wanted(
        receipt.receipt_id, receipt.unit_code, receipt.file_name, str(path), receipt.sha256
    )


def _add(
    batch: ReadBatch,
    wanted: Wanted,
    taken: Taken,
    forms: Mapping[str, Form],
    district: DistrictTables,
) -> None:
    receipt_id, unit_code = wanted.receipt_id, wanted.unit_code
    if taken.found is None:
        told = [why_not_read(wanted, taken), *about_unit(unit_code, district)]
    else:
        read = taken.found.extract
        batch.take(wanted, taken.found)
        told = [*read.notices, *about_sender(unit_code, read, forms, district)]
    batch.notices += [(receipt_id, notice) for notice in told]


def why_not_read(wanted: Wanted, taken: Taken) -> Notice:
    """Why there is no return in a file, in words; one the product cannot cope with is told to the operator."""
    if taken.fault is not None:
        return Notice("unreadable", taken.fault)
    _log.error(
        "a return of %r could not be understood: %r\n%s",
        wanted.unit_code,
        wanted.file_name,
        taken.trace,
    )
    return NOT_UNDERSTOOD


def about_unit(unit_code: str, district: DistrictTables) -> list[Notice]:
    """A notice where the inbox folder is no registered unit's."""
    return [] if unit_code in district.unit_names else [Notice("unknown_unit", unit_code)]


def about_sender(
    unit_code: str, read: Extract, forms: Mapping[str, Form], district: DistrictTables
) -> list[Notice]:
    """What the registry says about who sent a return, and whether it may be empty."""
    notices = about_unit(unit_code, district)
    if read.form_id is None:
        return notices
    header = forms[read.form_id].header
    planned = district.planned_submitters.get(read.form_id, frozenset())
    is_bureau = unit_code in district.statistics_units
    if header.restricted and unit_code not in planned and not is_bureau:
        notices.append(Notice("foreign_statistics", f"《{header.title}》"))
    elif header.planned_submitters_only and planned and unit_code not in planned:
        notices.append(Notice("unplanned_form", f"《{header.title}》"))
    if read.row_count == 0 and not read.declares_nothing:
        notices.append(Notice("no_rows", "没有数据行", "", read.first_sheet))
    return notices
