"""Receipts → read returns: fetch each file from the archive and read it.

A file that cannot be read is a notice of its receipt, never the end of the load.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipelines.declarations.district import DistrictTables
from pipelines.intake.archive import fetch
from pipelines.ledger.receipts import Receipt
from pipelines.settings import Home, Limits
from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.reading import ReadingLimits, read_workbook
from pipelines.workbooks.readings import Notice, ReadReturn
from pipelines.workbooks.returns import ReadingContext, read_return

_log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ReadBatch:
    """The readable returns by receipt, and the notices of all receipts."""

    returns: Sequence[tuple[str, ReadReturn]]
    notices: Sequence[tuple[str, Notice]]


def reading_limits(limits: Limits) -> ReadingLimits:
    """The district's limits in bytes and cells."""
    return ReadingLimits(
        limits.max_file_mib << 20,
        limits.max_unpacked_mib << 20,
        limits.max_rows,
        limits.max_columns,
        limits.max_cells,
    )


def read_receipts(
    receipts: Sequence[Receipt],
    home: Home,
    limits: ReadingLimits,
    context: ReadingContext,
    district: DistrictTables,
    progress: Progress,
) -> ReadBatch:
    """Read every receipt's file."""
    returns: list[tuple[str, ReadReturn]] = []
    notices: list[tuple[str, Notice]] = []
    for number, receipt in enumerate(receipts, 1):
        data = fetch(home.archive, receipt.sha256)
        read = read_one(data, receipt.unit_code, receipt.file_name, limits, context)
        if isinstance(read, ReadReturn):
            returns.append((receipt.receipt_id, read))
            notices += [(receipt.receipt_id, notice) for notice in read.notices]
            notices += [
                (receipt.receipt_id, notice)
                for notice in about_sender(receipt.unit_code, read, district)
            ]
        else:
            notices.append((receipt.receipt_id, read))
            notices += [(receipt.receipt_id, n) for n in about_unit(receipt.unit_code, district)]
        progress(number, len(receipts))
    return ReadBatch(returns, notices)


def read_one(
    data: bytes,
    unit_code: str,
    file_name: str,
    limits: ReadingLimits,
    context: ReadingContext,
    form_id: str | None = None,
) -> ReadReturn | Notice:
    """Read one file as a return; a file that cannot be read becomes a notice."""
    try:
        workbook = read_workbook(data, limits)
    except UnreadableFileError as fault:
        return Notice("unreadable", fault.sentence)
    try:
        return read_return(workbook, unit_code, file_name, context, form_id)
    except Exception:
        # One file the product cannot cope with must not keep everybody else's from being loaded.
        _log.exception("a return of %s could not be understood: %r", unit_code, file_name)
        return Notice("unreadable", "这个文件的内容程序处理不了，已记录并转维护人员。原件已存档。")


def about_unit(unit_code: str, district: DistrictTables) -> list[Notice]:
    """A notice where the inbox folder is no registered unit's."""
    return [] if unit_code in district.unit_names else [Notice("unknown_unit", unit_code)]


def about_sender(unit_code: str, read: ReadReturn, district: DistrictTables) -> list[Notice]:
    """What the registry says about who sent a return, and whether it may be empty."""
    notices = about_unit(unit_code, district)
    if read.form is None:
        return notices
    planned = {duty.unit_code for duty in district.plan if duty.form_id == read.form.form_id}
    is_bureau = unit_code in {u.unit_code for u in district.units if u.unit_type == "statistics"}
    if read.form.header.restricted and unit_code not in planned and not is_bureau:
        notices.append(Notice("foreign_statistics", f"《{read.form.header.title}》"))
    elif read.form.header.planned_submitters_only and planned and unit_code not in planned:
        notices.append(Notice("unplanned_form", f"《{read.form.header.title}》"))
    if read.row_count == 0 and not read.declares_nothing:
        first = next((table for table in read.tables), None)
        notices.append(Notice("no_rows", "没有数据行", "", first.sheet.name if first else None))
    return notices
