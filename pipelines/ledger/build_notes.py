"""What a finished build notes for the next one: what each of its tables holds, how each test ended, what made them.

The notes lie in the database they speak of, so that they are copied, kept and lost with it. What follows from them is
not decided here (``orchestration/dbt_cutoff``); a build that goes on takes them out before it changes anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.database import Connection, quote_name, transaction
from pipelines.ledger.contents import Content

_CONTENTS = "increment.contents"
_OUTCOMES = "increment.outcomes"
_STATEMENTS = "increment.statements"
_KEYS = "increment.keys"


@dataclass(frozen=True)
class Outcome:
    """How a test ended: ``pass`` or ``warn``, what it counted, and what it said."""

    status: str
    failures: int | None
    message: str | None


@dataclass(frozen=True)
class BuildNotes:
    """By the identifier of the node: what its table or view held, how a test ended, the statement that does it again."""

    contents: Mapping[str, Content] = field(default_factory=dict)
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    statements: Mapping[str, str] = field(default_factory=dict)


def take_notes(connection: Connection) -> BuildNotes:
    """What the last build noted in the database in use, taken out of it; nothing where it noted nothing."""
    known = {
        name
        for (name,) in connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
            " where database_name = current_database() and schema_name = 'increment'"
        ).fetchall()
    }
    if not {_CONTENTS, _OUTCOMES, _STATEMENTS} <= known:
        return BuildNotes()
    contents = _taken(connection, _CONTENTS, "node, row_count, digest")
    outcomes = _taken(connection, _OUTCOMES, "node, status, failures, message")
    return BuildNotes(
        {node: Content(rows, digest) for node, rows, digest in contents},
        {node: Outcome(*ended) for node, *ended in outcomes},
        dict(_taken(connection, _STATEMENTS, "node, statement")),
    )


def leave_notes(connection: Connection, notes: BuildNotes) -> None:
    """Note what a build holds that is finished: every node made, no test failed."""
    with transaction(connection):
        connection.execute("create schema if not exists increment")
        contents = [(node, one.rows, one.digest) for node, one in notes.contents.items()]
        _left(
            connection, _CONTENTS, ("node varchar", "row_count bigint", "digest varchar"), contents
        )
        outcomes = [
            (node, one.status, one.failures, one.message) for node, one in notes.outcomes.items()
        ]
        _left(
            connection,
            _OUTCOMES,
            ("node varchar", "status varchar", "failures bigint", "message varchar"),
            outcomes,
        )
        statements = list(notes.statements.items())
        _left(connection, _STATEMENTS, ("node varchar", "statement varchar"), statements)


def leave_keys(connection: Connection, keys: Mapping[str, Sequence[str]]) -> None:
    """Note which columns no two rows of a table share, by schema.table: an index does not say it here."""
    with transaction(connection):
        connection.execute("create schema if not exists increment")
        _left(
            connection,
            _KEYS,
            ("table_name varchar", "columns varchar"),
            [(table, ",".join(columns)) for table, columns in keys.items()],
        )


def noted_keys(connection: Connection, database: str, schema: str) -> dict[str, list[str]]:
    """The keys noted in an attached database, by the tables of one schema; none of a table without."""
    noted = connection.execute(
        "select count(*) from duckdb_tables() where database_name = $1"
        " and schema_name || '.' || table_name = $2",
        [database, _KEYS],
    ).fetchall()[0][0]
    if not noted:
        return {}
    rows = connection.execute(
        f"select table_name, columns from {quote_name(database)}.{_KEYS}"
        " where starts_with(table_name, $1) order by table_name",
        [f"{schema}."],
    ).fetchall()
    return {table.partition(".")[2]: columns.split(",") for table, columns in rows}


def _taken(connection: Connection, table: str, columns: str) -> list[tuple[Any, ...]]:
    rows = connection.execute(f"select {columns} from {table}").fetchall()
    connection.execute(f"drop table {table}")
    return rows


def _left(
    connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    """All rows in one statement: one for each takes a hundred times as long."""
    described = ", ".join(columns)
    connection.execute(f"create or replace table {table} ({described})")
    unnested = ", ".join(
        f"unnest(cast(${place} as {column.split()[1]}[]))"
        for place, column in enumerate(columns, start=1)
    )
    values = [[row[place] for row in rows] for place in range(len(columns))]
    connection.execute(f"insert into {table} select {unnested}", values)
