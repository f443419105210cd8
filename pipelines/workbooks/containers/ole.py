"""The streams of an OLE compound file ([MS-CFB]): names and bytes, no chain of sectors followed twice.

Knows sectors and nothing of what the streams mean. A file that is cut short gives what is left of it.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import DAMAGED

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_HEADER = struct.Struct("<30xHH14xI4xII4xI4x")
_ENTRY = struct.Struct("<64sHBxIII36xII4x")
_MINI_SHIFT = 6
_DIFAT_AT, _DIFAT_IN_HEADER = 76, 109
_LAST_SECTOR = 0xFFFFFFFA  # from here on numbers are marks: free, end of chain …
_STORAGE, _STREAM, _ROOT = 1, 2, 5


@dataclass(frozen=True)
class _Entry:
    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class OleFile:
    """One compound file; ``names`` are the streams and storages that lie at its top."""

    def __init__(self, data: bytes) -> None:
        """Read the directory. Raises UnreadableFileError where there is none to be read."""
        if len(data) < 512 or not data.startswith(SIGNATURE):
            raise UnreadableFileError(DAMAGED)
        self._shift, mini_shift, first_entry, self._mini_cutoff, first_mini_fat, first_difat = (
            _HEADER.unpack_from(data)
        )
        if self._shift not in (9, 12) or mini_shift != _MINI_SHIFT:
            raise UnreadableFileError(DAMAGED)
        self._data = data
        self._fat = self._table(self._fat_sectors(first_difat))
        self._mini_fat = self._table(self._chain(first_mini_fat))
        self._entries = [_entry(raw) for raw in self._raw_entries(first_entry)]
        if not self._entries:
            raise UnreadableFileError(DAMAGED)
        self._mini_stream: bytes | None = None
        self._at_top = self._children_of_root()

    @property
    def names(self) -> list[str]:
        return list(self._at_top)

    @property
    def all_names(self) -> list[str]:
        """Every name of the directory, whatever it lies in: for a file whose order of names is damaged."""
        return [entry.name for entry in self._entries if entry.kind in (_STORAGE, _STREAM)]

    def read(self, name: str) -> bytes | None:
        """A stream, one at the top before one within a storage, whatever the case; None where there is none."""
        wanted = name.lower()
        candidates = [*self._at_top.values(), *self._entries]
        for entry in candidates:
            if entry.kind == _STREAM and entry.name.lower() == wanted:
                return self._content(entry)
        return None

    def _content(self, entry: _Entry) -> bytes:
        if entry.size >= self._mini_cutoff:
            return self._joined(self._chain(entry.start), entry.size)
        if self._mini_stream is None:
            root = self._entries[0]
            self._mini_stream = self._joined(self._chain(root.start), root.size)
        width = 1 << _MINI_SHIFT
        starts = (sector * width for sector in _followed(entry.start, self._mini_fat))
        content = b"".join(self._mini_stream[start : start + width] for start in starts)
        return content[: entry.size]

    def _joined(self, sectors: Iterator[int], size: int) -> bytes:
        pieces, left = [], size
        for sector in sectors:
            if left <= 0:
                break
            pieces.append(self._sector(sector))
            left -= 1 << self._shift
        return b"".join(pieces)[:size]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) << self._shift
        return self._data[start : start + (1 << self._shift)]

    def _chain(self, start: int) -> Iterator[int]:
        return _followed(start, self._fat)

    def _table(self, sectors: Iterator[int]) -> Sequence[int]:
        """Tables of sector numbers after one another; what a sector lacks of its width counts as free."""
        width = 1 << self._shift
        content = b"".join(self._sector(sector).ljust(width, b"\xff") for sector in sectors)
        return struct.unpack(f"<{len(content) // 4}I", content)

    def _fat_sectors(self, first_difat: int) -> Iterator[int]:
        """The sectors of the allocation table: 109 from the header, the others from the DIFAT's own chain."""
        per_sector = (1 << self._shift) // 4 - 1
        numbers = list(struct.unpack_from(f"<{_DIFAT_IN_HEADER}I", self._data, _DIFAT_AT))
        seen: set[int] = set()
        while first_difat < _LAST_SECTOR and first_difat not in seen:
            seen.add(first_difat)
            raw = self._sector(first_difat)
            if len(raw) < 1 << self._shift:
                break
            *more, first_difat = struct.unpack(f"<{per_sector + 1}I", raw)
            numbers += more
        sectors = len(self._data) >> self._shift
        needed = sectors // (per_sector + 1) + 1
        return iter([number for number in numbers if number < _LAST_SECTOR][:needed])

    def _raw_entries(self, start: int) -> Iterator[bytes]:
        for sector in self._chain(start):
            raw = self._sector(sector)
            for at in range(0, len(raw) - _ENTRY.size + 1, _ENTRY.size):
                yield raw[at : at + _ENTRY.size]

    def _children_of_root(self) -> dict[str, _Entry]:
        """The names below the root, whose siblings form a tree; a number that leads nowhere ends its branch."""
        found: dict[str, _Entry] = {}
        waiting, seen = [self._entries[0].child], set[int]()
        while waiting:
            number = waiting.pop()
            if number in seen or number >= len(self._entries):
                continue
            seen.add(number)
            entry = self._entries[number]
            if entry.kind in (_STORAGE, _STREAM):
                found[entry.name] = entry
            waiting += [entry.left, entry.right]
        return found


def _entry(raw: bytes) -> _Entry:
    name, length, kind, left, right, child, start, size = _ENTRY.unpack(raw)
    text = name[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
    return _Entry(text, kind, left, right, child, start, size)


def _followed(start: int, table: Sequence[int]) -> Iterator[int]:
    """A chain of sectors. Raises UnreadableFileError where it comes back to itself."""
    seen: set[int] = set()
    while start < len(table):
        if start in seen:
            raise UnreadableFileError(DAMAGED)
        seen.add(start)
        yield start
        start = table[start]
