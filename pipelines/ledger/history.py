"""What was published when: the versions of the marts, recorded after each release in ``history`` of work.duckdb.

The versions themselves are worked out by dbt (``macros/vintages.sql``) from what is recorded here and what the load
found; a release brings them in the database it was built from. Which release is in place is ``release``'s business.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pipelines.database import Connection, quote_name, quote_text, transaction

# A mart of this name holds the versions of another one.
SUFFIX = "_vintages"
_KEY = "vintage_key"
# What may still become of a message after it was queued.
MESSAGE_COLUMNS = ("message_id", "state", "attempts", "sent_at")


def record_release(connection: Connection, build: Path, release_id: int) -> bool:
    """Record the release that was built in a file; whether there was anything to record.

    One that is recorded already is left alone, and so is one older than the last recorded: an operator may have gone
    back to it. The caller is the ledger's writer.
    """
    connection.execute(f"attach {quote_text(str(build))} as released (read_only)")
    try:
        unrecorded = _unrecorded_load(connection)
        if unrecorded is None:
            return False
        load_id, moment = unrecorded
        with transaction(connection):
            for schema, table in list(_versioned(connection)):
                _record(connection, schema, table, moment)
            _record_messages(connection, moment)
            connection.execute(
                "insert into history.releases by name"
                " select load_id, $release_id as release_id, now_at, config_hash, product"
                " from released.raw.loads where load_id = $load_id",
                {"release_id": release_id, "load_id": load_id},
            )
        return True
    finally:
        connection.execute("detach released")


def unrecorded_changes(connection: Connection, build: Path) -> list[str]:
    """Where the versions in a release's file are not those recorded, as sentences; none before it is recorded."""
    connection.execute(f"attach {quote_text(str(build))} as released (read_only)")
    try:
        if not _is_last_recorded(connection):
            return []
        faults = []
        for schema, table in list(_versioned(connection)):
            columns = _listed(_columns(connection, "released", schema, table))
            theirs, ours = f"released.{schema}.{table}", f"history.{quote_name(table)}"
            lost, added = connection.execute(
                f"select (select count(*) from (select {columns} from {theirs}"
                f" except all select {columns} from {ours})),"
                f" (select count(*) from (select {columns} from {ours}"
                f" except all select {columns} from {theirs}))"
            ).fetchall()[0]
            if lost or added:
                faults.append(
                    f"history.{table}: {lost} version(s) of the release are gone or changed,"
                    f" {added} were never published"
                )
        return faults
    finally:
        connection.execute("detach released")


def _unrecorded_load(connection: Connection) -> tuple[str, datetime] | None:
    """The load that the file ``released`` shows and its moment, if it still has to be recorded.

    A release made by a version of the product that kept no versions has none.
    """
    if "product" not in _columns(connection, "released", "raw", "loads"):
        return None
    found = connection.execute(
        """
        with shown as (
            select load_id, now_at from released.raw.loads where is_finished
            order by now_at desc, load_id desc limit 1)
        select s.load_id, s.now_at
        from shown as s
        where s.load_id not in (select load_id from history.releases)
            and not exists (select 1 from history.releases as r where r.now_at > s.now_at)
        """
    ).fetchall()
    return found[0] if found else None


def _is_last_recorded(connection: Connection) -> bool:
    last = "order by now_at desc, load_id desc limit 1"
    return bool(
        connection.execute(
            f"select (select load_id from history.releases {last})"
            f" is not distinct from (select load_id from released.raw.loads where is_finished {last})"
        ).fetchall()[0][0]
    )


def _versioned(connection: Connection) -> Iterator[tuple[str, str]]:
    """Schema and name of every mart of versions in the file ``released``."""
    yield from connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = 'released'"
        " and schema_name in ('marts', 'marts_restricted') and ends_with(table_name, $1)"
        " order by all",
        [SUFFIX],
    ).fetchall()


def _record(connection: Connection, schema: str, table: str, moment: datetime) -> None:
    """Make the recorded versions of one mart those of the release, touching only what differs.

    What was in force before the release's moment and is so no longer is never touched again.
    """
    theirs, ours = f"released.{schema}.{quote_name(table)}", f"history.{quote_name(table)}"
    columns = _columns(connection, "released", schema, table)
    _make_room(connection, table, columns)
    names = _listed(columns)
    connection.execute(
        f"create or replace temp table changed as select {names} from {theirs}"
        f" except select {names} from {ours}"
    )
    # A version that was opened and closed again at one moment was never in force.
    connection.execute(
        f"delete from {ours} where known_from >= $moment"
        f" and {_KEY} not in (select {_KEY} from {theirs})",
        {"moment": moment},
    )
    values = ", ".join(f"{quote_name(name)} = c.{quote_name(name)}" for name in columns)
    connection.execute(
        f"update {ours} as o set {values} from changed as c"
        f" where o.{_KEY} = c.{_KEY} and (o.known_to is null or o.known_to >= $moment)",
        {"moment": moment},
    )
    connection.execute(
        f"insert into {ours} by name select c.* from changed as c"
        f" anti join {ours} as o on c.{_KEY} = o.{_KEY}"
    )
    connection.execute("drop table changed")


def _record_messages(connection: Connection, moment: datetime) -> None:
    """Which messages there were and how far they had come: the only thing in ``raw`` that goes on changing."""
    same = " and ".join(f"o.{name} is not distinct from h.{name}" for name in MESSAGE_COLUMNS)
    names = ", ".join(MESSAGE_COLUMNS)
    for statement in (
        "delete from history.messages where known_from >= $moment",
        "update history.messages set known_to = null where known_to >= $moment",
        "update history.messages as h set known_to = $moment where h.known_to is null"
        f" and not exists (select 1 from released.raw.outbox as o where {same})",
        f"insert into history.messages by name select {names}, $moment as known_from"
        " from released.raw.outbox as o where not exists"
        f" (select 1 from history.messages as h where h.known_to is null and {same})",
    ):
        connection.execute(statement, {"moment": moment})


def _make_room(connection: Connection, table: str, columns: dict[str, str]) -> None:
    """Make the table that keeps a mart's versions, and the columns that the mart has got since.

    A column that the mart has no longer stays, with what was published in it.
    """
    name = f"history.{quote_name(table)}"
    described = ", ".join(f"{quote_name(column)} {kind}" for column, kind in columns.items())
    connection.execute(f"create table if not exists {name} ({described})")
    catalogue = connection.execute("select current_database()").fetchall()[0][0]
    known = _columns(connection, catalogue, "history", table)
    for column, kind in columns.items():
        if column not in known:
            connection.execute(f"alter table {name} add column {quote_name(column)} {kind}")


def _columns(connection: Connection, database: str, schema: str, table: str) -> dict[str, str]:
    """The columns of a table in their order, with their types."""
    return dict(
        connection.execute(
            "select column_name, data_type from duckdb_columns() where database_name = $1"
            " and schema_name = $2 and table_name = $3 order by column_index",
            [database, schema, table],
        ).fetchall()
    )


def _listed(columns: dict[str, str]) -> str:
    return ", ".join(quote_name(column) for column in columns)
