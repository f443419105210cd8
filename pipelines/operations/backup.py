"""A copy of a home while it is in service: what cannot be made again, and the release in place.

The release and the ledger are copied under the two locks, so that they fit; the files that are written once follow
without. Secrets are no part of a home (channels are references), Dagster's own bookkeeping no part of a copy.
"""

import logging
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pipelines.clock import local_time
from pipelines.intake.archive import archive_path, stored_hashes
from pipelines.intake.inbox import regular_files
from pipelines.lock import Say, only_builder, only_writer
from pipelines.operations.backup_files import (
    BackupFolder,
    BackupManifest,
    Entry,
    digest_of,
    read_manifest,
    written_path,
)
from pipelines.operations.marks import (
    BackupMark,
    backup_mark_file,
    home_identity,
    identity_file,
    leave,
)
from pipelines.problems import OperatorError
from pipelines.release.publishing import current_release
from pipelines.settings import Home, HomeSettings

_log = logging.getLogger(__name__)

# A younger file in the inbox may still be half there; it will be in the next copy.
_SETTLED_AFTER = timedelta(minutes=1)
_MIB = 1 << 20


@dataclass(frozen=True)
class Backup:
    """A copy that was made: ``new_bytes`` were written, the rest is shared with earlier ones."""

    manifest: Path
    files: int
    bytes: int
    new_bytes: int
    forgotten: int
    warnings: tuple[str, ...] = ()


def back_up(home: Home, folder: Path, keep: int | None, now: datetime, say: Say) -> Backup:
    """Copy a home into a folder of copies; ``keep`` so many of them.

    Raises OperatorError where the folder lies in the home or belongs to another one, the disk is full, or a load does
    not end. What was there before stays whole in any case.
    """
    settings = home.settings()
    target = BackupFolder(folder)
    if target.root.is_relative_to(home.root):
        raise OperatorError(
            f"{target.root} lies in the home itself.",
            "Name a folder elsewhere, best on another disk.",
        )
    try:
        with target.in_use():
            made = _Copying(home, settings, target, now).run(keep, say)
    except OSError as error:
        raise OperatorError(
            f"The copy could not be made: {error.strerror or error}"
            + (f" ({error.filename})." if error.filename else "."),
            "Free the disk of the copies, or see to it that the home can be read; then repeat it."
            " Earlier copies are whole.",
        ) from error
    leave(backup_mark_file(home), BackupMark(at=now, folder=str(target.root), files=made.files))
    _log.info("a copy was made: %s, %d files", made.manifest, made.files)
    return made


