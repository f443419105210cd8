"""Receipts: one for every file, whatever it holds, before anything else happens to it.

The order keeps every crash harmless: archive, then receipt, then the inbox is cleared; what was
archived and receipted but not cleared is cleared at the next load. A file that cannot be removed keeps nobody's
return waiting: it stays where it is, is named at every load, and gets no second receipt.
"""

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipelines.clock import keepable_ns, local_time
from pipelines.database import Connection, transaction
from pipelines.intake.archive import Stored, clear_unfinished, flush, store_pieces
from pipelines.intake.inbox import InboxFile, NotTakenError, regular_files, strangers
from pipelines.intake.listing import folder_below
from pipelines.ledger.seals import seal_settled
from pipelines.problems import OperatorError
from pipelines.settings import Home

_RECEIPT_COLUMNS = (
    ("receipt_id", "varchar"), ("unit_code", "varchar"), ("inbox_path", "varchar"),
    ("file_name", "varchar"), ("sha256", "varchar"), ("size_bytes", "bigint"),
    ("file_modified_at", "timestamp"), ("modified_ns", "bigint"),
)  # fmt: skip
# Where the ledger says which load something came with.
_LOAD_COLUMNS = (
    ("receipts", "load_id"),
    ("rule_outcomes", "load_id"),
    ("rule_versions", "first_load_id"),
)
# A summary names so many things that stay in the inbox; an audit names all.
_MOST_SAID = 20
_Taken = tuple[InboxFile, Stored]


@dataclass(frozen=True)
class Receipt:
    """A received file that still has to be judged; ``is_member``: it came in a zip package."""

    receipt_id: str
    unit_code: str
    inbox_path: str
    file_name: str
    sha256: str
    is_member: bool = False


def begin_load(connection: Connection, now: datetime) -> str:
    """Register a load and return its id. Raises OperatorError when the clock went back.

    What a load that was cut off received and decided becomes this load's, so that afterwards nothing but the
    moments of receipt tells of it; with the same clock the ledger is that of one undisturbed load.
    """
    last = connection.execute("select max(now_at) from raw.loads").fetchall()[0][0]
    if last is not None and last > now:
        raise OperatorError(
            f"This load is dated {now}, before the last one ({last}).",
            "Set the clock right, or give --now at or after the last load.",
        )
    number = connection.execute("select count(*) + 1 from raw.loads where is_finished").fetchall()
    load_id = f"{now:%Y%m%dT%H%M%S}-{number[0][0]:05d}"
    with transaction(connection):
        connection.execute(
            "insert into raw.loads (load_id, now_at, is_finished) values (?, ?, false)"
            " on conflict do nothing",
            [load_id, now],
        )
        _take_over(connection, load_id)
    return load_id


def _take_over(connection: Connection, load_id: str) -> None:
    cut_off = connection.execute(
        "select load_id from raw.loads where not is_finished and load_id <> ?", [load_id]
    ).fetchall()
    for (earlier,) in cut_off:
        for table, column in _LOAD_COLUMNS:
            connection.execute(
                f"update raw.{table} set {column} = ? where {column} = ?", [load_id, earlier]
            )
        connection.execute("delete from raw.loads where load_id = ?", [earlier])


def finish_load(connection: Connection, load_id: str) -> None:
    """Mark a load as done; what it settled is sealed, so that an audit notices every later change."""
    with transaction(connection):
        seal_settled(connection)
        connection.execute("update raw.loads set is_finished = true where load_id = ?", [load_id])


def take_files(
    connection: Connection,
    home: Home,
    files: Sequence[InboxFile],
    load_id: str,
    now: datetime,
    timezone: str,
) -> list[str]:
    """Archive and receipt the files, then clear them from the inbox.

    Returns a sentence for everything that stays in the inbox: what was not taken, and what cannot be removed.
    Raises OperatorError when the archive cannot be written.
    """
    clear_unfinished(home.archive)
    received, stuck = clear_inbox(connection, home)
    taken: list[_Taken] = []
    left: list[str] = []
    for file in files:
        if file.parts in received:
            continue
        try:
            taken.append((file, store_pieces(home.archive, file.pieces())))
        except NotTakenError as reason:
            left.append(_not_taken(file.inbox_path, str(reason)))
    if taken:
        flush(home.archive, [stored.sha256 for _, stored in taken])
        _register(connection, taken, load_id, now, timezone)
        stuck |= _remove(file for file, _ in taken)
        _note_cleared(connection, stuck)
    left += [_not_taken(entry.shown, entry.reason) for entry in strangers(home.inbox)]
    return _first_of([*(_not_removed(path, why) for path, why in stuck.items()), *left])


