"""How DuckDB files are opened: the only importer of duckdb outside tests.

Which tables they hold is the business of ``ledger`` (work.duckdb) and ``release`` (published/).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipelines.problems import OperatorError

# Files at this storage version are read by DuckDB 1.4 and newer (docs/adr).
STORAGE_VERSION = "v1.4.0"
_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    # A table that is missing is missing, even where a variable of Python has its name.
    "python_enable_replacements": "false",
}
_STORED: dict[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": STORAGE_VERSION,
    **_OFFLINE,
}

Connection = duckdb.DuckDBPyConnection
DatabaseError = duckdb.Error
# The disk is full, cannot be read, or a file on it is not what it should be.
DiskError = (duckdb.IOException, duckdb.FatalException)


def version() -> str:
    """The version of DuckDB that reads and writes here."""
    return duckdb.__version__


@contextmanager
def open_for_writing(path: Path, wait_seconds: float = 0) -> Iterator[Connection]:
    """Open a file read-write, creating it at the settled storage version, for its owner alone.

    Raises OperatorError when another process still holds the file after ``wait_seconds``, and when the disk is full
    or will not be written.
    """
    if not path.exists():
        _create(path)
    connection = _connect_patiently(path, wait_seconds)
    try:
        yield connection
    except DatabaseError as error:
        if not _is_of_the_disk(error):
            raise
        raise OperatorError(
            f"{path} could not be read or written: {error}",
            "Free the disk, or mend what is named above; then repeat the command.",
        ) from error
    finally:
        connection.close()


@contextmanager
def open_read_only(path: Path) -> Iterator[Connection]:
    """Open a file read-only in an instance of its own, so that a fresh release is seen."""
    connection = duckdb.connect(config=_OFFLINE)
    try:
        connection.execute(f"attach {quote_text(str(path))} as release_file (read_only)")
        connection.execute("use release_file")
        yield connection
    finally:
        connection.close()


@contextmanager
def open_in_memory() -> Iterator[Connection]:
    """Open a private database in memory."""
    connection = duckdb.connect(config=_OFFLINE)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Commit what happens inside, or roll all of it back."""
    connection.execute("begin")
    try:
        yield
    except BaseException as error:
        _roll_back(connection, error)
        raise
    connection.execute("commit")


def _roll_back(connection: Connection, error: BaseException) -> None:
    """Roll back; what stands in the way of that must not hide why."""
    try:
        connection.execute("rollback")
    except duckdb.Error as failed:
        error.add_note(f"The transaction could not be rolled back: {failed}")


def quote_name(name: str) -> str:
    """Quote an identifier for SQL."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """Quote a text literal for the statements that take no parameters (ATTACH, COPY, COMMENT)."""
    return "'" + text.replace("'", "''") + "'"


def _is_of_the_disk(error: Exception) -> bool:
    """Whether the disk is to blame; what it refuses at the end of a transaction is told as the transaction's fault."""
    is_refused = isinstance(error, duckdb.TransactionException) and "Could not" in str(error)
    return is_refused or isinstance(error, DiskError)


def _create(path: Path) -> None:
    """Make an empty file that is whole from the moment it is there: a half-made one opens never again."""
    partial = path.with_name(f".{path.name}.new")
    try:
        partial.unlink(missing_ok=True)
        duckdb.connect(str(partial), config=_STORED).close()
        partial.chmod(0o600)
        partial.replace(path)
    except (OSError, *DiskError) as error:
        raise OperatorError(
            f"{path} cannot be created: {error}",
            "Free the disk, or give the user of the load the right to write there.",
        ) from error


def _connect_patiently(path: Path, wait_seconds: float) -> Connection:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            return duckdb.connect(str(path), config=_STORED)
        except duckdb.IOException as error:
            is_held = "Conflicting lock" in str(error)
            if not is_held or time.monotonic() >= deadline:
                remedy = (
                    "Close the program that holds the file (its number stands above), then repeat."
                    if is_held
                    else "The file is damaged or cannot be written; restore it from a back-up."
                )
                raise OperatorError(f"{path} cannot be opened: {error}", remedy) from error
            time.sleep(0.2)
