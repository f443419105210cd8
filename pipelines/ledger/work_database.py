"""The work database: created and upgraded by the numbered DDL of ``warehouse/ddl``."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipelines.database import Connection, open_for_writing, quote_name, transaction
from pipelines.declarations.forms import Form, storage_columns
from pipelines.settings import PROJECT_ROOT, Home

DDL_FOLDER = PROJECT_ROOT / "warehouse" / "ddl"
_POSITION = (
    "receipt_id varchar not null, sheet varchar not null, block_no integer not null,"
    " row_number integer not null"
)


@contextmanager
def open_work_database(home: Home, forms: Sequence[Form], wait: float = 0) -> Iterator[Connection]:
    """Open the writer's database, bringing its tables up to date first."""
    with open_for_writing(home.work_database, wait) as connection:
        upgrade(connection, forms)
        yield connection


def is_up_to_date(connection: Connection, forms: Sequence[Form], folder: Path = DDL_FOLDER) -> bool:
    """Whether ``upgrade`` has made every table this version reads."""
    tables = {
        name
        for (name,) in connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
            " where database_name = current_database()"
        ).fetchall()
    }
    if not {"main.ddl_versions", *(f"raw.{form.form_id}" for form in forms)} <= tables:
        return False
    applied = {name for (name,) in connection.execute("from ddl_versions").fetchall()}
    return {path.name for path in folder.glob("[0-9]*.sql")} <= applied


def upgrade(connection: Connection, forms: Sequence[Form], folder: Path = DDL_FOLDER) -> None:
    """Apply the DDL that is not applied yet, then the tables and columns the forms declare."""
    connection.execute("create table if not exists ddl_versions (file_name varchar primary key)")
    applied = {name for (name,) in connection.execute("from ddl_versions").fetchall()}
    for path in sorted(folder.glob("[0-9]*.sql")):
        if path.name in applied:
            continue
        with transaction(connection):
            connection.execute(path.read_text("utf-8"))
            connection.execute("insert into ddl_versions values (?)", [path.name])
    for form in forms:
        _upgrade_form(connection, form)


def _upgrade_form(connection: Connection, form: Form) -> None:
    table = f"raw.{quote_name(form.form_id)}"
    connection.execute(f"create table if not exists {table} ({_POSITION})")
    known = {
        name
        for (name,) in connection.execute(
            "select column_name from duckdb_columns()"
            " where schema_name = 'raw' and table_name = $1 and database_name = current_database()",
            [form.form_id],
        ).fetchall()
    }
    for name, kind in storage_columns(form):
        if name not in known:
            connection.execute(f"alter table {table} add column {quote_name(name)} {kind}")
