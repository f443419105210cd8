"""A build that goes on from the last one: what changed in the ledger since is brought into a copy of it.

The copy keeps everything that was made of the ledger, and is told which of the ledger's tables hold something else than
they did, so that only what hangs on those has to be made again. Out of the marts that are made of one return each
(dbt's incremental models) the rows of returns that changed are taken; dbt appends them. Where anything but returns may
have changed (the product, the configuration) the build begins from the ledger alone (``snapshots``).
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pipelines.database import Connection, DatabaseError, open_for_writing, quote_name, quote_text
from pipelines.ledger.build_notes import BuildNotes, take_notes
from pipelines.ledger.contents import content_of
from pipelines.ledger.snapshots import begin_build, copy_closed, required_snapshot
from pipelines.problems import OperatorError
from pipelines.settings import Home

_log = logging.getLogger(__name__)

# dbt reads here whose rows it has to append.
CHANGED_RECEIPTS = "increment.changed_receipts"
_LEDGER_SCHEMAS = ("raw", "config", "reference", "history")
_LAST_LOAD = "from {}.raw.loads where is_finished order by now_at desc, load_id desc limit 1"
_VIEW_SCHEMAS = ("staging", "intermediate")
_MART_SCHEMAS = ("marts", "marts_restricted")


@dataclass(frozen=True)
class Continued:
    """A build that goes on from the last one.

    ``changed`` are the ledger's tables that hold something else than they did, ``reshaped`` those among them that are new
    or have other columns, as schema.table; ``notes`` is what the last build left.
    """

    changed: frozenset[str]
    reshaped: frozenset[str]
    notes: BuildNotes


def continue_build(
    home: Home,
    last_build: Path | None,
    kept: Collection[str],
    renewed: Collection[str] = (),
    views: Collection[str] = (),
) -> Continued | None:
    """Prepare the database dbt builds in: from the last build where that is safe, else from the ledger alone.

    ``last_build`` is the database the release in place was built from; ``kept`` are the marts whose rows belong to
    returns, as schema.table; ``renewed`` are receipts whose rows are made again though they did not change; ``views``
    are those that the last build must have and that stay, as schema.name. Returns what the build goes on from, None
    where it begins from the ledger alone. Raises OperatorError when nothing has been loaded yet; a last build that is
    damaged is told in the log and not gone on from.
    """
    snapshot = required_snapshot(home)
    if last_build is not None and last_build.is_file():
        try:
            continued = _continue(home, snapshot, last_build, kept, renewed, views)
            if continued is not None:
                return continued
        except (OperatorError, DatabaseError) as error:
            _log.warning("%s cannot be gone on from: %s", last_build, error)
    begin_build(home)
    with open_for_writing(home.building_database) as connection:
        _note_changed(connection, "select cast(null as varchar) as receipt_id where false")
    return None


def _continue(
    home: Home,
    snapshot: Path,
    last_build: Path,
    kept: Collection[str],
    renewed: Collection[str],
    views: Collection[str],
) -> Continued | None:
    copy_closed(last_build, home.building_database)
    with open_for_writing(home.building_database) as connection:
        connection.execute(f"attach {quote_text(str(snapshot))} as ledger (read_only)")
        continued = None
        if _is_same_world(connection, kept, views):
            notes = take_notes(connection)
            changed, reshaped = _bring_up_to_date(connection, kept, renewed)
            continued = Continued(changed, reshaped, notes)
        connection.execute("detach ledger")
    return continued


def _is_same_world(connection: Connection, kept: Collection[str], views: Collection[str]) -> bool:
    """Whether product and configuration are those of the last build, and it has every mart and view that is kept."""
    try:
        (before,), (now,) = (
            connection.execute(f"select product, config_hash {_LAST_LOAD.format(name)}").fetchall()
            for name in (_own_name(connection), "ledger")
        )
    except (DatabaseError, ValueError):
        # An older version's build does not say what it was made with.
        return False
    has_all = set(kept) <= _tables(connection, _MART_SCHEMAS) and set(views) <= _views(connection)
    return None not in now and before == now and has_all


def _bring_up_to_date(
    connection: Connection, kept: Collection[str], renewed: Collection[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Make the ledger's tables those of now, and take out of the kept marts what has to be made again.

    Returns the tables that hold something else than they did, and those of them that are defined otherwise.
    """
    _note_changed(
        connection,
        " union ".join(
            f"select receipt_id from (from {one}.raw.{table} except from {other}.raw.{table})"
            for table in ("receipts", "seals")
            for one, other in (("ledger", _own_name(connection)), (_own_name(connection), "ledger"))
        ),
    )
    connection.execute(
        f"insert into {CHANGED_RECEIPTS} select unnest(cast(? as varchar[]))"
        f" except select receipt_id from {CHANGED_RECEIPTS}",
        [list(renewed)],
    )
    changed = {CHANGED_RECEIPTS} if content_of(connection, CHANGED_RECEIPTS).rows else set()
    sealed, own = _sealed_tables(connection), _own_name(connection)
    before = dict(_ledger_tables(connection, "current_database()"))
    reshaped = set()
    for table, definition in _ledger_tables(connection, "'ledger'"):
        reshaped |= {".".join(table)} if before.get(table) != definition else set()
        name = ".".join(quote_name(part) for part in table)
        if table in sealed:
            is_changed = _replace_changed(connection, f"{own}.{name}", f"ledger.{name}")
        else:
            is_changed = ".".join(table) in reshaped or (
                content_of(connection, f"{own}.{name}") != content_of(connection, f"ledger.{name}")
            )
            if is_changed:
                _replace(connection, name, definition)
        changed |= {".".join(table)} if is_changed else set()
    for name in sorted(kept):
        connection.execute(f"delete from {name} where {_IS_CHANGED}")
    return frozenset(changed), frozenset(reshaped)


