"""Receipts: one for every file, whatever it holds, before anything else happens to it.

The order keeps every crash harmless: archive, then receipt, then the inbox is cleared; what was
archived and receipted but not cleared is cleared at the next load, and read then.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipelines.clock import local_time
from pipelines.database import Connection, transaction
from pipelines.intake.archive import flush, store
from pipelines.intake.inbox import InboxFile, printable
from pipelines.problems import OperatorError
from pipelines.settings import Home

_log = logging.getLogger(__name__)

_RECEIPT_COLUMNS = (
    ("receipt_id", "varchar"), ("unit_code", "varchar"), ("inbox_path", "varchar"),
    ("file_name", "varchar"), ("sha256", "varchar"), ("size_bytes", "bigint"),
    ("file_modified_at", "timestamp"), ("modified_ns", "bigint"),
)  # fmt: skip


@dataclass(frozen=True)
class Receipt:
    """A received file that still has to be judged."""

    receipt_id: str
    unit_code: str
    inbox_path: str
    file_name: str
    sha256: str


def begin_load(connection: Connection, now: datetime) -> str:
    """Register a load and return its id. Raises OperatorError when the clock went back."""
    last = connection.execute("select max(now_at) from raw.loads").fetchall()[0][0]
    if last is not None and last > now:
        raise OperatorError(
            f"This load is dated {now}, before the last one ({last}).",
            "Set the clock right, or give --now at or after the last load.",
        )
    number = connection.execute("select count(*) from raw.loads").fetchall()[0][0] + 1
    load_id = f"{now:%Y%m%dT%H%M%S}-{number:05d}"
    connection.execute("insert into raw.loads values (?, ?, false)", [load_id, now])
    return load_id


def finish_load(connection: Connection, load_id: str) -> None:
    """Mark a load as done."""
    connection.execute("update raw.loads set is_finished = true where load_id = ?", [load_id])


def take_files(
    connection: Connection,
    home: Home,
    files: Sequence[InboxFile],
    load_id: str,
    now: datetime,
    timezone: str,
) -> int:
    """Archive and receipt the files, then clear them from the inbox. Returns how many were new."""
    clear_inbox(connection, home)
    taken: list[tuple[InboxFile, str, int]] = []
    for file in files:
        try:
            data = file.path.read_bytes()
        except (FileNotFoundError, PermissionError) as error:
            # Cleared just now as an interrupted load's, or not ours to read: it stays where it is.
            _log.warning("%s was not taken: %s", file.inbox_path, error)
            continue
        taken.append((file, store(home.archive, data), len(data)))
    if not taken:
        return 0
    flush()
    _register(connection, taken, load_id, now, timezone)
    clear_inbox(connection, home)
    return len(taken)


def clear_inbox(connection: Connection, home: Home) -> None:
    """Remove from the inbox what is archived and receipted, and only those very bytes."""
    open_rows = connection.execute(
        "select receipt_id, inbox_path, sha256, size_bytes from raw.receipts"
        " where not is_inbox_cleared"
    ).fetchall()
    if not open_rows:
        return
    present = {
        printable(path.relative_to(home.inbox)): path
        for path in home.inbox.rglob("*")
        if path.is_file()
    }
    for _, inbox_path, sha256, size_bytes in open_rows:
        path = present.get(inbox_path)
        if path is None or path.stat().st_size != size_bytes:
            continue
        if hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
            _remove(path)
    connection.execute("update raw.receipts set is_inbox_cleared = true where not is_inbox_cleared")


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except PermissionError as error:
        raise OperatorError(
            f"{path} was received but cannot be removed from the inbox: {error}",
            "Give the user of the load the right to write in the inbox, then load again.",
        ) from error


def undecided(connection: Connection) -> list[Receipt]:
    """The receipts still to be judged, those of an interrupted load included."""
    rows = connection.execute(
        "select receipt_id, unit_code, inbox_path, file_name, sha256 from raw.receipts"
        " where status = 'received' order by receipt_id"
    ).fetchall()
    return [Receipt(*row) for row in rows]


def _register(
    connection: Connection,
    taken: Sequence[tuple[InboxFile, str, int]],
    load_id: str,
    now: datetime,
    timezone: str,
) -> None:
    known = dict(
        connection.execute(
            "select unit_code || '|' || inbox_path || '|' || sha256, count(*) from raw.receipts"
            " where received_at = ? group by 1",
            [now],
        ).fetchall()
    )
    rows = []
    for file, sha256, size_bytes in taken:
        identity = f"{file.unit_code}|{file.inbox_path}|{sha256}"
        occurrence = known.get(identity, 0) + 1
        known[identity] = occurrence
        seed = f"{identity}|{now.isoformat()}|{occurrence}"
        rows.append(
            [
                hashlib.sha256(seed.encode()).hexdigest()[:16], file.unit_code,
                file.inbox_path, file.file_name, sha256, size_bytes,
                local_time(file.modified_ns, timezone), file.modified_ns,
            ]
        )  # fmt: skip
    with transaction(connection):
        columns = ", ".join(
            f"unnest(cast(${name} as {kind}[])) as {name}" for name, kind in _RECEIPT_COLUMNS
        )
        values = zip(*rows, strict=True)
        connection.execute(
            f"insert into raw.receipts by name select {columns}, $load_id as load_id,"
            " $now as received_at, false as is_inbox_cleared, 'received' as status",
            {name: list(v) for (name, _), v in zip(_RECEIPT_COLUMNS, values, strict=True)}
            | {"load_id": load_id, "now": now},
        )
