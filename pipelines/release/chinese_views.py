"""The schema 报表 of a release: every table once more under Chinese names, for people who read Chinese.

Views only name columns and tables, nothing is calculated in them: such views are read by every DuckDB from 1.4 on,
opened directly or attached under any name. What the names are is the business of ``labels``.
"""

from pipelines.database import Connection, quote_name, quote_text, transaction
from pipelines.release.labels import chinese_name, column_label

CHINESE_SCHEMA = "报表"


def create_chinese_views(connection: Connection, database: str, schema: str) -> None:
    """Create in ``database``, which is in use, a view of each table of ``schema``, with the table's comments."""
    connection.execute(f"create schema {quote_name(CHINESE_SCHEMA)}")
    columns: dict[str, list[tuple[str, str | None]]] = {}
    for table, column, comment in connection.execute(
        "select table_name, column_name, comment from duckdb_columns()"
        " where database_name = $1 and schema_name = $2 order by table_name, column_index",
        [database, schema],
    ).fetchall():
        columns.setdefault(table, []).append((column, comment))
    tables = connection.execute(
        "select table_name, comment from duckdb_tables()"
        " where database_name = $1 and schema_name = $2 order by table_name",
        [database, schema],
    ).fetchall()
    # One transaction: a thousand comments written one by one cost twice as much.
    with transaction(connection):
        for table, comment in tables:
            connection.execute(_view(schema, table, comment, columns[table]))


def _view(
    schema: str, table: str, comment: str | None, columns: list[tuple[str, str | None]]
) -> str:
    """The statements that make one view and its comments."""
    view = f"{quote_name(CHINESE_SCHEMA)}.{quote_name(chinese_name(table, comment))}"
    labelled = [(quote_name(column_label(table, name)), name, said) for name, said in columns]
    chosen = ", ".join(f"t.{quote_name(name)} as {label}" for label, name, _ in labelled)
    statements = [
        f"create view {view} as select {chosen} from {quote_name(schema)}.{quote_name(table)} as t"
    ]
    if comment is not None:
        statements.append(f"comment on view {view} is {quote_text(comment)}")
    statements += [
        f"comment on column {view}.{label} is {quote_text(said)}"
        for label, _, said in labelled
        if said is not None
    ]
    return "; ".join(statements)
