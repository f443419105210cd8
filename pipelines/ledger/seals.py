"""Seals: how many rows every settled receipt has in each table of the ledger, and a digest of what they say.

Set when a load ends and never changed, so that a row that is removed, added or altered afterwards is noticed and its
receipt named. A seal protects against accidents and careless hands; who can write the ledger can write a seal.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.database import Connection, quote_name, quote_text

_SEALS = "seals"
# Messages are told when they are due, long after the receipt they speak of is settled.
_UNSEALED_TABLES = (_SEALS, "outbox_items")
# What may still happen to a settled receipt: it is superseded, answered, and taken out of the inbox.
_MAY_CHANGE = ("superseded_by", "is_answered", "is_inbox_cleared")


@dataclass(frozen=True)
class BrokenSeal:
    """A settled receipt whose rows of one table are not what they were."""

    receipt_id: str
    table: str
    sealed_rows: int
    rows: int


@dataclass(frozen=True)
class _Column:
    """A column of a sealed table."""

    name: str
    is_nullable: bool

    def said(self, before: str, joined: str, after: str) -> str:
        """What it says, between two texts; null for a blank where it is joined by an operator."""
        value = f"cast({quote_name(self.name)} as varchar)"
        pieces = [quote_text(f"{before}{self.name}="), f"length({value})", "':'", value]
        return joined.join([*pieces, quote_text(after)] if after else pieces)


def seal_settled(connection: Connection) -> None:
    """Seal every receipt that has its end state and no seal yet. Call it inside a transaction."""
    connection.execute(
        "create or replace temp table unsealed as select receipt_id from raw.receipts"
        f" where status <> 'received' and receipt_id not in (select receipt_id from raw.{_SEALS})"
    )
    if connection.execute("select count(*) from unsealed").fetchall()[0][0]:
        only = "where receipt_id in (select receipt_id from unsealed)"
        connection.execute(f"insert into raw.{_SEALS} by name {_counted(connection, only)}")


def broken_seals(connection: Connection) -> list[BrokenSeal]:
    """Every settled receipt and table where the ledger is not what was sealed, rows of unknown receipts included."""
    only = "where receipt_id not in (select receipt_id from raw.receipts where status = 'received')"
    rows = connection.execute(
        f"""
        with counted as ({_counted(connection, only)})
        select coalesce(s.receipt_id, c.receipt_id) as receipt_id,
            coalesce(s.table_name, c.table_name) as table_name,
            coalesce(s.row_count, 0), coalesce(c.row_count, 0)
        from raw.{_SEALS} as s
        full join counted as c on s.receipt_id = c.receipt_id and s.table_name = c.table_name
        where s.digest is distinct from c.digest or s.row_count is distinct from c.row_count
        order by receipt_id, table_name
        """
    ).fetchall()
    return [BrokenSeal(*row) for row in rows]


def _counted(connection: Connection, only: str) -> str:
    """A query: receipt_id, table_name, row_count and digest of all sealed tables, as they are now."""
    return " union all ".join(
        f"select receipt_id, {quote_text(table)} as table_name, count(*) as row_count,"
        f" sum(md5_number_lower({_said_by(columns)})) as digest"
        f" from raw.{quote_name(table)} {only} group by receipt_id"
        for table, columns in _sealed_columns(connection)
    )


def _sealed_columns(connection: Connection) -> Iterator[tuple[str, list[_Column]]]:
    """Every table with rows of receipts, and its columns in the order of their names."""
    for table, names, nullable in connection.execute(
        "select c.table_name, list(c.column_name order by c.column_name),"
        " list(c.is_nullable order by c.column_name)"
        " from duckdb_columns() as c inner join duckdb_tables() as t"
        " on c.table_oid = t.table_oid and c.database_oid = t.database_oid"
        " where c.database_name = current_database() and c.schema_name = 'raw'"
        " group by 1 having list_contains(list(c.column_name), 'receipt_id') order by 1"
    ).fetchall():
        if table not in _UNSEALED_TABLES:
            columns = map(_Column, names, nullable)
            yield table, [column for column in columns if column.name not in _MAY_CHANGE]


def _said_by(columns: Sequence[_Column]) -> str:
    """A row as one text: name=length:value, with a bar between them.

    A blank says nothing, so that a column a form gets later breaks no seal. Where a column is never blank the bars of
    the others can lead up to it, and the text is put together in one go.
    """
    anchor = next((n for n, column in enumerate(columns) if not column.is_nullable), None)
    if anchor is None:
        return f"concat_ws('|', {', '.join(column.said('', ' || ', '') for column in columns)})"
    parts = [
        column.said(
            "|" if number > anchor else "",
            " || " if column.is_nullable else ", ",
            "|" if number < anchor else "",
        )
        for number, column in enumerate(columns)
    ]
    return f"concat({', '.join(parts)})"
