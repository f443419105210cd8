"""The files of a release: which tables go into which, with their comments, Chinese views and macros.

Where they are put, and when readers see them, is the business of ``publishing``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.database import (
    STORAGE_VERSION,
    Connection,
    open_read_only,
    quote_name,
    quote_text,
)
from pipelines.durability import sync
from pipelines.problems import OperatorError
from pipelines.release.chinese_views import create_chinese_views
from pipelines.release.macros import create_macros

_SCHEMA = "marts"


@dataclass(frozen=True)
class Edition:
    """One file of a release: which schema of the work database goes into it, and its file mode."""

    file_name: str
    source_schema: str
    mode: int

    @property
    def is_open(self) -> bool:
        """Whether everybody may read it, as Parquet too."""
        return self.source_schema == _SCHEMA


EDITIONS = (
    Edition("reporting.duckdb", "marts", 0o444),
    Edition("statistics.duckdb", "marts_restricted", 0o600),
)


def build_edition(connection: Connection, path: Path, edition: Edition) -> dict[str, int]:
    """Copy one schema of the database ``work`` into a new file; the rows of each table.

    Raises OperatorError when a copy does not hold exactly the rows it was made from.
    """
    connection.execute(
        f"attach {quote_text(str(path))} as edition (storage_version {quote_text(STORAGE_VERSION)})"
    )
    connection.execute("use edition")
    connection.execute(f"create schema {_SCHEMA}")
    counts = {}
    for table, definition in connection.execute(
        "select table_name, sql from duckdb_tables()"
        " where database_name = 'work' and schema_name = $1 order by table_name",
        [edition.source_schema],
    ).fetchall():
        counts[table] = _copy_table(connection, edition.source_schema, table, definition)
    create_chinese_views(connection, "edition", _SCHEMA)
    create_macros(connection, set(counts))
    connection.execute("use memory")
    connection.execute("detach edition")
    return counts


def _copy_table(connection: Connection, schema: str, table: str, definition: str) -> int:
    source = f"work.{quote_name(schema)}.{quote_name(table)}"
    target = f"edition.{_SCHEMA}.{quote_name(table)}"
    columns = definition[definition.index("(") :]
    connection.execute(f"create table {target} {columns}")
    connection.execute(f"insert into {target} select * from {source} order by all")
    wanted = connection.execute(f"select count(*) from {source}").fetchall()[0][0]
    copied = connection.execute(f"select count(*) from {target}").fetchall()[0][0]
    if wanted != copied:
        raise OperatorError(
            f"{table} has {wanted} rows, its published copy {copied}.", "Run the load again."
        )
    _copy_comments(connection, schema, table)
    return int(copied)


def _copy_comments(connection: Connection, schema: str, table: str) -> None:
    target = f"edition.{_SCHEMA}.{quote_name(table)}"
    for (comment,) in connection.execute(
        "select comment from duckdb_tables() where database_name = 'work' and schema_name = $1"
        " and table_name = $2 and comment is not null",
        [schema, table],
    ).fetchall():
        connection.execute(f"comment on table {target} is {quote_text(comment)}")
    for column, comment in connection.execute(
        "select column_name, comment from duckdb_columns() where database_name = 'work'"
        " and schema_name = $1 and table_name = $2 and comment is not null",
        [schema, table],
    ).fetchall():
        connection.execute(
            f"comment on column {target}.{quote_name(column)} is {quote_text(comment)}"
        )


def write_parquet(connection: Connection, folder: Path, tables: Sequence[str]) -> None:
    """Write the open tables of the database ``work`` as Parquet, a folder for each."""
    for table in tables:
        target = folder / table
        target.mkdir(parents=True)
        connection.execute(
            f"copy (select * from work.{_SCHEMA}.{quote_name(table)} order by all)"
            f" to {quote_text(str(target / 'data.parquet'))} (format parquet, compression zstd)"
        )


def seal(path: Path, mode: int) -> None:
    """Check that the file opens, then make it durable and read-only."""
    if path.with_name(path.name + ".wal").exists():
        raise OperatorError(f"{path} was not closed cleanly.", "Run the load again.")
    with open_read_only(path) as connection:
        connection.execute("select count(*) from duckdb_tables()").fetchall()
    sync(path)
    path.chmod(mode)
