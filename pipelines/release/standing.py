"""What of the release in place stands in the next one as it is: tables that hold the same rows, and their files.

Most tables do not change from one day to the next: they are taken over instead of being sorted and written again. Every
file is copied, never shared, so that harm done to one release is not done to another; and only while it is, byte for
byte, the one that was made. How the other tables are written is the business of ``editions``.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.database import Connection, open_in_memory, quote_name, quote_text
from pipelines.intake.archive import hash_of

# A copied file keeps the room of what was dropped from it; beyond this share it is written anew.
_MOST_FREE = 1 / 3


@dataclass(frozen=True)
class Standing:
    """One edition of the release in place: the tables whose rows are still the same, the hash of each of its files."""

    folder: Path
    tables: frozenset[str]
    hashes: Mapping[str, str]

    def copy(self, name: str, target: Path) -> bool:
        """Copy a file, by its path in the release's folder; whether it was there and as it was made."""
        source = self.folder / name
        if name not in self.hashes or not source.is_file():
            return False
        shutil.copyfile(source, target)
        if hash_of(target) == self.hashes[name]:
            return True
        target.unlink()
        return False


NOTHING = Standing(Path(), frozenset(), {})


def alike(
    connection: Connection, last: Standing, file_name: str, schema: str, source_schema: str
) -> Standing:
    """What stands, without the tables whose columns, keys or comments are others in the database ``work``."""
    if not last.tables or not (last.folder / file_name).is_file():
        return NOTHING
    path = quote_text(str(last.folder / file_name))
    connection.execute(f"attach {path} as last_edition (read_only)")
    try:
        old = _described(connection, "last_edition", schema)
    finally:
        connection.execute("detach last_edition")
    new = _described(connection, "work", source_schema)
    same = frozenset(t for t in last.tables if t in new and old.get(t) == new[t])
    return replace(last, tables=same)


def take_over(last: Standing, path: Path, schema: str) -> frozenset[str]:
    """Put a copy of the edition in place at ``path``, without what does not stand; the tables in it.

    None, and no file, where there is none fit to be copied.
    """
    if not last.tables or not last.copy(path.name, path):
        return frozenset()
    # Closed again, so that what was dropped makes room for what is written next.
    with open_in_memory() as connection:
        connection.execute(f"attach {quote_text(str(path))} as copied")
        is_loose = _free_share(connection, "copied") > _MOST_FREE
        for table in sorted(_described(connection, "copied", schema).keys() - last.tables):
            connection.execute(f"drop table copied.{quote_name(schema)}.{quote_name(table)}")
        connection.execute("detach copied")
    if is_loose:
        path.unlink()
    return frozenset() if is_loose else last.tables


def _described(
    connection: Connection, database: str, schema: str
) -> dict[str, tuple[str, str | None, list[str | None]]]:
    """By table: its columns, its comment and theirs."""
    columns = published_columns(connection, database, schema)
    comments = connection.execute(
        "select t.table_name, any_value(t.comment), list(c.comment order by c.column_index)"
        " from duckdb_tables() as t inner join duckdb_columns() as c"
        " on t.database_oid = c.database_oid and t.table_oid = c.table_oid"
        " where t.database_name = $1 and t.schema_name = $2 group by 1",
        [database, schema],
    ).fetchall()
    return {table: (columns[table], said, of) for table, said, of in comments}


def published_columns(connection: Connection, database: str, schema: str) -> dict[str, str]:
    """The columns of every table as a release has them: names, types, and whether they may be empty.

    Without the index of the key: the build proves the key, nobody writes into a release, and of its files the index
    would be two thirds.
    """
    listed = connection.execute(
        "select t.table_name, list((c.column_name, c.data_type, c.is_nullable) order by c.column_index)"
        " from duckdb_tables() as t inner join duckdb_columns() as c"
        " on t.database_oid = c.database_oid and t.table_oid = c.table_oid"
        " where t.database_name = $1 and t.schema_name = $2 group by 1 order by 1",
        [database, schema],
    ).fetchall()
    return {
        table: ", ".join(
            f"{quote_name(name)} {kind}{'' if may_be_empty else ' not null'}"
            for name, kind, may_be_empty in columns
        )
        for table, columns in listed
    }


def _free_share(connection: Connection, database: str) -> float:
    """How much of an attached file holds nothing."""
    free, total = connection.execute(
        "select free_blocks, total_blocks from pragma_database_size() where database_name = $1",
        [database],
    ).fetchall()[0]
    return free / total if total else 0.0
