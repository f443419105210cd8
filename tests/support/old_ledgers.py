"""A home as the first version of the product left it: its ledger has the tables of the first DDL, and nothing since."""

from __future__ import annotations

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from grids import a_file
from homes import a_home, drop
from releases import LEDGER, NOW, REPORT, STATISTICS, load
from small_district import declared_forms

from pipelines.database import Connection, open_for_writing, quote_name, quote_text
from pipelines.intake.archive import archive_path, stored_hashes
from pipelines.ledger.work_database import DDL_FOLDER, upgrade
from pipelines.settings import Home

FIRST_DDL = "0001_ledger.sql"
# The very report before its total was put right: it was refused, and stays refused.
WRONG_REPORT = REPORT.replace("5 | 10 | 20", "5 | 约10 | 20")


def a_home_of_the_first_version(root: Path) -> Home:
    """Four returns were received by the first version, one of them refused; nothing was answered or sealed."""
    home = a_home(root)
    drop(home, "fagai/台账.xlsx", a_file(LEDGER), NOW - timedelta(days=1))
    drop(home, "jia/进展（错）.xlsx", a_file(WRONG_REPORT), NOW - timedelta(days=2))
    drop(home, "jia/进展.xlsx", a_file(REPORT), NOW - timedelta(days=1))
    drop(home, "tongji/统计.xlsx", a_file(STATISTICS), NOW - timedelta(days=1))
    load(home)
    take_back_to_the_first_version(home)
    return home


def take_back_to_the_first_version(home: Home) -> None:
    """Keep of a home what the first version knew: rows in the columns of its tables, and the files it archived."""
    modern = home.root / "modern.duckdb"
    home.work_database.replace(modern)
    with (
        tempfile.TemporaryDirectory() as folder,
        open_for_writing(home.work_database) as connection,
    ):
        shutil.copyfile(DDL_FOLDER / FIRST_DDL, Path(folder) / FIRST_DDL)
        upgrade(connection, declared_forms(), Path(folder))
        connection.execute(f"attach {quote_text(str(modern))} as modern (read_only)")
        for schema, table, columns in _tables(connection):
            _insert_known(connection, f"{quote_name(schema)}.{quote_name(table)}", columns)
        received = {
            sha256 for (sha256,) in connection.execute("select sha256 from raw.receipts").fetchall()
        }
        connection.execute("detach modern")
    modern.unlink()
    for sha256 in stored_hashes(home.archive) - received:  # configurations were not kept yet
        archive_path(home.archive, sha256).unlink()
    for path in (home.feedback, home.ledger_snapshot.parent):
        shutil.rmtree(path, ignore_errors=True)


def _tables(connection: Connection) -> list[tuple[str, str, list[str]]]:
    return connection.execute(
        "select c.schema_name, c.table_name, list(c.column_name) from duckdb_columns() as c"
        " inner join duckdb_tables() as t on c.table_oid = t.table_oid and c.database_oid = t.database_oid"
        " where c.database_name = current_database() and c.schema_name <> 'main'"
        " group by all order by all"
    ).fetchall()


def _insert_known(connection: Connection, table: str, columns: list[str]) -> None:
    schema, _, name = table.partition(".")
    known = connection.execute(
        "select column_name from duckdb_columns() where database_name = 'modern'"
        " and schema_name = $1 and table_name = $2",
        [schema.strip('"'), name.strip('"')],
    ).fetchall()
    shared = ", ".join(quote_name(column) for (column,) in known if column in columns)
    connection.execute(f"insert into {table} by name select {shared} from modern.{table}")
