"""What a release says of itself: its number and moment, the rows and totals of each table, the hash of each file.

``manifest.json`` speaks of what everybody may read, ``statistics.manifest.json`` of what is restricted, and has that
file's mode. Totals are those of the marts a release was built from; whether two of them lie too far from each
other is judged in ``comparison``.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.database import Connection, quote_name, version
from pipelines.durability import sync
from pipelines.intake.archive import hash_of
from pipelines.ledger.contents import DIGEST
from pipelines.problems import OperatorError
from pipelines.release.editions import Edition
from pipelines.release.standing import NOTHING, Standing

_FORMAT = 1


class _Stated(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TableFacts(_Stated):
    """One table: its rows, a hash of them in whatever order, totals of its amounts (万元), and how many units it names.

    A total of no amount at all is None, and so is the number of units of a table without units. The hash is
    DuckDB's own: equal only under one version of it.
    """

    rows: int
    content: str
    totals: dict[str, Decimal | None]
    units: int | None


class FileFacts(_Stated):
    """One file of the release, byte for byte."""

    bytes: int
    sha256: str


class Manifest(_Stated):
    """What one edition of a release holds, and where it comes from.

    ``made_at`` is the moment of the load it shows; ``config_hash`` and ``product`` name the configuration and the version
    of the product where the ledger notes them. ``is_change_accepted`` says that a change beyond the limits was let
    through; why, ``accepted_change``, stands in the restricted manifest alone: it is somebody's own words. ``keys`` are
    the columns of each table that no two rows share; none are said of a table without, nor by an older release.
    """

    format: int = _FORMAT
    release: int
    load_id: str
    made_at: datetime
    config_hash: str | None
    product: str | None
    duckdb: str
    is_change_accepted: bool = False
    accepted_change: str | None = None
    tables: dict[str, TableFacts]
    keys: dict[str, list[str]] = {}
    files: dict[str, FileFacts]


def measure_tables(connection: Connection, schema: str) -> dict[str, TableFacts]:
    """Every table of one schema of the database in use."""
    columns = connection.execute(
        "select t.table_name, list(c.column_name order by c.column_index)"
        " from duckdb_tables() as t inner join duckdb_columns() as c"
        " on t.database_name = c.database_name and t.schema_name = c.schema_name and t.table_name = c.table_name"
        " where t.database_name = current_database() and t.schema_name = $1 group by 1 order by 1",
        [schema],
    ).fetchall()
    return {table: _measure(connection, schema, table, names) for table, names in columns}


def _measure(connection: Connection, schema: str, table: str, columns: list[str]) -> TableFacts:
    amounts = [name for name in columns if name.endswith("_wanyuan")]
    totals = "".join(f", sum(t.{quote_name(name)})" for name in amounts)
    units = ", count(distinct t.unit_code)" if "unit_code" in columns else ""
    rows, content, *rest = connection.execute(
        f"select count(*), {DIGEST}{totals}{units}"
        f" from {quote_name(schema)}.{quote_name(table)} as t"
    ).fetchall()[0]
    return TableFacts(
        rows=rows,
        content=f"{content:x}",
        totals=dict(zip(amounts, rest, strict=False)),
        units=rest[-1] if units else None,
    )


def origin_of(connection: Connection) -> dict[str, object]:
    """Which load the database in use shows, with its moment, configuration and version of the product."""
    known = {
        name
        for (name,) in connection.execute(
            "select column_name from duckdb_columns() where database_name = current_database()"
            " and schema_name = 'raw' and table_name = 'loads'"
        ).fetchall()
    }
    noted = ", ".join(n if n in known else f"null as {n}" for n in ("config_hash", "product"))
    load_id, made_at, config_hash, product = connection.execute(
        f"select load_id, now_at, {noted} from raw.loads order by now_at desc, load_id desc limit 1"
    ).fetchall()[0]
    return {
        "load_id": load_id, "made_at": made_at, "config_hash": config_hash, "product": product,
        "duckdb": version(),
    }  # fmt: skip


def standing_in(
    folder: Path,
    stated: Manifest | None,
    origin: Mapping[str, object],
    facts: Mapping[str, TableFacts],
) -> Standing:
    """The tables of a release, as its manifest states them, that hold the same rows as those of the next one.

    None do where another version of the product, or of DuckDB, made them: hashes are comparable under one alone.
    """
    if stated is None or stated.product is None:
        return NOTHING
    if (stated.product, stated.duckdb) != (origin["product"], origin["duckdb"]):
        return NOTHING
    same = frozenset(table for table, fact in facts.items() if stated.tables.get(table) == fact)
    return Standing(folder, same, {name: file.sha256 for name, file in stated.files.items()})


def manifest_name(edition: Edition) -> str:
    """Where in a release's folder its manifest lies."""
    return "manifest.json" if edition.is_open else "statistics.manifest.json"


def files_of(folder: Path, edition: Edition) -> dict[str, Path]:
    """The files of one edition of a release that are there, by their path in its folder."""
    found = [folder / edition.file_name]
    if edition.is_open:
        found += sorted(path for path in (folder / "parquet").rglob("*") if not path.is_dir())
    return {path.relative_to(folder).as_posix(): path for path in found if path.is_file()}


def state_files(folder: Path, edition: Edition) -> dict[str, FileFacts]:
    """Size and hash of every file of one edition."""
    return {
        name: FileFacts(bytes=path.stat().st_size, sha256=hash_of(path))
        for name, path in files_of(folder, edition).items()
    }


def write_manifest(folder: Path, edition: Edition, manifest: Manifest) -> None:
    """Write a manifest with its edition's mode, durable."""
    path = folder / manifest_name(edition)
    path.touch(mode=0o600)
    path.write_text(manifest.model_dump_json(indent=1) + "\n", "utf-8")
    sync(path)
    path.chmod(edition.mode)


def read_manifest(folder: Path, edition: Edition) -> Manifest | None:
    """The manifest of one edition of a release; None where it was made before there were any.

    Raises OperatorError for one that is no manifest; PermissionError where it may not be read.
    """
    path = folder / manifest_name(edition)
    if not path.is_file():
        return None
    try:
        return Manifest.model_validate_json(path.read_text("utf-8"))
    except (ValidationError, UnicodeDecodeError) as error:
        raise OperatorError(
            f"{path} is no manifest of a release.",
            "It was altered; taizhang audit says what else was, taizhang load makes a new release.",
        ) from error


def altered_files(folder: Path, edition: Edition, stated: Mapping[str, FileFacts]) -> list[str]:
    """Every file that is not, byte for byte, the one the manifest states: gone, changed, or added."""
    found = files_of(folder, edition)
    faults = [f"{folder / name} is missing" for name in sorted(stated.keys() - found.keys())]
    faults += [f"{path} is no file of this release" for n, path in found.items() if n not in stated]
    faults += [
        f"{path} is not the file that was made"
        for name, path in found.items()
        if name in stated and not _is_same(path, stated[name])
    ]
    return faults


def _is_same(path: Path, stated: FileFacts) -> bool:
    return path.stat().st_size == stated.bytes and hash_of(path) == stated.sha256
