"""The schema 报表 of a release: every table once more under Chinese names, for people who read Chinese.

Views only name columns and tables, nothing is calculated in them: such views are read by every DuckDB from 1.4 on,
opened directly or attached under any name. What the names are is the business of ``labels``.
"""

from dataclasses import dataclass

from pipelines.database import Connection, quote_name, quote_text, transaction
from pipelines.release.labels import chinese_name, column_label

CHINESE_SCHEMA = "报表"


@dataclass(frozen=True)
class _View:
    """One view: what it is called and shows, its comment; of each column its label, what it shows, its comment."""

    name: str
    table: str
    comment: str | None
    columns: tuple[tuple[str, str, str | None], ...]

    @property
    def outside(self) -> tuple[str | None, tuple[tuple[str, str | None], ...]]:
        """What a database tells of it: its comment, and the name and comment of each column."""
        return self.comment, tuple((label, said) for label, _, said in self.columns)


def create_chinese_views(connection: Connection, database: str, schema: str) -> None:
    """Create in ``database``, which is in use, a view of each table of ``schema``, with the table's comments.

    Views that are there already are left alone where all of them are as they would be made.
    """
    planned = [
        _View(
            chinese_name(table, comment),
            table,
            comment,
            tuple((column_label(table, name), name, said) for name, said in columns),
        )
        for table, (comment, columns) in _relations(connection, database, schema, "tables").items()
    ]
    found = _relations(connection, database, CHINESE_SCHEMA, "views")
    if found == {view.name: view.outside for view in planned} and len(found) == len(planned):
        return
    connection.execute(f"drop schema if exists {quote_name(CHINESE_SCHEMA)} cascade")
    connection.execute(f"create schema {quote_name(CHINESE_SCHEMA)}")
    # One transaction: a thousand comments written one by one cost twice as much.
    with transaction(connection):
        for view in planned:
            connection.execute(_statements(schema, view))


def _relations(
    connection: Connection, database: str, schema: str, kind: str
) -> dict[str, tuple[str | None, tuple[tuple[str, str | None], ...]]]:
    """The ``tables`` or ``views`` of a schema: the comment of each, and name and comment of its columns in order."""
    columns: dict[str, list[tuple[str, str | None]]] = {}
    for relation, column, comment in connection.execute(
        "select table_name, column_name, comment from duckdb_columns()"
        " where database_name = $1 and schema_name = $2 order by table_name, column_index",
        [database, schema],
    ).fetchall():
        columns.setdefault(relation, []).append((column, comment))
    relations = connection.execute(
        f"select {kind[:-1]}_name, comment from duckdb_{kind}()"
        " where database_name = $1 and schema_name = $2 order by 1",
        [database, schema],
    ).fetchall()
    return {name: (comment, tuple(columns[name])) for name, comment in relations}


def _statements(schema: str, shown: _View) -> str:
    """The statements that make one view and its comments."""
    view = f"{quote_name(CHINESE_SCHEMA)}.{quote_name(shown.name)}"
    chosen = ", ".join(
        f"t.{quote_name(column)} as {quote_name(label)}" for label, column, _ in shown.columns
    )
    statements = [
        f"create view {view} as select {chosen} from {quote_name(schema)}.{quote_name(shown.table)} as t"
    ]
    if shown.comment is not None:
        statements.append(f"comment on view {view} is {quote_text(shown.comment)}")
    statements += [
        f"comment on column {view}.{quote_name(label)} is {quote_text(said)}"
        for label, _, said in shown.columns
        if said is not None
    ]
    return "; ".join(statements)
