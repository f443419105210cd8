"""Publishing: a release is built beside the last one and put in place by one switch of a link.

``published/reporting.duckdb`` and its neighbours are fixed links through ``published/current``, so
that readers always see one whole release and a held file stays what it was. What the files hold is the business
of ``editions``.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.database import DiskError, open_in_memory, quote_text
from pipelines.durability import sync
from pipelines.problems import OperatorError
from pipelines.release.editions import EDITIONS, build_edition, seal, write_parquet
from pipelines.settings import Home

_LINKED = ("reporting.duckdb", "statistics.duckdb", "parquet")
# The database a release was made from goes with it, so that it can be audited.
BUILD_COPY = "build.duckdb"


@dataclass(frozen=True)
class Release:
    """A published release: its number and the rows of each open table."""

    release_id: int
    folder: Path
    rows: dict[str, int]


def publish(home: Home, keep: int) -> Release:
    """Build the next release from the finished marts and switch to it.

    Raises OperatorError when a copy does not hold exactly the rows it was made from, or cannot be written.
    """
    try:
        return _publish(home, keep)
    except (OSError, *DiskError) as error:
        raise OperatorError(
            f"The release could not be made: {error}.",
            "Free the disk, or give the user of the load the right to write there; then load again."
            " The last release stays in place.",
        ) from error


def _publish(home: Home, keep: int) -> Release:
    releases = home.published / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    _clear_unfinished(home, releases)
    number = max(_numbers(releases), default=0) + 1
    building = releases / f".building-{number}"
    # Nobody else may look in before every file has the mode it is to have.
    building.mkdir(mode=0o700)
    counts: dict[str, int] = {}
    with open_in_memory() as connection:
        connection.execute(f"attach {quote_text(str(home.building_database))} as work (read_only)")
        for edition in EDITIONS:
            copied = build_edition(connection, building / edition.file_name, edition)
            counts |= copied if edition.is_open else {}
        write_parquet(connection, building / "parquet", sorted(counts))
    for edition in EDITIONS:
        seal(building / edition.file_name, edition.mode)
    home.building_database.replace(building / BUILD_COPY)
    (building / BUILD_COPY).chmod(0o600)
    _open_to_readers(home.published, releases, building)
    folder = releases / str(number)
    os.sync()
    building.rename(folder)
    sync(releases)
    _switch(home, folder)
    sync(home.published)
    _forget_old(releases, number, keep)
    return Release(number, folder, counts)


def _clear_unfinished(home: Home, releases: Path) -> None:
    """Remove what a publication that was cut off left: half a release, one that was never switched to, its links."""
    link = home.published / "current"
    newest = int(link.readlink().name) if link.is_symlink() else None
    for folder in list(releases.iterdir()):
        is_unused = newest is not None and folder.name.isdigit() and int(folder.name) > newest
        if folder.name.startswith(".building-") or is_unused:
            shutil.rmtree(folder)
    for name in (*_LINKED, "current"):
        for link in home.published.glob(f".{name}.*"):
            link.unlink()


def _numbers(releases: Path) -> Iterator[int]:
    return (int(path.name) for path in releases.iterdir() if path.name.isdigit())


def current_release(home: Home) -> Path | None:
    """The folder of the release in place, None before the first."""
    link = home.published / "current"
    return link.resolve() if link.exists() else None


def _open_to_readers(published: Path, releases: Path, building: Path) -> None:
    """Folders and Parquet copies may be read by everyone; the databases have modes of their own."""
    parquet = building / "parquet"
    for folder in (published, releases, building, parquet, *parquet.iterdir()):
        folder.chmod(0o755)
    for copy in parquet.glob("*/*.parquet"):
        copy.chmod(0o444)


def _switch(home: Home, folder: Path) -> None:
    """One atomic rename decides which release is current."""
    for name in _LINKED:
        _link(home.published / name, Path("current") / name)
    _link(home.published / "current", Path("releases") / folder.name)


def _link(link: Path, target: Path) -> None:
    """Set a link in one step; another one that stands there is replaced."""
    if link.is_symlink() and link.readlink() == target:
        return
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


def _forget_old(releases: Path, newest: int, keep: int) -> None:
    for number in list(_numbers(releases)):
        if number <= newest - keep:
            shutil.rmtree(releases / str(number))
        elif number != newest:
            (releases / str(number) / BUILD_COPY).unlink(missing_ok=True)
