"""The files of a release: which tables go into which, with their comments, Chinese views and macros.

Where they are put, and when readers see them, is the business of ``publishing``.
"""

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
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
from pipelines.ledger.build_notes import noted_keys
from pipelines.problems import OperatorError
from pipelines.release.chinese_views import create_chinese_views
from pipelines.release.macros import create_macros
from pipelines.release.standing import (
    NOTHING,
    Standing,
    alike,
    published_columns,
    take_over,
)

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


def build_edition(
    connection: Connection,
    path: Path,
    edition: Edition,
    last: Standing = NOTHING,
    use_table: Callable[[str], Future[None]] | None = None,
) -> dict[str, int]:
    """Make one file of a release from one schema of the database ``work``; the rows of each table.

    The tables that stand in the ``last`` release are taken over from it. ``use_table`` begins to do something else with
    each table, by its name with that of the file, once it is there; the file is closed when all of that is done. Raises
    OperatorError when a copy does not hold exactly the rows it was made from.
    """
    name = path.stem
    standing = take_over(last, path, _SCHEMA)
    connection.execute(
        f"attach {quote_text(str(path))} as {name} (storage_version {quote_text(STORAGE_VERSION)})"
    )
    if not standing:
        connection.execute(f"create schema {name}.{_SCHEMA}")
    connection.execute(f"use {name}")
    keys = noted_keys(connection, "work", edition.source_schema)
    columns = published_columns(connection, "work", edition.source_schema)
    begun = []
    # Each table by itself: all of them in one transaction would be held in memory until its end.
    for table in sorted(columns, key=lambda table: table not in standing):
        if table not in standing:
            # A key gives as settled an order as all columns do, and is sorted by at half the cost.
            order = ", ".join(map(quote_name, keys.get(table, ()))) or "all"
            _copy_table(connection, edition.source_schema, table, columns[table], order)
        if use_table is not None:
            begun.append(use_table(table))
    counts = {table: _counted(connection, edition.source_schema, table) for table in columns}
    # A thousand comments written one by one cost five times as much.
    with transaction(connection):
        _copy_comments(connection, edition.source_schema, standing)
    create_chinese_views(connection, name, _SCHEMA)
    create_macros(connection, name, set(counts))
    for use in begun:
        use.result()
    connection.execute("use memory")
    connection.execute(f"detach {name}")
    return counts


def _copy_table(connection: Connection, schema: str, table: str, columns: str, order: str) -> None:
    source = f"work.{quote_name(schema)}.{quote_name(table)}"
    target = _published(table)
    connection.execute(f"create table {target} ({columns})")
    connection.execute(f"insert into {target} select * from {source} order by {order}")


def _counted(connection: Connection, schema: str, table: str) -> int:
    """The rows of a copied table. Raises OperatorError where they are not as many as there were to copy."""
    source = f"work.{quote_name(schema)}.{quote_name(table)}"
    wanted = connection.execute(f"select count(*) from {source}").fetchall()[0][0]
    copied = connection.execute(f"select count(*) from {_published(table)}").fetchall()[0][0]
    if wanted != copied:
        raise OperatorError(
            f"{table} has {wanted} rows, its published copy {copied}.", "Run the load again."
        )
    return int(copied)


def _copy_comments(connection: Connection, schema: str, standing: Collection[str]) -> None:
    """The comments of all tables but those that stand, with their comments, already."""
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
        if table not in standing
    ] + [
        f"comment on column {_published(table)}.{quote_name(column)} is {quote_text(comment)}"
        for table, column, comment in columns
        if table not in standing
    ]
    if statements:
        connection.execute(";".join(statements))


def _published(table: str) -> str:
    """A table of the edition in use."""
    return f"{_SCHEMA}.{quote_name(table)}"


def write_files(
    connection: Connection, folder: Path, last: Mapping[str, Standing] | None = None
) -> dict[str, int]:
    """Write every file of a release from the database ``work``; the rows of each open table.

    ``last``: what stands in the release in place, by the file name of each edition. What is restricted and the Parquet
    files are written beside the open edition, on a connection of their own: both wait for single cores.
    Raises OperatorError as ``build_edition`` does.
    """
    stands = {
        e.file_name: alike(connection, found, e.file_name, _SCHEMA, e.source_schema)
        for e in EDITIONS
        for found in [(last or {}).get(e.file_name, NOTHING)]
    }
    opened, *restricted = sorted(EDITIONS, key=lambda edition: not edition.is_open)
    with connection.cursor() as beside, ThreadPoolExecutor(1) as pool:
        others = [
            pool.submit(build_edition, beside, folder / e.file_name, e, stands[e.file_name])
            for e in restricted
        ]

        def write_parquet(table: str) -> Future[None]:
            source = f"{Path(opened.file_name).stem}.{_published(table)}"
            target = folder / "parquet" / table / "data.parquet"
            return pool.submit(_write_parquet, beside, source, target, stands[opened.file_name])

        counts = build_edition(
            connection,
            folder / opened.file_name,
            opened,
            stands[opened.file_name],
            write_parquet,
        )
        for made in others:
            made.result()
    return counts


def _write_parquet(connection: Connection, table: str, target: Path, last: Standing) -> None:
    """Write a table of an edition as Parquet, its rows in their order; copied where it stands."""
    target.parent.mkdir(parents=True)
    name = target.parent.name
    if name in last.tables and last.copy(f"parquet/{name}/{target.name}", target):
        return
    connection.execute(
        f"copy {table} to {quote_text(str(target))} (format parquet, compression zstd)"
    )


def seal(path: Path, mode: int) -> None:
    """Check that the file opens, then make it durable and read-only."""
    if path.with_name(path.name + ".wal").exists():
        raise OperatorError(f"{path} was not closed cleanly.", "Run the load again.")
    with open_read_only(path) as connection:
        connection.execute("select count(*) from duckdb_tables()").fetchall()
    sync(path)
    path.chmod(mode)
