"""Which rows of a table differ between two releases, from their files.

Whether rows and totals differ at all is known from the manifests: see ``comparison``.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pipelines.database import Connection, open_in_memory, quote_name, quote_text
from pipelines.problems import OperatorError

_SCHEMA = "marts"


@dataclass(frozen=True)
class RowCounts:
    """Rows of one table that came, went, or are there on both sides and not the same.

    A table without a key has none of the last kind: there, a changed row has gone and another one has come.
    """

    added: int
    gone: int
    changed: int


@dataclass(frozen=True)
class RowChange:
    """One such row: its key, and column → (old, new) of every value that is not the same."""

    kind: Literal["added", "gone", "changed"]
    key: dict[str, Any]
    values: dict[str, tuple[Any, Any]]


@contextmanager
def two_releases(before: Path, after: Path, file_name: str) -> Iterator[Connection]:
    """Both files of one edition, attached as ``before`` and ``after``."""
    with open_in_memory() as connection:
        for name, folder in (("before", before), ("after", after)):
            path = quote_text(str(folder / file_name))
            connection.execute(f"attach {path} as {name} (read_only)")
        yield connection


def count_changes(connection: Connection, table: str, keys: Sequence[str]) -> RowCounts:
    """How many rows of a table differ; all of them where one side has no such table.

    ``keys`` are the columns that no two rows of either side share; none where it has no key.
    """
    columns = _shape(connection, table)
    if not keys:
        sides = [_side(connection, name, table, columns) for name in ("before", "after")]
        gone, added = connection.execute(
            f"select (select count(*) from ({sides[0]} except all {sides[1]})),"
            f" (select count(*) from ({sides[1]} except all {sides[0]}))"
        ).fetchall()[0]
        return RowCounts(added, gone, 0)
    counted = dict(
        connection.execute(
            f"select kind, count(*) from ({_compared(connection, table, columns, keys)}) group by 1"
        ).fetchall()
    )
    return RowCounts(*(counted.get(kind, 0) for kind in ("added", "gone", "changed")))


def list_changes(
    connection: Connection, table: str, keys: Sequence[str], limit: int
) -> list[RowChange]:
    """The rows of a table that differ, in the order of their ``keys``, as for ``count_changes``.

    Raises OperatorError for a table that neither release has, or whose rows have no key.
    """
    columns = _shape(connection, table)
    if not columns:
        raise OperatorError(
            f"Neither release has a table {table}.", "Look: taizhang release diff A B"
        )
    if not keys:
        raise OperatorError(
            f"The rows of {table} have no key by which they could be told apart.",
            "Compare the two files in SQL.",
        )
    rest = [name for name in columns if name not in keys]
    rows = connection.execute(
        f"{_compared(connection, table, columns, keys)} order by all limit {limit}"
    ).fetchall()
    return [_as_change(row, keys, rest) for row in rows]


def _as_change(row: tuple[Any, ...], keys: Sequence[str], rest: list[str]) -> RowChange:
    key = dict(zip(keys, row, strict=False))
    kind, values = row[len(keys)], row[len(keys) + 1 :]
    pairs = zip(rest, values[::2], values[1::2], strict=True)
    return RowChange(kind, key, {name: (old, new) for name, old, new in pairs if old != new})


def _compared(connection: Connection, table: str, columns: list[str], keys: Sequence[str]) -> str:
    """A query: the key, the kind of change, and every other column's old and new value."""
    old, new = (_side(connection, name, table, columns) for name in ("before", "after"))
    rest = [quote_name(name) for name in columns if name not in keys]
    joined = " and ".join(f"a.{k} is not distinct from b.{k}" for k in map(quote_name, keys))
    shown = ", ".join(f"coalesce(a.{k}, b.{k}) as {k}" for k in map(quote_name, keys))
    values = "".join(f", a.{name} as {i}_old, b.{name} as {i}_new"
                     for i, name in ((f"v{n}", name) for n, name in enumerate(rest)))  # fmt: skip
    differs = " or ".join(f"a.{name} is distinct from b.{name}" for name in rest) or "false"
    return f"""
        select {shown},
            case when b.is_there is null then 'gone' when a.is_there is null then 'added'
                else 'changed' end as kind{values}
        from (select *, true as is_there from ({old})) as a
        full join (select *, true as is_there from ({new})) as b on {joined}
        where a.is_there is null or b.is_there is null or {differs}
        """


def _side(connection: Connection, name: str, table: str, columns: list[str]) -> str:
    """A query for one side; a column, or a table, that it has not is empty."""
    own = set(_columns(connection, name, table))
    shown = ", ".join(
        quote_name(c) if c in own else f"null as {quote_name(c)}" for c in sorted(columns)
    )
    if not own:
        return f"select {shown} where false"
    return f"select {shown} from {name}.{_SCHEMA}.{quote_name(table)}"


def _shape(connection: Connection, table: str) -> list[str]:
    """The columns of either side."""
    sides = [_columns(connection, name, table) for name in ("before", "after")]
    return list(dict.fromkeys(column for own in sides for column in own))


def _columns(connection: Connection, database: str, table: str) -> list[str]:
    rows = connection.execute(
        "select column_name from duckdb_columns() where database_name = $1 and schema_name = $2"
        " and table_name = $3 order by column_index",
        [database, _SCHEMA, table],
    ).fetchall()
    return [name for (name,) in rows]


def key_of(connection: Connection, side: str, table: str) -> list[str]:
    """The key of a table of a release that was made when files still said it themselves; none where they do not."""
    rows = connection.execute(
        "select constraint_column_names from duckdb_constraints() where database_name = $1"
        " and schema_name = $2 and table_name = $3 and constraint_type = 'PRIMARY KEY'",
        [side, _SCHEMA, table],
    ).fetchall()
    return list(rows[0][0]) if rows else []
