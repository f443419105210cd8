"""A small home whose returns are loaded and answered, and clerks who reply in the answer workbook."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

from openpyxl import load_workbook

from pipelines.database import open_read_only
from pipelines.feedback.answers import write_answers
from pipelines.ledger.catalogue import read_catalogue
from pipelines.ledger.loading import LoadOutcome, load_returns
from pipelines.ledger.snapshots import take_snapshot
from pipelines.ledger.work_database import open_work_database
from pipelines.settings import Home
from pipelines.workbooks.own_sheets import (
    ANSWER_SHEET,
    FINDING_ID_HEADING,
    NOTE_HEADING,
    REASON_HEADING,
)


def load_and_answer(home: Home, now: datetime) -> LoadOutcome:
    """One run of the quick rhythm, without messages."""
    catalogue = read_catalogue(home)
    outcome = load_returns(home, catalogue, now, lambda _stage, _done, _all: None)
    with open_work_database(home, catalogue.forms) as connection:
        write_answers(connection, home, catalogue)
    take_snapshot(home)
    return outcome


def ledger_rows(home: Home, sql: str) -> list[tuple[object, ...]]:
    with open_read_only(home.work_database) as connection:
        return connection.execute(sql).fetchall()


def answer_folders(home: Home, unit: str) -> list[Path]:
    """The unit's answers in the order in which they were given."""
    receipts = ledger_rows(
        home,
        f"select receipt_id from raw.receipts where unit_code = '{unit}'"
        " order by received_at, file_modified_at, receipt_id",
    )
    return [home.feedback / unit / str(receipt) for (receipt,) in receipts]


def answer_workbook(folder: Path) -> Path:
    (found,) = [path for path in folder.glob("*.xls*") if not path.name.startswith("新模板")]
    return found


def reply(workbook: Path, replies: dict[int, tuple[str, str]]) -> bytes:
    """The answer workbook with reason and note filled in beside some findings (0 is the first)."""
    book = load_workbook(workbook)
    sheet = book[ANSWER_SHEET]
    top = next(
        row for row in range(1, 40)
        if FINDING_ID_HEADING in {cell.value for cell in sheet[row]}
    )  # fmt: skip
    column = {cell.value: cell.column for cell in sheet[top]}
    for number, (reason, note) in replies.items():
        sheet.cell(top + 1 + number, column[REASON_HEADING]).value = reason
        sheet.cell(top + 1 + number, column[NOTE_HEADING]).value = note
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