def clear_inbox(connection: Connection, home: Home) -> tuple[set[tuple[str, ...]], dict[str, str]]:
    """Remove from the inbox what is archived and receipted, and only those very bytes.

    Returns what was found to be received already, and by path why some of it cannot be removed.
    """
    waiting: dict[str, set[Stored]] = {}
    for inbox_path, sha256, size_bytes in connection.execute(
        "select inbox_path, sha256, size_bytes from raw.receipts where not is_inbox_cleared"
    ).fetchall():
        waiting.setdefault(inbox_path, set()).add(Stored(sha256, size_bytes))
    if not waiting:
        return set(), {}
    received = [
        file
        for file in regular_files(home.inbox)
        if any(_is_same(file, stored) for stored in waiting.get(file.inbox_path, ()))
    ]
    stuck = _remove(received)
    _note_cleared(connection, stuck)
    return {file.parts for file in received}, stuck


def _is_same(file: InboxFile, stored: Stored) -> bool:
    if file.size_bytes != stored.size_bytes:
        return False
    digest = hashlib.sha256()
    try:
        for piece in file.pieces():
            digest.update(piece)
    except NotTakenError:
        return False  # another file by now: it is listed, and taken, for itself
    return digest.hexdigest() == stored.sha256


def _remove(files: Iterable[InboxFile]) -> dict[str, str]:
    """Take files out of the inbox, so that a power cut does not bring them back; returns why some stay, by path."""
    stuck: dict[str, str] = {}
    folders: dict[tuple[str, ...], Path] = {}
    for file in files:
        try:
            file.remove()
        except FileNotFoundError:
            continue
        except OSError as error:
            stuck[file.inbox_path] = error.strerror or str(error)
            continue
        folders[file.parts[:-1]] = file.inbox
    for parts, inbox in folders.items():
        with folder_below(inbox, parts) as folder:
            os.fsync(folder)
    return stuck


def _note_cleared(connection: Connection, stuck: Iterable[str]) -> None:
    """``stuck`` are paths of which something received is still lying there."""
    connection.execute(
        "update raw.receipts set is_inbox_cleared = true where not is_inbox_cleared"
        " and inbox_path not in (select unnest(cast(? as varchar[])))",
        [list(stuck)],
    )


def _not_taken(path: str, reason: str) -> str:
    return f"inbox/{path} was not taken: {reason}."


def _not_removed(path: str, reason: str) -> str:
    return (
        f"inbox/{path} was received but cannot be removed from the inbox: {reason}."
        " Give the user of the load the right to write there."
    )


def _first_of(left: Sequence[str]) -> list[str]:
    if len(left) <= _MOST_SAID:
        return list(left)
    return [
        *left[:_MOST_SAID],
        f"… and {len(left) - _MOST_SAID:,} more; taizhang audit names them all.",
    ]


def undecided(connection: Connection) -> list[Receipt]:
    """The receipts still to be judged, those of an interrupted load included."""
    rows = connection.execute(
        "select receipt_id, unit_code, inbox_path, file_name, sha256,"
        " package_receipt_id is not null from raw.receipts"
        " where status = 'received' order by receipt_id"
    ).fetchall()
    return [Receipt(*row) for row in rows]


def _register(
    connection: Connection,
    taken: Sequence[_Taken],
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
    for file, stored in taken:
        identity = f"{file.unit_code}|{file.inbox_path}|{stored.sha256}"
        occurrence = known.get(identity, 0) + 1
        known[identity] = occurrence
        seed = f"{identity}|{now.isoformat()}|{occurrence}"
        rows.append(
            [
                hashlib.sha256(seed.encode()).hexdigest()[:16], file.unit_code,
                file.inbox_path, file.file_name, stored.sha256, stored.size_bytes,
                local_time(file.modified_ns, timezone), keepable_ns(file.modified_ns),
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
