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
}

Connection = duckdb.DuckDBPyConnection
DatabaseError = duckdb.Error


@contextmanager
def open_for_writing(path: Path, wait_seconds: float = 0) -> Iterator[Connection]:
    """Open a file read-write, creating it at the settled storage version.

    Raises OperatorError when another process still holds the file after ``wait_seconds``.
    """
    connection = _connect_patiently(path, wait_seconds)
    try:
        yield connection
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
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def quote_name(name: str) -> str:
    """Quote an identifier for SQL."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """Quote a text literal for the statements that take no parameters (ATTACH, COPY, COMMENT)."""
    return "'" + text.replace("'", "''") + "'"


def _connect_patiently(path: Path, wait_seconds: float) -> Connection:
    config: dict[str, str | bool | int | float | list[str]] = {
        "storage_compatibility_version": STORAGE_VERSION,
        **_OFFLINE,
    }
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            return duckdb.connect(str(path), config=config)
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