class _Copying:
    """One copy under way."""

    def __init__(
        self, home: Home, settings: HomeSettings, target: BackupFolder, now: datetime
    ) -> None:
        self._home, self._settings, self._target, self._now = home, settings, target, now
        # Drawn before the files are listed: the first copy takes it along, too.
        self._identity = (
            f"{settings.district.code} {settings.district.name} ({home_identity(home)})"
        )
        self._before = self._last_copy()
        self._entries: dict[str, Entry] = {}
        self._new_bytes = 0
        self._warnings: list[str] = []

    def run(self, keep: int | None, say: Say) -> Backup:
        home, wait = self._home, self._settings.limits.lock_wait_seconds
        self._refuse_too_small_a_disk()
        with only_builder(home, wait, say):
            release = current_release(home)
            for path in _below(release):
                self._take(path)
            with only_writer(home, wait, say):
                folders = _folders(home)
                # Written under the lock, never changed after: they may be copied when it is free again.
                once = [*_below(home.feedback), *_below(home.reports), *_archived(home)]
                for path in self._under_lock():
                    self._take(path)
        for path in once:
            self._take(path)
        entries = sorted(self._entries.values(), key=lambda entry: entry.path)
        lost = [e.path for e in entries if not self._target.holds(e.sha256, e.bytes)]
        if lost:
            raise OSError(f"{len(lost)} file(s) of the copy are gone again, such as {lost[0]}")
        manifest = BackupManifest(
            made_at=self._now,
            district=self._identity,
            release=int(release.name) if release else None,
            folders=folders,
            entries=entries,
            digest=digest_of(entries),
        )
        path = self._target.write(manifest)
        return Backup(
            manifest=path,
            files=len(entries),
            bytes=sum(entry.bytes for entry in entries),
            new_bytes=self._new_bytes,
            forgotten=self._target.forget_all_but(keep) if keep else 0,
            warnings=tuple(self._warnings),
        )

    def _last_copy(self) -> dict[str, Entry]:
        """What the last copy holds, by path. Raises OperatorError where it is of another district."""
        listed = self._target.manifests()
        if not listed:
            return {}
        last = read_manifest(listed[-1])
        if last.district != self._identity:
            raise OperatorError(
                f"{self._target.root} holds copies of {last.district}.",
                "Name a folder of its own for each home.",
            )
        return {entry.path: entry for entry in last.entries}

    def _under_lock(self) -> Iterator[Path]:
        """What changes with every load, and what a load would take away or leave behind."""
        home = self._home
        wal = home.work_database.with_name(home.work_database.name + ".wal")
        singles = (
            home.work_database, wal, home.unanswered_mark, home.release_record, home.settings_file,
            identity_file(home),
        )  # fmt: skip
        yield from (path for path in singles if path.is_file())
        yield from _below(home.config)
        zone = self._settings.district.timezone
        for file in regular_files(home.inbox):
            if local_time(file.modified_ns, zone) <= self._now - _SETTLED_AFTER:
                yield home.inbox.joinpath(*file.parts)

    def _take(self, path: Path) -> None:
        """One file into the copy; one that is there already, by its name in the archive or as the last copy knew it, is not read."""
        home = self._home
        status = path.stat()
        written = written_path(path.relative_to(home.root))
        known = self._known(path, written, status.st_size, status.st_mtime_ns)
        if known is not None and self._target.holds(known, status.st_size):
            sha256, size = known, status.st_size
        else:
            sha256, size, is_new = self._target.take(path)
            self._new_bytes += size if is_new else 0
            if path.is_relative_to(home.archive) and sha256 != path.name:
                self._warnings.append(
                    f"{path} is not what was received: taizhang audit, and restore it from an earlier copy."
                )
        self._entries[written] = Entry(
            written, sha256, size, status.st_mode & 0o777, status.st_mtime_ns
        )

    def _known(self, path: Path, written: str, size: int, modified_ns: int) -> str | None:
        home = self._home
        if path.is_relative_to(home.archive):
            return path.name
        before = self._before.get(written)
        is_written_once = not path.is_relative_to(home.config) and path.parent != home.root
        if before is None or not is_written_once:
            return None
        return before.sha256 if (before.bytes, before.modified_ns) == (size, modified_ns) else None

    def _refuse_too_small_a_disk(self) -> None:
        """Before anything is written: whether what is new will fit."""
        home = self._home
        sure = [home.work_database, *_below(current_release(home))]
        needed = sum(path.stat().st_size for path in sure if path.is_file())
        for path in _archived(home):
            size = path.stat().st_size
            needed += 0 if self._target.holds(path.name, size) else size
        free = shutil.disk_usage(self._target.root).free
        if free < needed:
            raise OperatorError(
                f"{self._target.root} has {free // _MIB:,} MiB free; the copy needs about"
                f" {needed // _MIB + 1:,} MiB.",
                "Free the disk, or keep fewer copies (--keep). Earlier copies are whole.",
            )


def _below(folder: Path | None) -> list[Path]:
    """Every regular file below a folder but what is only begun (names with a dot)."""
    if folder is None or not folder.is_dir():
        return []
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not path.is_symlink()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]


def _archived(home: Home) -> Iterable[Path]:
    return [archive_path(home.archive, sha256) for sha256 in sorted(stored_hashes(home.archive))]


def _folders(home: Home) -> list[str]:
    """The units' folders of the inbox, those without a file included."""
    return [
        written_path(path.relative_to(home.root))
        for path in sorted(home.inbox.iterdir())
        if path.is_dir() and not path.is_symlink()
    ]
