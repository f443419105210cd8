"""Copies of the ledger for everyone who only reads it: checks, templates, trials of rules, the build.

The work database belongs to its one writer. A build of the marts takes seconds to minutes; it works on a
copy, so that no return ever waits behind it.
"""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from pipelines.database import Connection, quote_name, quote_text
from pipelines.problems import OperatorError
from pipelines.settings import Home


def readable_snapshot(home: Home) -> Path | None:
    """The copy for those who only read; None where nothing has been loaded yet.

    Raises OperatorError where there is a ledger without its copy: what is read would be wrong.
    """
    if home.ledger_snapshot.exists():
        return home.ledger_snapshot
    if home.work_database.exists():
        raise OperatorError(
            f"{home.ledger_snapshot} is missing: earlier returns cannot be looked up.",
            f"Run once: taizhang load --home {home.root}",
        )
    return None


def required_snapshot(home: Home) -> Path:
    """The copy for those who cannot do without. Raises OperatorError where nothing has been loaded."""
    snapshot = readable_snapshot(home)
    if snapshot is None:
        raise OperatorError(
            f"{home.root} has not been loaded yet.", f"taizhang load --home {home.root}"
        )
    return snapshot


def copy_returns(
    connection: Connection, snapshot: Path, tables: Sequence[str], only_accepted: bool
) -> None:
    """Insert receipts and what belongs to them into a private ledger of the same tables.

    A table that the snapshot does not know yet, of a form declared since, stays empty.
    """
    connection.execute(f"attach {quote_text(str(snapshot))} as snapshot (read_only)")
    chosen = " where status in ('accepted', 'accepted_with_warnings')" if only_accepted else ""
    connection.execute(
        f"insert into raw.receipts by name select * from snapshot.raw.receipts{chosen}"
    )
    known = connection.execute(
        "select table_name from duckdb_tables() where database_name = 'snapshot' and schema_name = 'raw'"
    ).fetchall()
    for table in tables:
        if (table,) in known:
            name = quote_name(table)
            connection.execute(
                f"insert into raw.{name} by name select t.* from snapshot.raw.{name} as t"
                " semi join raw.receipts as r on t.receipt_id = r.receipt_id"
            )
    connection.execute("detach snapshot")


def take_snapshot(home: Home) -> None:
    """Copy the work database; the caller is its writer and has closed it."""
    copy_closed(home.work_database, home.ledger_snapshot)


def begin_build(home: Home) -> Path:
    """A fresh copy of the snapshot for dbt to build in; the last build's is replaced.

    Raises OperatorError when nothing has been loaded yet.
    """
    copy_closed(required_snapshot(home), home.building_database)
    return home.building_database


def copy_closed(source: Path, target: Path) -> None:
    """Copy a closed database file and put the copy in place in one step, for its owner alone.

    Raises OperatorError when the source was not closed cleanly, or the copy cannot be written.
    """
    if source.with_name(source.name + ".wal").exists():
        raise OperatorError(f"{source} was not closed cleanly.", "Run the load again.")
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for abandoned in target.parent.glob(f".{target.name}.*"):
            abandoned.unlink()
        # Before the copy takes its place: a log must never be read with another file than its own.
        target.with_name(target.name + ".wal").unlink(missing_ok=True)
        _make_private(partial)
        shutil.copyfile(source, partial)
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise OperatorError(
            f"{target} cannot be written: {error.strerror}.", "Free the disk, then load again."
        ) from error


def _make_private(path: Path) -> None:
    """A new file, closed to everybody else from its first byte on."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
