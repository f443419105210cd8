"""Publishing: a release is built beside the last one and put in place by one switch of a link.

``published/reporting.duckdb`` and its neighbours are fixed links through ``published/current``, so
that readers always see one whole release and a held file stays what it was. What the files hold is the business
of ``editions``, whether it may be published at all of ``comparison``; the way back is in ``rollback``.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.database import DiskError, open_in_memory, quote_text
from pipelines.durability import sync
from pipelines.ledger.build_notes import noted_keys
from pipelines.problems import OperatorError
from pipelines.release.comparison import beyond_limits
from pipelines.release.editions import EDITIONS, seal, write_files
from pipelines.release.manifest import (
    Manifest,
    TableFacts,
    manifest_name,
    measure_tables,
    origin_of,
    read_manifest,
    standing_in,
    state_files,
    write_manifest,
)
from pipelines.release.readers import OWNER_ONLY, let_pass, let_read, open_folders, statistics_group
from pipelines.release.record import Event, note, stepped_back_from, who
from pipelines.settings import Home, HomeSettings

_LINKED = ("reporting.duckdb", "statistics.duckdb", "parquet", "manifest.json")
# The database a release was made from goes with it, so that it can be audited.
BUILD_COPY = "build.duckdb"
_Facts = Mapping[str, Mapping[str, TableFacts]]


@dataclass(frozen=True)
class Release:
    """A published release: its number and the rows of each open table."""

    release_id: int
    folder: Path
    rows: dict[str, int]


def publish(home: Home, settings: HomeSettings, accepted_change: str | None = None) -> Release:
    """Build the next release from the finished marts and switch to it.

    ``accepted_change`` is why it may differ more from the one in place than the settings allow. Raises OperatorError
    when it does so and nobody said why, when a copy does not hold exactly the rows it was made from, and when it cannot
    be written.
    """
    try:
        return _publish(home, settings, accepted_change)
    except (OSError, *DiskError) as error:
        raise OperatorError(
            f"The release could not be made: {error}.",
            "Free the disk, or give the user of the load the right to write there; then load again."
            " The last release stays in place.",
        ) from error


def _publish(home: Home, settings: HomeSettings, accepted_change: str | None) -> Release:
    group = statistics_group(settings.release.statistics_group)
    releases = home.published / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    stepped_back = stepped_back_from(home)
    _clear_unfinished(home, releases, stepped_back)
    number = max(*_numbers(releases), stepped_back, 0) + 1
    with open_in_memory() as connection:
        connection.execute(f"attach {quote_text(str(home.building_database))} as work (read_only)")
        connection.execute("use work")
        origin = origin_of(connection)
        facts = {e.file_name: measure_tables(connection, e.source_schema) for e in EDITIONS}
        keys = {e.file_name: noted_keys(connection, "work", e.source_schema) for e in EDITIONS}
        connection.execute("use memory")
        last = current_release(home)
        stated = {e.file_name: read_manifest(last, e) for e in EDITIONS} if last else {}
        reason = _accepted(home, settings, stated, facts, accepted_change)
        building = releases / f".building-{number}"
        # Nobody else may look in before every file has the mode it is to have.
        building.mkdir(mode=0o700)
        counts = write_files(
            connection,
            building,
            {
                name: standing_in(last or releases, manifest, origin, facts[name])
                for name, manifest in stated.items()
            },
        )
    for edition in EDITIONS:
        seal(building / edition.file_name, edition.mode)
        manifest = Manifest.model_validate(
            {
                **origin, "release": number, "is_change_accepted": reason is not None,
                "accepted_change": None if edition.is_open else reason,
                "tables": facts[edition.file_name], "keys": keys[edition.file_name], "files": state_files(building, edition),
            }
        )  # fmt: skip
        write_manifest(building, edition, manifest)
    home.building_database.replace(building / BUILD_COPY)
    (building / BUILD_COPY).chmod(OWNER_ONLY)
    open_folders(home, building)
    for kept in (*kept_releases(home), building):
        let_read(kept, group)
    let_pass(home, group)
    folder = releases / str(number)
    os.sync()
    building.rename(folder)
    sync(releases)
    note(home, _published(manifest, folder, reason))
    switch(home, folder)
    _forget_old(releases, number, settings.limits.keep_releases)
    return Release(number, folder, counts)


def _accepted(
    home: Home,
    settings: HomeSettings,
    stated: Mapping[str, Manifest | None],
    facts: _Facts,
    accepted_change: str | None,
) -> str | None:
    """Why the release may differ too much from the one in place; None where it does not.

    Raises OperatorError where it does and nobody said why.
    """
    before = {name: manifest for name, manifest in stated.items() if manifest is not None}
    faults = [
        fault
        for name, manifest in before.items()
        for fault in beyond_limits(manifest.tables, facts[name], settings.release)
    ]
    reason = (accepted_change or "").strip()
    if faults and not reason:
        last = max(manifest.release for manifest in before.values())
        raise OperatorError(
            f"The release is held back: it differs more from release {last} than [release] allows:\n  "
            + "\n  ".join(faults),
            "Look for the cause: a return that is wrong or missing, a changed policy. If it is right:"
            f' taizhang load --home {home.root} --accept-change "REASON". The last release stays in place.',
        )
    return reason if faults else None


def _published(manifest: Manifest, folder: Path, reason: str | None) -> Event:
    names = [manifest_name(edition) for edition in EDITIONS]
    hashes = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    return Event(
        event="published", release=manifest.release, at=manifest.made_at, by=who(),
        reason=reason, manifests=hashes,
    )  # fmt: skip


def _clear_unfinished(home: Home, releases: Path, stepped_back: int) -> None:
    """Remove what a publication that was cut off left: half a release, one that was never switched to, its links.

    Newer than the one in place, and kept, are those that somebody stepped back from.
    """
    link = home.published / "current"
    newest = int(link.readlink().name) if link.is_symlink() else None
    for folder in list(releases.iterdir()):
        is_unused = (
            newest is not None
            and folder.name.isdigit()
            and int(folder.name) > max(newest, stepped_back)
        )
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


def build_in_place(home: Home) -> Path | None:
    """The database the release in place was made from, None where there is none."""
    folder = current_release(home)
    return folder / BUILD_COPY if folder is not None and (folder / BUILD_COPY).is_file() else None


def kept_releases(home: Home) -> list[Path]:
    """The folders of the releases that are kept, in the order of their numbers."""
    releases = home.published / "releases"
    numbers = sorted(_numbers(releases)) if releases.is_dir() else []
    return [releases / str(number) for number in numbers]


def switch(home: Home, folder: Path) -> None:
    """Put a release in place: one atomic rename decides which is current."""
    for name in _LINKED:
        _link(home.published / name, Path("current") / name)
    _link(home.published / "current", Path("releases") / folder.name)
    sync(home.published)


def _link(link: Path, target: Path) -> None:
    """Set a link in one step; another one that stands there is replaced."""
    if link.is_symlink() and link.readlink() == target:
        return
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


def _forget_old(releases: Path, newest: int, keep: int) -> None:
    """Keep so many releases by number, the newest of them with the database it was made from."""
    numbers = sorted(_numbers(releases))
    for number in numbers[:-keep]:
        shutil.rmtree(releases / str(number))
    for number in numbers[-keep:]:
        if number != newest:
            (releases / str(number) / BUILD_COPY).unlink(missing_ok=True)
