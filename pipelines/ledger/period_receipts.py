"""Which returns belong to a month: the one their period begins in, or came in where their period cannot be told.

A year's ledger and its targets belong to January, a week to the month of its Monday: every return has one month.
"""

from collections.abc import Collection
from datetime import datetime

from pipelines.database import Connection
from pipelines.periods import read_period

_ACCEPTED = "status in ('accepted', 'accepted_with_warnings')"


def month_of(period: str | None, received_at: datetime) -> str:
    """The month, as YYYY-MM, a return belongs to."""
    if period is not None:
        try:
            return f"{read_period(period).starts:%Y-%m}"
        except ValueError:
            pass  # what a submitter wrote for a period and is none: the return goes by its arrival
    return f"{received_at:%Y-%m}"


def receipts_of_months(connection: Connection, months: Collection[str]) -> list[str]:
    """Everything received for some months, in a settled order."""
    rows = connection.execute(
        "select receipt_id, period, received_at from raw.receipts order by receipt_id"
    ).fetchall()
    wanted = frozenset(months)
    return [receipt for receipt, period, at in rows if month_of(period, at) in wanted]


def months_accepted_since(connection: Connection, moment: datetime | None) -> list[str]:
    """The months of which something was accepted after a moment, or ever; in their order."""
    rows = connection.execute(
        f"select distinct period, date_trunc('month', received_at) from raw.receipts where {_ACCEPTED}"
        " and ($1 is null or received_at > $1)",
        [moment],
    ).fetchall()
    return sorted({month_of(period, at) for period, at in rows})
