"""The work database: created and upgraded by the numbered DDL of ``warehouse/ddl``."""

from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from pathlib import Path

from pipelines.database import Connection, open_for_writing, quote_name, transaction
from pipelines.declarations.forms import Form, storage_columns
from pipelines.problems import OperatorError
from pipelines.settings import PROJECT_ROOT, Home

DDL_FOLDER = PROJECT_ROOT / "warehouse" / "ddl"
_POSITION = (
    "receipt_id varchar not null, sheet varchar not null, block_no integer not null,"
    " row_number integer not null"
)


@contextmanager
def open_work_database(home: Home, forms: Sequence[Form], wait: float = 0) -> Iterator[Connection]:
    """Open the writer's database, bringing its tables up to date first.

    Raises OperatorError for one that a newer version of the product has upgraded: nothing in it is touched.
    """
    with open_for_writing(home.work_database, wait) as connection:
        if is_newer(connection):
            raise OperatorError(
                f"{home.work_database} was upgraded by a newer version of taizhang than this one.",
                "Install that version again, or restore a copy made before the upgrade:"
                " docs/runbooks/upgrade.md.",
            )
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


def is_newer(connection: Connection, folder: Path = DDL_FOLDER) -> bool:
    """Whether DDL was applied that this version does not know: its tables may mean something else by now."""
    known = max((path.name for path in folder.glob("[0-9]*.sql")), default="")
    tables = connection.execute(
        "select count(*) from duckdb_tables() where table_name = 'ddl_versions'"
        " and schema_name = 'main' and database_name = current_database()"
    ).fetchall()
    if not tables[0][0]:
        return False
    newest = connection.execute("select max(file_name) from ddl_versions").fetchall()[0][0]
    return newest is not None and str(newest) > known


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
    known: dict[str, set[str]] = {}
    for table, column in connection.execute(
        "select table_name, column_name from duckdb_columns()"
        " where schema_name = 'raw' and database_name = current_database()"
    ).fetchall():
        known.setdefault(table, set()).add(column)
    for form in forms:
        _upgrade_form(connection, form, known.get(form.form_id))


def _upgrade_form(connection: Connection, form: Form, known: Set[str] | None) -> None:
    """``known`` are the columns the form's table has; None where there is none yet."""
    table = f"raw.{quote_name(form.form_id)}"
    if known is None:
        connection.execute(f"create table {table} ({_POSITION})")
    for name, kind in storage_columns(form):
        if known is None or name not in known:
            connection.execute(f"alter table {table} add column {quote_name(name)} {kind}")
