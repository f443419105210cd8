"""Published tables as Excel workbooks: which there are, which rows are wanted, and what is said about them.

Restricted tables are read from ``statistics.duckdb``, and their copies stay with who made them. Nothing is calculated here, and how a workbook is written is ``feedback.long_sheets``'.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from pipelines.database import Connection, DatabaseError, open_read_only, quote_name, quote_text
from pipelines.feedback.long_sheets import (
    HEAD_ROWS,
    ROW_LIMIT,
    LongValue,
    Written,
    write_long_workbook,
)
from pipelines.matching import nearest
from pipelines.problems import OperatorError
from pipelines.release.editions import EDITIONS
from pipelines.release.labels import chinese_name
from pipelines.release.manifest import read_manifest
from pipelines.reports.explanations import existing_release, find_unit
from pipelines.reports.export_sheets import guide_sheet, table_sheet
from pipelines.reports.readable_tables import (
    OPEN_FILE,
    PLACE,
    RESTRICTED_FILE,
    Column,
    PublishedTable,
    readable_query,
    readable_table,
    reading_order,
)
from pipelines.settings import Home
from pipelines.text import one_line

_LOOKED_AT = 500  # rows whose texts decide how wide a column is
_FETCHED = 5_000


@dataclass(frozen=True)
class Wanted:
    """Which rows of which table: ``unit`` by code or name, ``condition`` in SQL over either kind of names."""

    table: str
    period: str | None = None
    unit: str | None = None
    condition: str | None = None
    is_restricted: bool = False


def published_tables(home: Home, is_restricted: bool) -> list[PublishedTable]:
    """The tables of one file of the release in place, by name.

    Raises OperatorError when nothing is published.
    """
    with _opened(_release_in_place(home), is_restricted) as release:
        return _tables(release, is_restricted)


def write_export(home: Home, wanted: Wanted, output: Path) -> Written:
    """Write the wanted rows with a sheet that explains the columns; the file appears whole or not at all.

    Raises OperatorError for an unknown table, column or unit, a condition that cannot be read, no rows or too many.
    """
    folder = _release_in_place(home)
    with _opened(folder, wanted.is_restricted) as release:
        found = _find(_tables(release, wanted.is_restricted), wanted)
        table, query = readable_table(found), readable_query(found)
        unit = find_unit(release, wanted.unit) if wanted.unit is not None else None
        query, values = _chosen(table, query, wanted, unit and unit[0])
        count = _count(release, table, query, values)
        source = _source(home, folder, table, wanted, unit and unit[1], count)
        rows = _rows(release, table, query, values)
        first = list(islice(rows, _LOOKED_AT))
        sheet = table_sheet(table, source, first)
        partial = output.with_name(f".{output.name}.new")
        try:
            partial.touch(mode=0o600)
            written = write_long_workbook(
                partial, sheet, chain(first, rows), [guide_sheet(table, source)]
            )
            partial.replace(output)
        finally:
            partial.unlink(missing_ok=True)
    return written


def _release_in_place(home: Home) -> Path:
    """Its own folder and not the link, so that figures and source are of one release."""
    existing_release(home.reporting_database)
    return home.reporting_database.resolve().parent


@contextmanager
def _opened(folder: Path, is_restricted: bool) -> Iterator[Connection]:
    """The open file, which has the names of units and projects, and beside it the restricted one where it is wanted."""
    open_edition, restricted_edition = EDITIONS
    with open_read_only(folder / open_edition.file_name) as release:
        if is_restricted:
            path = folder / restricted_edition.file_name
            release.execute(f"attach {quote_text(str(path))} as {RESTRICTED_FILE} (read_only)")
        # What a condition may reach: these files only.
        release.execute("set enable_external_access = false")
        yield release


def _tables(release: Connection, is_restricted: bool) -> list[PublishedTable]:
    file = RESTRICTED_FILE if is_restricted else OPEN_FILE
    columns: dict[str, list[Column]] = {}
    for table, name, kind, comment in release.execute(
        "select table_name, column_name, data_type, coalesce(comment, '') from duckdb_columns()"
        " where database_name = ? and schema_name = 'marts' order by table_name, column_index",
        [file],
    ).fetchall():
        columns.setdefault(table, []).append(Column(name, kind, comment))
    return [
        PublishedTable(
            name, chinese_name(name, comment), comment or "", tuple(columns[name]), is_restricted
        )
        for name, comment in release.execute(
            "select table_name, comment from duckdb_tables()"
            " where database_name = ? and schema_name = 'marts' order by table_name",
            [file],
        ).fetchall()
    ]


def _find(tables: Sequence[PublishedTable], wanted: Wanted) -> PublishedTable:
    known = {name: table for table in tables for name in (table.name, table.chinese_name)}
    name = wanted.table.removeprefix("marts.").removeprefix("报表.")
    if name in known:
        return known[name]
    near = nearest(name, sorted(known))
    hint = f"The nearest is {near[0]}. " if near else ""
    other = "" if wanted.is_restricted else " Restricted tables are exported with --restricted."
    raise OperatorError(
        f"There is no table “{one_line(wanted.table)}” in this file of the release.",
        f"{hint}List the tables: taizhang export --list.{other}",
    )


def _chosen(
    table: PublishedTable, query: str, wanted: Wanted, unit_code: str | None
) -> tuple[str, list[str]]:
    """The query with the conditions that were asked for, and their values."""
    conditions, values = [], []
    for option, column, value in (
        ("--period", "period", wanted.period),
        ("--unit", "unit_code", unit_code),
    ):
        if value is None:
            continue
        if column not in {known.name for known in table.columns}:
            raise OperatorError(
                f"{table.name} has no column {column}.", f"Leave {option} out, or use --where."
            )
        conditions.append(f"{column} = ?")
        values.append(value)
    if wanted.condition:
        conditions.append(f"({wanted.condition}\n)")
    return f"{query} where {' and '.join(conditions)}" if conditions else query, values


def _count(release: Connection, table: PublishedTable, query: str, values: list[str]) -> int:
    try:
        ((count,),) = release.execute(f"select count(*) from {query}", values).fetchall()
    except DatabaseError as error:
        raise OperatorError(
            f"The condition cannot be evaluated: {one_line(str(error).splitlines()[0])}",
            "Write it as after WHERE in SQL, for example: unit_code = '130827101'.",
        ) from error
    limit = ROW_LIMIT - HEAD_ROWS
    if count > limit:
        raise OperatorError(
            f"{table.name} has {count:,} such rows; an Excel sheet takes {limit:,}.",
            "Narrow them with --period, --unit or --where, or use the Parquet copy.",
        )
    if count == 0:
        raise OperatorError(
            f"{table.name} has no such row.", f"Look what it holds: from marts.{table.name}."
        )
    return int(count)


def _rows(
    release: Connection, table: PublishedTable, query: str, values: list[str]
) -> Iterator[Sequence[LongValue]]:
    chosen = ", ".join(quote_name(column.name) for column in table.columns)
    order = ", ".join([*map(quote_name, reading_order(table)), PLACE])
    found = release.execute(f"select {chosen} from {query} order by {order}", values)
    while chunk := found.fetchmany(_FETCHED):
        yield from chunk


def _source(
    home: Home, folder: Path, table: PublishedTable, wanted: Wanted, unit: str | None, count: int
) -> str:
    """Where the rows are from, in one line."""
    manifest = read_manifest(folder, EDITIONS[0])
    audience = "受限发布，仅限有权查看的人员使用" if table.is_restricted else "公开发布"
    chosen = [
        f"{name} {value}"
        for name, value in (("报告期", wanted.period), ("单位", unit), ("条件", wanted.condition))
        if value
    ]
    parts = [
        f"来源：{home.settings().district.name}项目台账库第 {folder.name} 期（{audience}）",
        *([f"数据截至 {manifest.made_at:%Y-%m-%d %H:%M}"] if manifest is not None else []),
        f"marts.{table.name}",
        f"筛选：{'；'.join(chosen)}" if chosen else "全部",
        f"{count} 行",
    ]
    return one_line(" · ".join(parts))
