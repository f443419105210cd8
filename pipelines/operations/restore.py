"""The way back from a copy: a home at any path, proved by the audit.

Nothing is put in place before every file was compared with its hash. What a copy holds is ``backup``'s business.
"""

import hashlib
import logging
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.database import open_for_writing
from pipelines.declarations.forms import Form
from pipelines.ledger.snapshots import take_snapshot
from pipelines.lock import Say, only_builder, only_writer
from pipelines.operations.backup_files import (
    BackupFolder,
    BackupManifest,
    Entry,
    read_manifest,
    read_path,
)
from pipelines.problems import OperatorError
from pipelines.release.audit import audit_home
from pipelines.release.proofs import Proof
from pipelines.release.publishing import switch
from pipelines.release.readers import let_pass, let_read, open_folders, statistics_group
from pipelines.settings import Home

_log = logging.getLogger(__name__)

_PIECE_BYTES = 1 << 20
_MIB = 1 << 20
_MOST_SAID = 20


@dataclass(frozen=True)
class Restored:
    """A home that was put back; ``unproved`` says why there are no proofs yet."""

    home: Home
    manifest: BackupManifest
    proofs: Sequence[Proof]
    unproved: str = ""
    notes: tuple[str, ...] = ()


def restore(backup: Path, into: Path, forms: Sequence[Form], say: Say) -> Restored:
    """Put a copy (its manifest, or the newest of a folder) back as a new home, and audit it.

    Raises OperatorError where the target is not empty, the copy is damaged or lacks a file, and where the disk is full;
    the target is then as it was.
    """
    path = _manifest_of(backup)
    manifest = read_manifest(path)
    target = into.resolve()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise OperatorError(f"{target} is not empty.", "Name a folder that is new or empty.")
    partial = target.with_name(f".{target.name}.restoring")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if partial.exists():
            shutil.rmtree(partial)
        _refuse_too_small_a_disk(manifest, target.parent)
        partial.mkdir(mode=0o700)
        _lay_out(BackupFolder(path.parent), manifest, partial)
        notes = _put_together(Home(partial), manifest)
        if target.exists():
            target.rmdir()
        partial.rename(target)
    except OSError as error:
        raise OperatorError(
            f"The home could not be put back: {error.strerror or error} ({error.filename}).",
            "Free the disk, or give this user the right to write there; then repeat it.",
        ) from error
    finally:
        if partial.exists():
            shutil.rmtree(partial)
    _log.info("a home was put back from %s into %s", path, target)
    return _proved(Home(target), manifest, forms, notes, say)


def _manifest_of(backup: Path) -> Path:
    if backup.is_file():
        return backup.resolve()
    listed = BackupFolder(backup).manifests() if backup.is_dir() else []
    if not listed:
        raise OperatorError(
            f"{backup} holds no copy of a home.",
            "Name a folder that taizhang backup wrote to, or one of its .json files.",
        )
    return listed[-1]


def _refuse_too_small_a_disk(manifest: BackupManifest, folder: Path) -> None:
    # The ledger's snapshot is made beside it.
    needed = sum(e.bytes * (2 if e.path == "work.duckdb" else 1) for e in manifest.entries)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise OperatorError(
            f"{folder} has {free // _MIB:,} MiB free; the home needs {needed // _MIB + 1:,} MiB.",
            "Free the disk, or restore elsewhere.",
        )


def _lay_out(store: BackupFolder, manifest: BackupManifest, root: Path) -> None:
    """Write every file, compared with its hash. Raises OperatorError that names what is damaged or missing."""
    for written in manifest.folders:
        (root / read_path(written)).mkdir(mode=0o700, parents=True, exist_ok=True)
    faults = [fault for entry in manifest.entries if (fault := _lay_one(store, entry, root))]
    if faults:
        shown = "\n  ".join(faults[:_MOST_SAID])
        more = f"\n  … and {len(faults) - _MOST_SAID:,} more" if len(faults) > _MOST_SAID else ""
        raise OperatorError(
            f"The copy is damaged; nothing was put back:\n  {shown}{more}",
            "Take another copy, or another folder of copies.",
        )


def _lay_one(store: BackupFolder, entry: Entry, root: Path) -> str:
    """Write one file; what is wrong with it, or nothing."""
    source, target = store.place(entry.sha256), root / read_path(entry.path)
    if not source.is_file():
        return f"{entry.path}: {source} is missing"
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with source.open("rb") as read, target.open("xb") as written:
        while piece := read.read(_PIECE_BYTES):
            digest.update(piece)
            written.write(piece)
    if digest.hexdigest() != entry.sha256:
        return f"{entry.path}: {source} was altered"
    target.chmod(entry.mode)
    os.utime(target, ns=(entry.modified_ns, entry.modified_ns))
    return ""


def _put_together(home: Home, manifest: BackupManifest) -> tuple[str, ...]:
    """What a copy does not hold because it is made of it: links, the ledger's snapshot, folders, rights."""
    for folder in (home.config, home.inbox, home.archive, home.feedback, home.reports, home.logs):
        folder.mkdir(exist_ok=True)
    home.reporting_database.parent.mkdir(exist_ok=True)
    for folder in filter(Path.is_dir, home.root.rglob("*")):
        folder.chmod(0o700)
    home.reporting_database.parent.chmod(0o755)
    if home.work_database.exists():
        with open_for_writing(home.work_database):
            pass  # what a load that was cut off had committed is played back
        take_snapshot(home)
    if manifest.release is None:
        return ()
    folder = home.reporting_database.parent / "releases" / str(manifest.release)
    open_folders(home, folder)
    switch(home, folder)
    try:
        group = statistics_group(home.settings().release.statistics_group)
    except OperatorError as error:
        return (f"{error.cause} Until that is mended only this user reads the statistics.",)
    let_read(folder, group)
    let_pass(home, group)
    return ()


def _proved(
    home: Home, manifest: BackupManifest, forms: Sequence[Form], notes: tuple[str, ...], say: Say
) -> Restored:
    if not home.work_database.exists():
        return Restored(home, manifest, (), "The copy is of a home that was never loaded.", notes)
    wait = home.settings().limits.lock_wait_seconds
    try:
        with only_builder(home, wait, say), only_writer(home, wait, say):
            proofs = audit_home(home, forms, wait)
    except OperatorError as error:
        return Restored(home, manifest, (), f"{error.cause} {error.remedy}", notes)
    return Restored(home, manifest, proofs, notes=notes)
