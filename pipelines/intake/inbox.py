"""What lies in the inbox, and which of it has arrived completely."""

import hashlib
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pipelines.clock import local_time
from pipelines.intake.listing import Entry, entries, folder_below

# A file last changed this long before the load counts as complete (contract §7).
_SETTLED_AFTER = timedelta(minutes=1)
_SECOND_LOOK_SECONDS = 1.0
NO_UNIT = "(none)"
# A unit's code names its folder of answers; no file system takes a longer name than 255 bytes.
_LONGEST_CODE_BYTES = 120
_PIECE_BYTES = 1 << 20


_CHANGED = "it is still being written; the next load takes it"


class NotTakenError(Exception):
    """A file of the inbox that cannot be taken now; its text says why."""


@dataclass(frozen=True)
class InboxFile:
    """One regular file under ``inbox/<unit_code>/``; ``inbox_path`` is relative to the inbox, as it is stored."""

    inbox: Path
    parts: tuple[str, ...]
    inbox_path: str
    unit_code: str
    size_bytes: int
    modified_ns: int

    @property
    def file_name(self) -> str:
        return self.inbox_path.rpartition("/")[2]

    def pieces(self) -> Iterator[bytes]:
        """The file's bytes, a piece at a time, so that no file needs more memory than another.

        Raises NotTakenError where it is another file by now, or cannot be read.
        """
        descriptor = self._open()
        try:
            read = 0
            while piece := _read(descriptor):
                read += len(piece)
                if read > self.size_bytes:
                    break
                yield piece
            if read != self.size_bytes or not self._is(os.fstat(descriptor)):
                raise NotTakenError(_CHANGED)
        finally:
            os.close(descriptor)

    def remove(self) -> None:
        """Take the file out of the inbox, where it still is the one that was listed. Raises OSError."""
        with folder_below(self.inbox, self.parts[:-1]) as folder:
            if self._is(os.stat(self.parts[-1], dir_fd=folder, follow_symlinks=False)):
                os.unlink(self.parts[-1], dir_fd=folder)

    def is_unchanged(self) -> bool:
        """Whether the file lies there as it was listed."""
        try:
            with folder_below(self.inbox, self.parts[:-1]) as folder:
                return self._is(os.stat(self.parts[-1], dir_fd=folder, follow_symlinks=False))
        except FileNotFoundError:
            return False

    def _is(self, status: os.stat_result) -> bool:
        found = (status.st_size, status.st_mtime_ns)
        return stat.S_ISREG(status.st_mode) and found == (self.size_bytes, self.modified_ns)

    def _open(self) -> int:
        """A descriptor of the very file that was listed; a pipe put in its place blocks nobody."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
        try:
            with folder_below(self.inbox, self.parts[:-1]) as folder:
                descriptor = os.open(self.parts[-1], flags, dir_fd=folder)
        except OSError as error:
            raise NotTakenError(f"it cannot be opened: {error.strerror}") from error
        if not self._is(os.fstat(descriptor)):
            os.close(descriptor)
            raise NotTakenError(_CHANGED)
        return descriptor


def complete_files(inbox: Path, now: datetime, timezone: str) -> list[InboxFile]:
    """The files that have arrived completely, in a settled order.

    Younger files are looked at twice; one that still grows waits for the next load.
    """
    settled: list[InboxFile] = []
    young: list[InboxFile] = []
    for file in regular_files(inbox):
        is_settled = local_time(file.modified_ns, timezone) <= now - _SETTLED_AFTER
        (settled if is_settled else young).append(file)
    if young:
        time.sleep(_SECOND_LOOK_SECONDS)
        settled += [file for file in young if file.is_unchanged()]
    return sorted(settled, key=lambda f: (f.modified_ns, f.file_name, f.inbox_path, f.parts))


def regular_files(inbox: Path) -> Iterator[InboxFile]:
    """Every file that may be a return; links, pipes and what programs leave behind are none."""
    for entry in entries(inbox):
        if entry.kind == "file":
            yield _as_file(inbox, entry)


def strangers(inbox: Path) -> list[Entry]:
    """What lies in the inbox and is never taken: links, pipes, devices, what may not be read. In a settled order."""
    return sorted((e for e in entries(inbox) if e.kind == "stranger"), key=lambda e: e.parts)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, _PIECE_BYTES)
    except OSError as error:
        raise NotTakenError(f"it cannot be read: {error.strerror}") from error


def _as_file(inbox: Path, entry: Entry) -> InboxFile:
    shown = entry.shown
    folder, slash, _ = shown.partition("/")
    unit_code = _unit_code(folder) if slash else NO_UNIT
    return InboxFile(inbox, entry.parts, shown, unit_code, entry.size_bytes, entry.modified_ns)


def _unit_code(folder: str) -> str:
    """The code a folder stands for: its name. One too long to be anybody's code is cut, and stays apart by its hash."""
    raw = folder.encode("utf-8")
    if len(raw) <= _LONGEST_CODE_BYTES:
        return folder
    kept = raw[: _LONGEST_CODE_BYTES - 9].decode("utf-8", "ignore")
    return f"{kept}~{hashlib.sha256(raw).hexdigest()[:8]}"
