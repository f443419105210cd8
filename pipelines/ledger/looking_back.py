"""A ledger as it was when a release was built: what came later is taken out of a private copy of it.

What a load settled is never changed afterwards, so that the past is what lies there less what came later: receipts
with everything read from them, which of them superseded which, the messages, the record of releases. What is declared
is not in here: it is put back from the files of that load (``configurations``).
"""

from dataclasses import dataclass
from datetime import datetime

from pipelines.database import Connection, quote_name, transaction
from pipelines.ledger.history import SUFFIX
from pipelines.problems import OperatorError

# Messages are set back to what was recorded of them.
_OTHERWISE = ("receipts", "outbox_items")


@dataclass(frozen=True)
class PastRelease:
    """A release as it is recorded: its number, the load it shows with its moment, and with what that load worked."""

    release_id: int
    load_id: str
    now_at: datetime
    config_hash: str
    product: str


def release_as_known(connection: Connection, moment: datetime) -> PastRelease:
    """The release that was in place at a moment. Raises OperatorError when there was none, or it was not recorded."""
    found = connection.execute(
        "select release_id, load_id, now_at, config_hash, product from history.releases"
        " where now_at <= ? order by now_at desc, load_id desc limit 1",
        [moment],
    ).fetchall()
    if not found:
        first = connection.execute("select min(now_at) from history.releases").fetchall()[0][0]
        raise OperatorError(
            f"Nothing is recorded as published at {moment}.",
            "Load once, so that there is a release."
            if first is None
            else f"The first release on record is of {first}; name that moment or a later one.",
        )
    return PastRelease(*found[0])


def take_back(connection: Connection, past: PastRelease) -> None:
    """Take out of a private copy of the ledger everything that came after a release."""
    with transaction(connection):
        connection.execute(
            "create or replace temp table later_loads as select load_id from raw.loads"
            " where (now_at, load_id) > ($now_at, $load_id)",
            {"now_at": past.now_at, "load_id": past.load_id},
        )
        connection.execute(
            "create or replace temp table later as select receipt_id from raw.receipts"
            " where load_id in (select load_id from later_loads)"
        )
        _take_back_returns(connection)
        _take_back_messages(connection, past.now_at)
        _take_back_history(connection, past.now_at)
        for table, column in (("rule_versions", "first_load_id"), ("loads", "load_id")):
            connection.execute(
                f"delete from raw.{table} where {column} in (select load_id from later_loads)"
            )


def _take_back_returns(connection: Connection) -> None:
    for (table,) in connection.execute(
        "select c.table_name from duckdb_columns() as c inner join duckdb_tables() as t"
        " on c.table_oid = t.table_oid and c.database_oid = t.database_oid"
        " where c.database_name = current_database() and c.schema_name = 'raw'"
        " and c.column_name = 'receipt_id' order by 1"
    ).fetchall():
        if table not in _OTHERWISE:
            connection.execute(
                f"delete from raw.{quote_name(table)}"
                " where receipt_id in (select receipt_id from later)"
            )
    connection.execute(
        "update raw.receipts set superseded_by = null"
        " where superseded_by in (select receipt_id from later)"
    )
    connection.execute(
        "delete from raw.receipts where receipt_id in (select receipt_id from later)"
    )


def _take_back_messages(connection: Connection, moment: datetime) -> None:
    then = "known_from <= $moment and (known_to is null or known_to > $moment)"
    connection.execute(
        "delete from raw.outbox where message_id not in"
        f" (select message_id from history.messages where {then})",
        {"moment": moment},
    )
    connection.execute(
        "update raw.outbox set state = h.state, attempts = h.attempts, sent_at = h.sent_at"
        f" from history.messages as h where outbox.message_id = h.message_id and {then}",
        {"moment": moment},
    )
    connection.execute("delete from raw.outbox_items where told_at > $moment", {"moment": moment})


def _take_back_history(connection: Connection, moment: datetime) -> None:
    """What was recorded of this release and of later ones: it is worked out anew from what was before."""
    for (table,) in connection.execute(
        "select table_name from duckdb_tables() where database_name = current_database()"
        " and schema_name = 'history' and (ends_with(table_name, $1) or table_name = 'messages')"
        " order by 1",
        [SUFFIX],
    ).fetchall():
        name = f"history.{quote_name(table)}"
        connection.execute(f"delete from {name} where known_from >= $moment", {"moment": moment})
        connection.execute(
            f"update {name} set known_to = null where known_to >= $moment", {"moment": moment}
        )
    connection.execute("delete from history.releases where now_at >= $moment", {"moment": moment})
