"""What waits for the ledger: complete files nobody has taken, returns without an end state or without an answer.

The folder is compared with the ledger's snapshot at every look. The work database is never opened here, and no file
is: a look is one listing and a few counts, however many files wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipelines.clock import keepable_ns, local_time
from pipelines.database import Connection, open_read_only, transaction
from pipelines.intake.inbox import InboxFile, regular_files
from pipelines.settings import Home

# A file still being copied changes all the time. Whether one is complete is decided by the load, which looks twice.
_QUIET = timedelta(seconds=5)
# What could not be taken is tried again after a while: a disk or a right may have been mended meanwhile.
_TRY_AGAIN = timedelta(hours=1)
_Identity = tuple[str, int, int]


@dataclass(frozen=True)
class Waiting:
    """What a look found. ``left`` are files the last load could not take or remove; they start nothing by themselves.

    ``is_interrupted``: a run was cut off between receiving returns and answering them.
    """

    files: int = 0
    left: tuple[str, ...] = ()
    unsettled: int = 0
    unanswered: int = 0
    is_interrupted: bool = False

    @property
    def is_something(self) -> bool:
        return bool(self.files or self.unsettled or self.unanswered or self.is_interrupted)


def look(home: Home, now: datetime, timezone: str) -> Waiting:
    """Compare the inbox with the ledger's snapshot. Raises OSError where the inbox cannot be listed."""
    quiet = [
        file
        for file in regular_files(home.inbox)
        if local_time(file.modified_ns, timezone) <= now - _QUIET
    ]
    known, unsettled, unanswered = _in_snapshot(home, now)
    left = tuple(sorted(file.inbox_path for file in quiet if _identity(file) in known))
    return Waiting(
        len(quiet) - len(left), left, unsettled, unanswered, home.unanswered_mark.exists()
    )


def to_take(home: Home, files: Sequence[InboxFile], now: datetime) -> list[InboxFile]:
    """Those of some files that are worth a load of their own: not what the last one had to leave."""
    if not files:
        return []
    known, _, _ = _in_snapshot(home, now)
    return [file for file in files if _identity(file) not in known]


def note_left(
    connection: Connection, home: Home, offered: Sequence[InboxFile], now: datetime
) -> int:
    """Note which of the files a load was offered lie in the inbox as before; returns how many."""
    before = {_identity(file) for file in offered}
    still = {_identity(file) for file in regular_files(home.inbox)} if before else set()
    left = sorted(before & still)
    with transaction(connection):
        connection.execute("delete from raw.left_in_inbox")
        if left:
            connection.executemany(
                "insert into raw.left_in_inbox values (?, ?, ?, ?)", [[*one, now] for one in left]
            )
    return len(left)


def _in_snapshot(home: Home, now: datetime) -> tuple[set[_Identity], int, int]:
    """Files the ledger knows to be still lying there; returns without an end state, and without an answer."""
    if not home.ledger_snapshot.is_file():
        return set(), 0, 0
    with open_read_only(home.ledger_snapshot) as connection:
        ((unsettled, unanswered),) = connection.execute(
            "select count(*) filter (where status = 'received'),"
            " count(*) filter (where status <> 'received' and not is_answered) from raw.receipts"
        ).fetchall()
        known = connection.execute(
            "select inbox_path, size_bytes, modified_ns from raw.receipts where not is_inbox_cleared"
        ).fetchall()
        if _has_table(connection):
            known += connection.execute(
                "select inbox_path, size_bytes, modified_ns from raw.left_in_inbox"
                " where noted_at > ?",
                [now - _TRY_AGAIN],
            ).fetchall()
    return {(path, size, modified) for path, size, modified in known}, unsettled, unanswered


def _has_table(connection: Connection) -> bool:
    """A snapshot of an older version does not say what was left."""
    return bool(
        connection.execute(
            "select 1 from duckdb_tables() where database_name = current_database()"
            " and schema_name = 'raw' and table_name = 'left_in_inbox'"
        ).fetchall()
    )


def _identity(file: InboxFile) -> _Identity:
    return file.inbox_path, file.size_bytes, keepable_ns(file.modified_ns)
