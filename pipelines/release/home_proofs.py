"""Proofs about the folders of a home: what lies in the inbox, the archive, the answers, and who may read what."""

import stat
from collections.abc import Iterator
from pathlib import Path

from pipelines.database import Connection
from pipelines.feedback.answers import MESSAGE_FILE, answer_folder
from pipelines.intake.archive import archive_path, foreign_names, hash_of, stored_hashes
from pipelines.intake.listing import entries
from pipelines.release.proofs import Proof
from pipelines.release.publishing import BUILD_COPY, current_release
from pipelines.settings import Home

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def inbox(home: Home) -> Proof:
    """What lies in the inbox is named, or counted where the next load takes it or nobody wants it."""
    found = list(entries(home.inbox))
    strangers = sorted((e for e in found if e.kind == "stranger"), key=lambda e: e.parts)
    waiting = sum(entry.kind == "file" for entry in found)
    leftovers = sum(entry.kind == "leftover" for entry in found)
    notes = [f"not taken: {entry.shown}: {entry.reason}" for entry in strangers]
    if waiting:
        notes.append(f"{waiting:,} file(s) wait for the next load")
    if leftovers:
        notes.append(
            f"{leftovers:,} file(s) that programs left behind (Thumbs.db, ~$…) are no returns"
        )
    return Proof("inbox: what was not taken is named", len(found), (), tuple(notes))


def archive(connection: Connection, home: Home) -> Proof:
    """Every receipt's file is there, byte for byte, and nothing is there without a receipt."""
    receipts = connection.execute(
        "select sha256, any_value(receipt_id), max(size_bytes) from raw.receipts group by sha256"
    ).fetchall()
    known = {sha256 for sha256, _, _ in receipts}
    faults = [
        f"receipt {receipt_id}: {path} {fault}"
        for sha256, receipt_id, size in receipts
        if (fault := _fault(path := archive_path(home.archive, sha256), sha256, size))
    ]
    faults += [
        f"{archive_path(home.archive, sha256)} has no receipt"
        for sha256 in sorted(stored_hashes(home.archive) - known)
        if archive_path(home.archive, sha256).is_file()
    ]
    faults += [f"{path} is none of the archive's files" for path in foreign_names(home.archive)]
    size = sum(size for _, _, size in receipts)
    return Proof(
        "archive: every received file is kept, byte for byte",
        len(receipts),
        tuple(faults),
        (f"{size:,} bytes were read and compared",),
    )


def _fault(path: Path, sha256: str, size: int) -> str:
    if not path.is_file():
        return "is missing"
    status = path.stat()
    if status.st_size != size:
        return "has another size than was received"
    if hash_of(path) != sha256:
        return "was altered"
    return "may be read by others" if status.st_mode & _OTHERS else ""


def answers(connection: Connection, home: Home) -> Proof:
    """Every settled return has its answer, and the answer lies in its folder.

    Returns settled before there were answers are noted in the outbox as told.
    """
    rows = connection.execute(
        "select receipt_id, unit_code, is_answered from raw.receipts where status <> 'received'"
        " and 'before-' || receipt_id not in (select item_id from raw.outbox_items) order by 1"
    ).fetchall()
    faults = []
    for receipt_id, unit_code, is_answered in rows:
        folder = answer_folder(home, unit_code, receipt_id)
        if not is_answered:
            faults.append(f"receipt {receipt_id} has no answer yet")
        elif not (folder / MESSAGE_FILE).is_file():
            faults.append(f"receipt {receipt_id}: its answer {folder} is missing")
    return Proof("answers: every return has got its answer", len(rows), tuple(faults))


def modes(home: Home) -> Proof:
    """What is private can be read by its owner alone; ``published`` is open, but for what is restricted."""
    private = list(_private(home))
    faults = tuple(
        f"{path} may be read by others (mode {mode:o})"
        for path in private
        if (mode := stat.S_IMODE(path.stat().st_mode)) & _OTHERS
    )
    return Proof("modes: what is private is its owner's alone", len(private), faults)


def _private(home: Home) -> Iterator[Path]:
    release = current_release(home)
    databases = [home.work_database, home.ledger_snapshot, home.building_database]
    if release is not None:
        databases += [release / "statistics.duckdb", release / BUILD_COPY]
    for path in (home.root, home.archive, *databases):
        if path.exists():
            yield path