_IS_CHANGED = f"receipt_id in (select receipt_id from {CHANGED_RECEIPTS})"


def _note_changed(connection: Connection, receipts: str) -> None:
    connection.execute("create schema if not exists increment")
    connection.execute(f"create or replace table {CHANGED_RECEIPTS} as {receipts}")


def _replace_changed(connection: Connection, name: str, source: str) -> bool:
    """Rows of receipts that did not change are sealed on both sides as they are; whether the others say anything new."""
    then, now = (f"(from {table} where {_IS_CHANGED})" for table in (name, source))
    if content_of(connection, then) == content_of(connection, now):
        return False
    connection.execute(f"delete from {name} where {_IS_CHANGED}")
    connection.execute(f"insert into {name} by name {now}")
    return True


def _replace(connection: Connection, name: str, definition: str) -> None:
    connection.execute(f"drop table if exists {name}")
    connection.execute(f"create table {name} {definition}")
    connection.execute(f"insert into {name} by name select * from ledger.{name}")


def _own_name(connection: Connection) -> str:
    return quote_name(str(connection.execute("select current_database()").fetchall()[0][0]))


def _tables(connection: Connection, schemas: Collection[str]) -> set[str]:
    rows = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables()"
        " where database_name = current_database() and list_contains($1, schema_name)",
        [list(schemas)],
    ).fetchall()
    return {name for (name,) in rows}


def _views(connection: Connection) -> set[str]:
    rows = connection.execute(
        "select schema_name || '.' || view_name from duckdb_views()"
        " where database_name = current_database() and list_contains($1, schema_name)",
        [list(_VIEW_SCHEMAS)],
    ).fetchall()
    return {name for (name,) in rows}


def _sealed_tables(connection: Connection) -> set[tuple[str, str]]:
    rows = connection.execute("select distinct table_name from ledger.raw.seals").fetchall()
    return {("raw", name) for (name,) in rows if name != "receipts"}


def _ledger_tables(connection: Connection, database: str) -> list[tuple[tuple[str, str], str]]:
    """Schema and name of the ledger's tables in one of the two databases, with what their definition says behind them."""
    rows = connection.execute(
        "select schema_name, table_name, sql from duckdb_tables()"
        f" where database_name = {database} and list_contains($1, schema_name) order by all",
        [list(_LEDGER_SCHEMAS)],
    ).fetchall()
    return [((schema, table), sql[sql.index("(") :]) for schema, table, sql in rows]
