"""Proofs about the release in place: its files are what was built, and what was built is what the ledger holds."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pipelines.database import Connection, DiskError, open_read_only, quote_name, quote_text
from pipelines.declarations.forms import Form
from pipelines.release.editions import EDITIONS
from pipelines.release.figure_proofs import published_figures, statistics_figures
from pipelines.release.ledger_changes import changed_since
from pipelines.release.proofs import Proof
from pipelines.release.publishing import BUILD_COPY, current_release
from pipelines.release.record import events
from pipelines.release.rollback import compared_with_manifest
from pipelines.settings import Home

_TITLE = "release: what is published is what the ledger holds"


def released(home: Home, forms: Sequence[Form]) -> list[Proof]:
    """Every proof of the release in place."""
    folder = current_release(home)
    if folder is None:
        return [Proof("release: nothing has been published yet", 0, ())]
    files = _as_made(home, folder)
    if not (folder / BUILD_COPY).exists():
        return [files, _without_build(home, folder)]
    try:
        return [files, *_proofs(home, folder, forms)]
    except DiskError as error:
        return [files, Proof(_TITLE, 0, (f"{folder} cannot be read: {error}",))]


def _as_made(home: Home, folder: Path) -> Proof:
    """Every file of the release is, byte for byte, the one its manifest states."""
    counted, faults, notes = compared_with_manifest(home, folder)
    return Proof(
        "manifest: the files of the release are those that were made",
        counted,
        tuple(faults),
        tuple(notes),
    )


def _without_build(home: Home, folder: Path) -> Proof:
    """Nothing can be proved from the ledger; that is a fault, unless somebody went back to this release."""
    remedy = "taizhang load makes a new release with it"
    last = events(home)[-1:]
    if last and last[0].event == "rolled_back" and last[0].release == int(folder.name):
        event = last[0]
        because = f": {event.reason}" if event.reason else ""
        return Proof(
            _TITLE,
            0,
            (),
            (
                f"not proved: {event.by} went back from release {event.from_release} to release"
                f" {event.release} at {event.at:%Y-%m-%d %H:%M}{because}",
                "the database an older release was made from is not kept; that its files are those"
                f" that were made is proved above. {remedy}",
            ),
        )
    missing = f"{folder / BUILD_COPY} is missing, so nothing can be proved: {remedy}"
    return Proof(_TITLE, 0, (missing,))


def _proofs(home: Home, folder: Path, forms: Sequence[Form]) -> Iterator[Proof]:
    with open_read_only(folder / BUILD_COPY) as connection:
        connection.execute(f"attach {quote_text(str(home.work_database))} as ledger (read_only)")
        faults = changed_since(connection)
        connection.execute("detach ledger")
        rows = 0
        for edition in EDITIONS:
            path = quote_text(str(folder / edition.file_name))
            connection.execute(f"attach {path} as published (read_only)")
            tables = _tables(connection, "release_file", edition.source_schema)
            found = _tables(connection, "published", "marts")
            faults += [f"{edition.file_name} lacks {table}" for table in sorted(tables - found)]
            faults += [f"{edition.file_name} has {table}" for table in sorted(found - tables)]
            for table in sorted(tables & found):
                rows += _rows(connection, edition.source_schema, table)
                copies = [f"published.marts.{quote_name(table)}"]
                if edition.is_open:
                    copies.append(_parquet(folder, table))
                faults += _differences(connection, edition.source_schema, table, copies)
            if edition.is_open and tables <= found:
                faults += _unlisted(connection)
            connection.execute("detach published")
        faults += _foreign_parquet(folder, _tables(connection, "release_file", "marts"))
        yield Proof(_TITLE, rows, tuple(faults))
        yield published_figures(connection, forms)
        yield statistics_figures(connection)


def _tables(connection: Connection, database: str, schema: str) -> set[str]:
    rows = connection.execute(
        "select table_name from duckdb_tables() where database_name = $1 and schema_name = $2",
        [database, schema],
    ).fetchall()
    return {table for (table,) in rows}


def _rows(connection: Connection, schema: str, table: str) -> int:
    counted = connection.execute(f"select count(*) from {schema}.{quote_name(table)}").fetchall()
    return int(counted[0][0])


def _parquet(folder: Path, table: str) -> str:
    return f"read_parquet({quote_text(str(folder / 'parquet' / table / 'data.parquet'))})"


def _differences(
    connection: Connection, schema: str, table: str, copies: Sequence[str]
) -> list[str]:
    """Copies of a table that are not, row for row, the mart they were made from."""
    built, faults = f"{schema}.{quote_name(table)}", []
    for copy in copies:
        kind = "Parquet " if copy.startswith("read_parquet") else ""
        try:
            lost, added = connection.execute(
                f"select (select count(*) from (from {built} except all from {copy})),"
                f" (select count(*) from (from {copy} except all from {built}))"
            ).fetchall()[0]
        except DiskError as error:
            faults.append(f"{kind}{table} cannot be read: {error}")
            continue
        if lost or added:
            faults.append(
                f"{kind}{table}: {lost} row(s) missing, {added} row(s) that were never built"
            )
    return faults


def _foreign_parquet(folder: Path, tables: set[str]) -> list[str]:
    kept = {folder / "parquet" / table / "data.parquet" for table in tables}
    found = (path for path in (folder / "parquet").rglob("*") if not path.is_dir())
    return [f"{path} is no file of this release" for path in sorted(set(found) - kept)]


def _unlisted(connection: Connection) -> list[str]:
    """Receipts and open findings of the ledger that the release lacks, and the other way round."""
    rows = connection.execute(
        """
        with kept as (
            select 'fct_submissions' as table_name, receipt_id as id from raw.receipts
            union all
            select 'fct_findings', f.finding_id
            from raw.findings as f inner join raw.receipts as r on f.receipt_id = r.receipt_id
            where not r.is_restricted),
        shown as (
            select 'fct_submissions' as table_name, receipt_id as id
            from published.marts.fct_submissions
            union all
            select 'fct_findings', finding_id from published.marts.fct_findings)
        select table_name, 'lacks' as how, id from (from kept except from shown)
        union all
        select table_name, 'shows without source' as how, id from (from shown except from kept)
        order by all
        """
    ).fetchall()
    return [f"{table} {how} {identifier}" for table, how, identifier in rows]
