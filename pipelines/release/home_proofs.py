"""Proofs about the folders of a home: what lies in the inbox, the archive, the answers, and who may read what."""

import stat
from pathlib import Path

from pipelines.database import Connection
from pipelines.feedback.answers import MESSAGE_FILE, answer_folder
from pipelines.intake.archive import archive_path, foreign_names, hash_of, stored_hashes
from pipelines.intake.listing import entries
from pipelines.release.proofs import Proof
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
    """Every received file and every configuration a load worked with is there, byte for byte, and nothing else is."""
    kept = connection.execute(
        """
        select sha256, 'receipt ' || any_value(receipt_id), max(size_bytes) from raw.receipts group by sha256
        union all
        select sha256, 'configuration file ' || any_value(path), max(size_bytes)
        from raw.config_files
        where sha256 not in (select sha256 from raw.receipts)
        group by sha256
        """
    ).fetchall()
    known = {sha256 for sha256, _, _ in kept}
    faults = [
        f"{what}: {path} {fault}"
        for sha256, what, size in kept
        if (fault := _fault(path := archive_path(home.archive, sha256), sha256, size))
    ]
    faults += [
        f"{archive_path(home.archive, sha256)} has no receipt"
        for sha256 in sorted(stored_hashes(home.archive) - known)
        if archive_path(home.archive, sha256).is_file()
    ]
    faults += [f"{path} is none of the archive's files" for path in foreign_names(home.archive)]
    size = sum(size for _, _, size in kept)
    return Proof(
        "archive: every received file is kept, byte for byte",
        len(kept),
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
