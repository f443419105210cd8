"""What a release says of a month: rows and totals (万元) of every open table that has a period. Reads; changes nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pipelines.database import open_read_only, quote_name

_MONEY = "_wanyuan"


@dataclass(frozen=True)
class PeriodTotals:
    """Rows of one table in one month, and the total of each of its amounts."""

    rows: int
    totals: dict[str, Decimal | None]


# month → table → what it says
Totals = dict[str, dict[str, PeriodTotals]]


def period_totals(reporting: Path, months: Collection[str]) -> Totals:
    """What the open release says of some months; nothing where there is no release yet."""
    found: Totals = {month: {} for month in months}
    if not reporting.exists():
        return found
    with open_read_only(reporting) as connection:
        columns = connection.execute(
            "select table_name, list(column_name order by column_index)"
            " filter (where column_name like '%' || $1) from duckdb_columns()"
            " where database_name = current_database() and schema_name = 'marts'"
            " and table_name in (select table_name from duckdb_tables()"
            "   where database_name = current_database() and schema_name = 'marts')"
            " group by table_name having bool_or(column_name = 'period') order by table_name",
            [_MONEY],
        ).fetchall()
        for table, amounts in columns:
            names = amounts or []
            sums = "".join(f", sum({quote_name(name)})" for name in names)
            rows = connection.execute(
                f"select left(period, 7), count(*){sums} from marts.{quote_name(table)}"
                " where list_contains($1, left(period, 7)) group by 1",
                [sorted(months)],
            ).fetchall()
            for month, count, *totals in rows:
                found[month][table] = PeriodTotals(count, dict(zip(names, totals, strict=True)))
    return found
