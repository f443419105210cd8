"""The files of a release: which tables go into which, with their comments, Chinese views and macros.

Where they are put, and when readers see them, is the business of ``publishing``.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pipelines.database import (
    STORAGE_VERSION,
    Connection,
    open_read_only,
    quote_name,
    quote_text,
    transaction,
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
    orders = _orders(connection, edition.source_schema)
    definitions = connection.execute(
        "select table_name, sql from duckdb_tables()"
        " where database_name = 'work' and schema_name = $1 order by table_name",
        [edition.source_schema],
    ).fetchall()
    connection.execute(f"create schema {_SCHEMA}")
    # Each table by itself: all of them in one transaction would be held in memory until its end.
    counts = {
        table: _copy_table(connection, edition.source_schema, table, sql, orders[table])
        for table, sql in definitions
    }
    # A thousand comments written one by one cost five times as much.
    with transaction(connection):
        _copy_comments(connection, edition.source_schema)
    create_chinese_views(connection, "edition", _SCHEMA)
    create_macros(connection, set(counts))
    connection.execute("use memory")
    connection.execute("detach edition")
    return counts


def _copy_table(
    connection: Connection, schema: str, table: str, definition: str, order: str
) -> int:
    source = f"work.{quote_name(schema)}.{quote_name(table)}"
    target = _published(table)
    columns = definition[definition.index("(") :]
    connection.execute(f"create table {target} {columns}")
    connection.execute(f"insert into {target} select * from {source} order by {order}")
    wanted = connection.execute(f"select count(*) from {source}").fetchall()[0][0]
    copied = connection.execute(f"select count(*) from {target}").fetchall()[0][0]
    if wanted != copied:
        raise OperatorError(
            f"{table} has {wanted} rows, its published copy {copied}.", "Run the load again."
        )
    return int(copied)


def _orders(connection: Connection, schema: str) -> dict[str, str]:
    """What puts the rows of each table into one order whatever came first: its key, else all its columns.

    A key gives as settled an order as all columns do, and is sorted by at half the cost.
    """
    return {
        table: ", ".join(quote_name(name) for name in key) if key else "all"
        for table, key in connection.execute(
            "select t.table_name, any_value(c.constraint_column_names)"
            " from duckdb_tables() as t left join duckdb_constraints() as c"
            " on t.table_oid = c.table_oid and t.database_oid = c.database_oid"
            " and c.constraint_type = 'PRIMARY KEY'"
            " where t.database_name = 'work' and t.schema_name = $1 group by all",
            [schema],
        ).fetchall()
    }


def _copy_comments(connection: Connection, schema: str) -> None:
    tables = connection.execute(
        "select table_name, comment from duckdb_tables() where database_name = 'work'"
        " and schema_name = $1 and comment is not null order by table_name",
        [schema],
    ).fetchall()
    columns = connection.execute(
        "select table_name, column_name, comment from duckdb_columns() where database_name = 'work'"
        " and schema_name = $1 and comment is not null order by table_name, column_index",
        [schema],
    ).fetchall()
    statements = [
        f"comment on table {_published(table)} is {quote_text(comment)}"
        for table, comment in tables
    ] + [
        f"comment on column {_published(table)}.{quote_name(column)} is {quote_text(comment)}"
        for table, column, comment in columns
    ]
    if statements:
        connection.execute(";".join(statements))


def _published(table: str) -> str:
    return f"edition.{_SCHEMA}.{quote_name(table)}"


def write_files(connection: Connection, folder: Path) -> dict[str, int]:
    """Write every file of a release from the database ``work``; the rows of each open table.

    The Parquet files are written beside the editions, on a connection of their own: both wait for single cores.
    Raises OperatorError as ``build_edition`` does.
    """
    with connection.cursor() as beside, ThreadPoolExecutor(1) as pool:
        parquet = pool.submit(write_parquet, beside, folder / "parquet")
        counts: dict[str, int] = {}
        for edition in EDITIONS:
            copied = build_edition(connection, folder / edition.file_name, edition)
            counts |= copied if edition.is_open else {}
        parquet.result()
    return counts


def write_parquet(connection: Connection, folder: Path) -> None:
    """Write the open tables of the database ``work`` as Parquet, a folder for each."""
    for table, order in _orders(connection, _SCHEMA).items():
        target = folder / table
        target.mkdir(parents=True)
        connection.execute(
            f"copy (from work.{_SCHEMA}.{quote_name(table)} order by {order})"
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
