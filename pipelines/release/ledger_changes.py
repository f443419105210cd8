"""Whether the ledger still holds, as it was, everything a release was built from.

Returns that came after the release may be there, and may have superseded earlier ones; nothing else may
differ.
"""

from pipelines.database import Connection, quote_name

_RECEIPT_FACTS = (
    "receipt_id, unit_code, sha256, received_at, form_id, period, status, version_no,"
    " duplicate_of, refused_because, is_restricted"
)


def changed_since(connection: Connection) -> list[str]:
    """Every difference, as a sentence. The build is the current database, the ledger attached as ``ledger``."""
    return [*_receipts(connection), *_superseded(connection), *_rows(connection)]


def _receipts(connection: Connection) -> list[str]:
    rows = connection.execute(
        f"select receipt_id from (select {_RECEIPT_FACTS} from raw.receipts"
        f" except select {_RECEIPT_FACTS} from ledger.raw.receipts) order by 1"
    ).fetchall()
    return [f"receipt {receipt} is no longer in the ledger as it was" for (receipt,) in rows]


def _superseded(connection: Connection) -> list[str]:
    """A version in force may since have been replaced, but only by a return that came later."""
    rows = connection.execute(
        """
        select b.receipt_id
        from raw.receipts as b
        inner join ledger.raw.receipts as l on b.receipt_id = l.receipt_id
        left join ledger.raw.receipts as newer on l.superseded_by = newer.receipt_id
        where b.superseded_by is distinct from l.superseded_by
            and (b.superseded_by is not null or newer.receipt_id is null
                or newer.receipt_id in (select receipt_id from raw.receipts))
        order by 1
        """
    ).fetchall()
    return [f"receipt {receipt} has another successor than it had" for (receipt,) in rows]


def _rows(connection: Connection) -> list[str]:
    faults = []
    for (table,) in connection.execute(
        "select table_name from duckdb_columns() where database_name = current_database()"
        " and schema_name = 'raw' and column_name = 'receipt_id' and table_name in"
        " (select table_name from duckdb_tables() where schema_name = 'raw')"
        " and table_name not in ('receipts', 'outbox_items') order by 1"
    ).fetchall():
        columns = ", ".join(
            quote_name(name)
            for (name,) in connection.execute(
                "select column_name from duckdb_columns() where database_name = current_database()"
                " and schema_name = 'raw' and table_name = $1 order by column_index",
                [table],
            ).fetchall()
        )
        name = quote_name(table)
        ours = f"select {columns} from raw.{name}"
        theirs = (
            f"select {columns} from ledger.raw.{name}"
            " where receipt_id in (select receipt_id from raw.receipts)"
        )
        lost, added = connection.execute(
            f"select (select count(*) from ({ours} except all {theirs})),"
            f" (select count(*) from ({theirs} except all {ours}))"
        ).fetchall()[0]
        if lost or added:
            faults.append(
                f"raw.{table}: {lost} row(s) behind the release are gone or changed, {added} are new"
            )
    return faults
