"""Publishing: a release is built beside the last one and put in place by one switch of a link.

``published/reporting.duckdb`` and its neighbours are fixed links through ``published/current``, so
that readers always see one whole release and a held file stays what it was.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.database import (
    STORAGE_VERSION,
    Connection,
    DiskError,
    open_in_memory,
    open_read_only,
    quote_name,
    quote_text,
)
from pipelines.durability import sync
from pipelines.problems import OperatorError
from pipelines.release.labels import chinese_name
from pipelines.settings import Home

CHINESE_SCHEMA = "报表"
_SCHEMA = "marts"
_LINKED = ("reporting.duckdb", "statistics.duckdb", "parquet")
# The database a release was made from goes with it, so that it can be audited.
BUILD_COPY = "build.duckdb"


# From a published figure to its cells: from marts.lineage('fct_investment', '<row_key>').
_LINEAGE = """
create macro marts.lineage(of_table, of_row) as table
select l.*, s.unit_code, s.form_id, s.period, s.file_name, s.sha256
from marts.fct_lineage as l
left join marts.fct_submissions as s on l.receipt_id = s.receipt_id
where l.table_name = of_table and l.row_key = of_row
order by l.column_name
"""


@dataclass(frozen=True)
class Release:
    """A published release: its number and the rows of each open table."""

    release_id: int
    folder: Path
    rows: dict[str, int]


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


def publish(home: Home, keep: int) -> Release:
    """Build the next release from the finished marts and switch to it.

    Raises OperatorError when a copy does not hold exactly the rows it was made from, or cannot be written.
    """
    try:
        return _publish(home, keep)
    except (OSError, *DiskError) as error:
        raise OperatorError(
            f"The release could not be made: {error}.",
            "Free the disk, or give the user of the load the right to write there; then load again."
            " The last release stays in place.",
        ) from error


def _publish(home: Home, keep: int) -> Release:
    releases = home.published / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    _clear_unfinished(home, releases)
    number = max(_numbers(releases), default=0) + 1
    building = releases / f".building-{number}"
    # Nobody else may look in before every file has the mode it is to have.
    building.mkdir(mode=0o700)
    counts: dict[str, int] = {}
    with open_in_memory() as connection:
        connection.execute(f"attach {quote_text(str(home.building_database))} as work (read_only)")
        for edition in EDITIONS:
            copied = _build_edition(connection, building / edition.file_name, edition)
            counts |= copied if edition.is_open else {}
        _write_parquet(connection, building / "parquet", sorted(counts))
    for edition in EDITIONS:
        _seal(building / edition.file_name, edition.mode)
    home.building_database.replace(building / BUILD_COPY)
    (building / BUILD_COPY).chmod(0o600)
    _open_to_readers(home.published, releases, building)
    folder = releases / str(number)
    os.sync()
    building.rename(folder)
    sync(releases)
    _switch(home, folder)
    sync(home.published)
    _forget_old(releases, number, keep)
    return Release(number, folder, counts)


def _clear_unfinished(home: Home, releases: Path) -> None:
    """Remove what a publication that was cut off left: half a release, one that was never switched to, its links."""
    link = home.published / "current"
    newest = int(link.readlink().name) if link.is_symlink() else None
    for folder in list(releases.iterdir()):
        is_unused = newest is not None and folder.name.isdigit() and int(folder.name) > newest
        if folder.name.startswith(".building-") or is_unused:
            shutil.rmtree(folder)
    for name in (*_LINKED, "current"):
        for link in home.published.glob(f".{name}.*"):
            link.unlink()


def _numbers(releases: Path) -> Iterator[int]:
    return (int(path.name) for path in releases.iterdir() if path.name.isdigit())


def current_release(home: Home) -> Path | None:
    """The folder of the release in place, None before the first."""
    link = home.published / "current"
    return link.resolve() if link.exists() else None


def _build_edition(connection: Connection, path: Path, edition: Edition) -> dict[str, int]:
    """Copy one schema into a new file with its constraints, comments and Chinese views."""
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
    _create_chinese_views(connection)
    if "fct_lineage" in counts:
        connection.execute(_LINEAGE)
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


def _create_chinese_views(connection: Connection) -> None:
    """Each table once more under its Chinese name, for people who read Chinese."""
    connection.execute(f"create schema {quote_name(CHINESE_SCHEMA)}")
    for table, comment in connection.execute(
        "select table_name, comment from duckdb_tables()"
        " where database_name = 'edition' and schema_name = $1 order by table_name",
        [_SCHEMA],
    ).fetchall():
        view = f"{quote_name(CHINESE_SCHEMA)}.{quote_name(chinese_name(table, comment))}"
        connection.execute(f"create view {view} as select * from {_SCHEMA}.{quote_name(table)}")


def _write_parquet(connection: Connection, folder: Path, tables: Sequence[str]) -> None:
    for table in tables:
        target = folder / table
        target.mkdir(parents=True)
        connection.execute(
            f"copy (select * from work.{_SCHEMA}.{quote_name(table)} order by all)"
            f" to {quote_text(str(target / 'data.parquet'))} (format parquet, compression zstd)"
        )


def _seal(path: Path, mode: int) -> None:
    """Check that the file opens, then make it durable and read-only."""
    if path.with_name(path.name + ".wal").exists():
        raise OperatorError(f"{path} was not closed cleanly.", "Run the load again.")
    with open_read_only(path) as connection:
        connection.execute("select count(*) from duckdb_tables()").fetchall()
    sync(path)
    path.chmod(mode)


def _open_to_readers(published: Path, releases: Path, building: Path) -> None:
    """Folders and Parquet copies may be read by everyone; the databases have modes of their own."""
    parquet = building / "parquet"
    for folder in (published, releases, building, parquet, *parquet.iterdir()):
        folder.chmod(0o755)
    for copy in parquet.glob("*/*.parquet"):
        copy.chmod(0o444)


def _switch(home: Home, folder: Path) -> None:
    """One atomic rename decides which release is current."""
    for name in _LINKED:
        _link(home.published / name, Path("current") / name)
    _link(home.published / "current", Path("releases") / folder.name)


def _link(link: Path, target: Path) -> None:
    """Set a link in one step; another one that stands there is replaced."""
    if link.is_symlink() and link.readlink() == target:
        return
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


def _forget_old(releases: Path, newest: int, keep: int) -> None:
    for number in list(_numbers(releases)):
        if number <= newest - keep:
            shutil.rmtree(releases / str(number))
        elif number != newest:
            (releases / str(number) / BUILD_COPY).unlink(missing_ok=True)
