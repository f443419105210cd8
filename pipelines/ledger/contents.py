"""What a table holds, as its number of rows and one hash of them in whatever order.

Two tables of the same columns with the same content are taken for the same: what was made of the one need not be made
again of the other. Hashes are DuckDB's own, comparable under one version of it. Totals and file hashes do not belong
here; a release states those of what it publishes (``release/manifest``).
"""

from dataclasses import dataclass

from pipelines.database import Connection

# Of the rows of ``t``. A row's hash is hashed once more: summed as it is, two rows that exchange a value could stay unseen.
DIGEST = "coalesce(sum(cast(hash(hash(t)) as hugeint)), 0)"


@dataclass(frozen=True)
class Content:
    """How many rows there are, and their hash."""

    rows: int
    digest: str


def content_query(relation: str) -> str:
    """The query that measures a table, a view, or a query in brackets: one row, of rows and hash."""
    return f"select count(*), cast({DIGEST} as varchar) from {relation} as t"


def content_of(connection: Connection, relation: str) -> Content:
    """What a table, a view, or a query in brackets holds now."""
    return Content(*connection.execute(content_query(relation)).fetchall()[0])
