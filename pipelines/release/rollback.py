"""Which releases are kept, and the way back to one of them.

A release that somebody steps back from is kept; the next load publishes the newest state again, under a new number.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipelines.declarations.forms import Form
from pipelines.ledger.work_database import open_work_database
from pipelines.problems import OperatorError
from pipelines.release.editions import EDITIONS
from pipelines.release.manifest import altered_files, manifest_name, read_manifest
from pipelines.release.publishing import BUILD_COPY, current_release, kept_releases, switch
from pipelines.release.readers import let_pass, let_read, statistics_group
from pipelines.release.record import Event, events, note, stepped_back_from, who
from pipelines.release.recording import record_current
from pipelines.settings import Home

_OPEN, _ = EDITIONS


@dataclass(frozen=True)
class KeptRelease:
    """A release that is kept. ``made_at`` is the moment of its load, None where it has no manifest.

    ``accepted_change`` is why it was let through although it changed beyond the limits.
    """

    number: int
    made_at: datetime | None
    rows: int | None
    tables: int | None
    is_in_place: bool
    is_stepped_back_from: bool
    is_complete: bool
    has_build: bool
    bytes: int
    accepted_change: str | None


def list_releases(home: Home) -> list[KeptRelease]:
    """Every release that is kept, in the order of the numbers.

    One newer than any that was ever in place is not complete: its publication was cut off.
    """
    current = current_release(home)
    noted = events(home)
    left = {event.from_release for event in noted}
    newest = max(int(current.name) if current else 0, stepped_back_from(home))
    accepted = {event.release: event.reason for event in noted if event.event == "published"}
    return [_listed(folder, current, left, newest, accepted) for folder in kept_releases(home)]


def _listed(
    folder: Path,
    current: Path | None,
    left: set[int | None],
    newest: int,
    accepted: Mapping[int, str | None],
) -> KeptRelease:
    number = int(folder.name)
    manifest = read_manifest(folder, _OPEN)
    return KeptRelease(
        number=number,
        made_at=manifest.made_at if manifest else None,
        rows=sum(table.rows for table in manifest.tables.values()) if manifest else None,
        tables=len(manifest.tables) if manifest else None,
        is_in_place=folder == current,
        is_stepped_back_from=number in left and folder != current,
        is_complete=number <= newest,
        has_build=(folder / BUILD_COPY).is_file(),
        bytes=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        accepted_change=accepted.get(number),
    )


def kept_release(home: Home, number: int) -> Path:
    """The folder of a release. Raises OperatorError where it is not kept, or never was in place."""
    kept = {release.number: release for release in list_releases(home)}
    if number not in kept or not kept[number].is_complete:
        shown = ", ".join(str(n) for n, release in kept.items() if release.is_complete) or "none"
        raise OperatorError(f"Release {number} is not kept.", f"Name one of these: {shown}.")
    return home.published / "releases" / str(number)


def roll_back(
    home: Home, number: int, now: datetime, reason: str | None, forms: Sequence[Form]
) -> Event:
    """Put a kept release in place again. The caller holds both locks of the home.

    Raises OperatorError where there is no such release, it is in place already, or its files are not those that
    were made.
    """
    group = statistics_group(home.settings().release.statistics_group)
    folder = kept_release(home, number)
    current = current_release(home)
    if current is None or folder == current:
        raise OperatorError(f"Release {number} is in place already.", "There is nothing to do.")
    _, faults, _ = compared_with_manifest(home, folder)
    if not all((folder / manifest_name(edition)).is_file() for edition in EDITIONS):
        faults.append(f"{folder} has no manifest, so that nobody can tell whether it is whole")
    if faults:
        raise OperatorError(
            f"Release {number} is not what was made:\n  " + "\n  ".join(faults),
            "Choose another one (taizhang release list), or load: that makes a new release.",
        )
    event = Event(
        event="rolled_back", release=number, at=now, by=who(), reason=reason,
        from_release=int(current.name),
    )  # fmt: skip
    # A load that was cut off has published what is in place and not recorded it; no later load would look there.
    with open_work_database(home, forms) as ledger:
        record_current(ledger, home)
    for kept in kept_releases(home):
        let_read(kept, group)
    let_pass(home, group)
    note(home, event)
    switch(home, folder)
    return event


def compared_with_manifest(home: Home, folder: Path) -> tuple[int, list[str], list[str]]:
    """How many files of a release the manifests state, every fault found in them, and what could not be told."""
    made = [e for e in events(home) if e.event == "published" and e.release == int(folder.name)]
    hashes = made[-1].manifests if made else {}
    counted, faults, notes = 0, list[str](), list[str]()
    for edition in EDITIONS:
        name = manifest_name(edition)
        try:
            manifest = read_manifest(folder, edition)
        except OperatorError as error:
            faults.append(error.cause)
            continue
        if manifest is None:
            missing = f"{folder / name} is missing"
            (faults if name in hashes else notes).append(missing)
            continue
        counted += len(manifest.files)
        faults += altered_files(folder, edition, manifest.files)
        if name not in hashes:
            notes.append(f"{folder / name} was noted nowhere when it was made")
        elif hashlib.sha256((folder / name).read_bytes()).hexdigest() != hashes[name]:
            faults.append(f"{folder / name} is not the manifest that was made")
    return counted, faults, notes
