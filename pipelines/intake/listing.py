"""Everything that lies below the inbox, looked at without following a link or opening a file.

What counts as arrived is ``inbox``; here a name is only told to be a file, a leftover of a program, or something
that is no file at all. Folders are opened one below the other, so that nobody can slip a link in between.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipelines.leftovers import is_half_written, is_leftover
from pipelines.text import one_line

Kind = Literal["file", "leftover", "stranger"]

# A unit's folder, the months in it, the photographs of a project: four. Nobody sorts returns deeper than this.
DEEPEST_FOLDER = 40
_STRANGERS = {
    stat.S_IFLNK: "it is a link",
    stat.S_IFIFO: "it is a pipe",
    stat.S_IFSOCK: "it is a socket",
    stat.S_IFCHR: "it is a device",
    stat.S_IFBLK: "it is a device",
}


@dataclass(frozen=True)
class Entry:
    """One name below the inbox. ``reason`` says why a stranger is none of ours; ``parts`` are its folders and name."""

    parts: tuple[str, ...]
    kind: Kind
    size_bytes: int
    modified_ns: int
    reason: str = ""

    @property
    def shown(self) -> str:
        """The path below the inbox as it is stored and said."""
        return "/".join(printable(part) for part in self.parts)


@contextmanager
def folder_below(inbox: Path, parts: tuple[str, ...]) -> Iterator[int]:
    """The descriptor of a folder below the inbox. Raises OSError where one of the parts is a link or no folder.

    The inbox itself may be a link: where it lies is the operator's choice.
    """
    descriptor = os.open(inbox, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts:
            below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = below
        yield descriptor
    finally:
        os.close(descriptor)


def entries(inbox: Path) -> Iterator[Entry]:
    """Every name below the inbox that is no folder, and every folder that cannot be looked into."""
    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        parts = waiting.pop()
        if len(parts) > DEEPEST_FOLDER:
            yield Entry(parts, "stranger", 0, 0, "the folders are nested too deeply")
            continue
        try:
            found, folders = _look_into(inbox, parts)
        except FileNotFoundError:
            continue  # taken away between listing and looking
        except OSError as error:
            if not parts:
                raise
            yield Entry(parts, "stranger", 0, 0, f"the folder cannot be opened: {error.strerror}")
            continue
        yield from found
        waiting += folders


def _look_into(inbox: Path, parts: tuple[str, ...]) -> tuple[list[Entry], list[tuple[str, ...]]]:
    found: list[Entry] = []
    folders: list[tuple[str, ...]] = []
    with folder_below(inbox, parts) as descriptor, os.scandir(descriptor) as listed:
        for item in listed:
            try:
                status = item.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            path = (*parts, item.name)
            if stat.S_ISDIR(status.st_mode):
                folders.append(path)
            else:
                kind, reason = _kind(item.name, status.st_mode, descriptor)
                found.append(Entry(path, kind, status.st_size, status.st_mtime_ns, reason))
    return found, sorted(folders, reverse=True)


def _kind(name: str, mode: int, folder: int) -> tuple[Kind, str]:
    if not stat.S_ISREG(mode):
        return "stranger", _STRANGERS.get(stat.S_IFMT(mode), "it is no file")
    if is_leftover(name) or is_half_written(name):
        return "leftover", ""
    if not os.access(name, os.R_OK, dir_fd=folder):
        return "stranger", "it may not be read"
    return "file", ""


def printable(name: str) -> str:
    """A name as text that can be stored, shown and logged in one line.

    Names that are not UTF-8 are mostly GB18030 from a zip.
    """
    return one_line(_decoded(os.fsencode(name)))


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")
