"""What lies in the inbox, and which of it has arrived completely."""

import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pipelines.clock import local_time

# A file last changed this long before the load counts as complete (contract §7).
_SETTLED_AFTER = timedelta(minutes=1)
_SECOND_LOOK_SECONDS = 1.0
_NOT_RETURNS = ("~$", ".~lock.", "._")
_NOT_RETURN_NAMES = {"Thumbs.db", "desktop.ini", ".DS_Store"}
NO_UNIT = "(none)"


@dataclass(frozen=True)
class InboxFile:
    """One regular file under ``inbox/<unit_code>/``; ``inbox_path`` is relative to the inbox."""

    path: Path
    inbox_path: str
    unit_code: str
    size_bytes: int
    modified_ns: int

    @property
    def file_name(self) -> str:
        return self.inbox_path.rpartition("/")[2]


def complete_files(inbox: Path, now: datetime, timezone: str) -> list[InboxFile]:
    """The files that have arrived completely, in a settled order.

    Younger files are looked at twice; one that still grows waits for the next load.
    """
    found = list(_regular_files(inbox))
    settled: list[InboxFile] = []
    young: list[InboxFile] = []
    for file in found:
        is_settled = local_time(file.modified_ns, timezone) <= now - _SETTLED_AFTER
        (settled if is_settled else young).append(file)
    if young:
        time.sleep(_SECOND_LOOK_SECONDS)
        settled += [f for f in young if _is_unchanged(f)]
    return sorted(settled, key=lambda f: (f.modified_ns, f.file_name, f.inbox_path))


def _regular_files(inbox: Path) -> Iterator[InboxFile]:
    """Every regular file; links, pipes and what programs leave behind are no returns."""
    for path in sorted(inbox.rglob("*")):
        try:
            status = path.lstat()
        except FileNotFoundError:
            continue  # taken away between listing and looking
        if not stat.S_ISREG(status.st_mode) or _is_leftover(path.name):
            continue
        relative = printable(path.relative_to(inbox))
        folder, slash, _ = relative.partition("/")
        unit_code = folder if slash else NO_UNIT
        yield InboxFile(path, relative, unit_code, status.st_size, status.st_mtime_ns)


def printable(path: Path) -> str:
    """A path as text that can be stored: names that are not UTF-8 are mostly GB18030 from a zip."""
    raw = os.fsencode(path.as_posix())
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")


def _is_leftover(name: str) -> bool:
    return (
        name in _NOT_RETURN_NAMES
        or name.startswith(_NOT_RETURNS)
        or name.lower().endswith((".tmp", ".crdownload", ".part"))
    )


def _is_unchanged(file: InboxFile) -> bool:
    try:
        status = file.path.lstat()
    except FileNotFoundError:
        return False
    return (status.st_size, status.st_mtime_ns) == (file.size_bytes, file.modified_ns)
