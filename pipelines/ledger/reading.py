"""Receipts → read returns: each file is read from the archive in a child process, and understood here.

A file that cannot be read is a notice of its receipt, never the end of the load.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from pipelines.declarations.district import DistrictTables
from pipelines.intake.archive import archive_path
from pipelines.ledger.packages import OpenedPackage, open_package
from pipelines.ledger.receipts import Receipt
from pipelines.sandbox.limits import ChildLimits
from pipelines.settings import Home, Limits
from pipelines.workbooks.cells import Sheet, UnreadableFileError, Workbook
from pipelines.workbooks.containers.book import ReadingLimits
from pipelines.workbooks.file_reader import FileReader
from pipelines.workbooks.readings import Notice, ReadReturn
from pipelines.workbooks.returns import ReadingContext, read_return

_log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]

NOT_UNDERSTOOD = Notice(
    "unreadable", "这个文件的内容程序处理不了，已记录并转维护人员。原件已存档。"
)

# Returns judged and stored together; both bound the memory of a load with very many or very large files.
_BATCH_RETURNS = 500
_BATCH_WEIGHT = 500_000
# What an empty place of a grid and a letter weigh beside a filled cell.
_PLACES_PER_CELL, _LETTERS_PER_CELL = 10, 50


@dataclass
class ReadBatch:
    """The readable returns by receipt, the notices of all receipts, and the packages that were opened."""

    returns: list[tuple[str, ReadReturn]] = field(default_factory=list)
    notices: list[tuple[str, Notice]] = field(default_factory=list)
    packages: list[OpenedPackage] = field(default_factory=list)
    receipts: int = 0
    weight: int = 0

    @property
    def is_full(self) -> bool:
        return self.receipts >= _BATCH_RETURNS or self.weight >= _BATCH_WEIGHT


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


def file_reader(limits: Limits) -> FileReader:
    """The processes that read a load's files; they start with the first of them."""
    return FileReader(reading_limits(limits), child_limits(limits), limits.reading_processes)


def read_receipts(
    receipts: Sequence[Receipt],
    reader: FileReader,
    home: Home,
    context: ReadingContext,
    district: DistrictTables,
    progress: Progress,
) -> Iterator[ReadBatch]:
    """Read every receipt's file, in batches that are worth judging together."""
    files = ((r, archive_path(home.archive, r.sha256), r.sha256) for r in receipts)
    batch = ReadBatch()
    for number, (receipt, found) in enumerate(reader.read_all(files), 1):
        match found:
            case Workbook():
                read = understand(found, receipt.unit_code, receipt.file_name, context)
                _add(batch, receipt, read, district)
                batch.weight += sum(map(_weight, found.sheets))
            case UnreadableFileError():
                _add(batch, receipt, Notice("unreadable", found.sentence), district)
            case members:
                try:
                    batch.packages.append(open_package(home, reader, receipt, members))
                except UnreadableFileError as fault:
                    _add(batch, receipt, Notice("unreadable", fault.sentence), district)
        batch.receipts += 1
        progress(number, len(receipts))
        if batch.is_full:
            yield batch
            batch = ReadBatch()
    yield batch


def _weight(sheet: Sheet) -> int:
    """How much memory a sheet holds, counted in filled cells."""
    places = len(sheet.rows) * max((len(row) for row in sheet.rows), default=0)
    letters = sum([len(value) for row in sheet.rows for value in row if type(value) is str])
    return sheet.used_cells + places // _PLACES_PER_CELL + letters // _LETTERS_PER_CELL


def _add(
    batch: ReadBatch, receipt: Receipt, read: ReadReturn | Notice, district: DistrictTables
) -> None:
    receipt_id, unit_code = receipt.receipt_id, receipt.unit_code
    if isinstance(read, Notice):
        told = [read, *about_unit(unit_code, district)]
    else:
        batch.returns.append((receipt_id, read))
        told = [*read.notices, *about_sender(unit_code, read, district)]
    batch.notices += [(receipt_id, notice) for notice in told]


def understand(
    workbook: Workbook,
    unit_code: str,
    file_name: str,
    context: ReadingContext,
    form_id: str | None = None,
) -> ReadReturn | Notice:
    """Take a workbook for a return; one the product cannot cope with becomes a notice."""
    try:
        return read_return(workbook, unit_code, file_name, context, form_id)
    except Exception:
        # One file the product cannot cope with must not keep everybody else's from being loaded.
        _log.exception("a return of %r could not be understood: %r", unit_code, file_name)
        return NOT_UNDERSTOOD


def about_unit(unit_code: str, district: DistrictTables) -> list[Notice]:
    """A notice where the inbox folder is no registered unit's."""
    return [] if unit_code in district.unit_names else [Notice("unknown_unit", unit_code)]


def about_sender(unit_code: str, read: ReadReturn, district: DistrictTables) -> list[Notice]:
    """What the registry says about who sent a return, and whether it may be empty."""
    notices = about_unit(unit_code, district)
    if read.form is None:
        return notices
    planned = district.planned_submitters.get(read.form.form_id, frozenset())
    is_bureau = unit_code in district.statistics_units
    if read.form.header.restricted and unit_code not in planned and not is_bureau:
        notices.append(Notice("foreign_statistics", f"《{read.form.header.title}》"))
    elif read.form.header.planned_submitters_only and planned and unit_code not in planned:
        notices.append(Notice("unplanned_form", f"《{read.form.header.title}》"))
    if read.row_count == 0 and not read.declares_nothing:
        first = next((table for table in read.tables), None)
        notices.append(Notice("no_rows", "没有数据行", "", first.sheet.name if first else None))
    return notices
