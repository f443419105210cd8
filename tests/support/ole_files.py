"""Small OLE compound files ([MS-CFB] version 3): streams by name, “storage/stream” for one within a storage.

Every stream lies in sectors of its own (the smallest size for that is written into the header).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_NOTHING = 0xFFFFFFFF
_WIDTH = 512


def write_ole(streams: Mapping[str, bytes]) -> bytes:
    """The bytes of a compound file. Siblings hang on one another to the right, which readers accept."""
    fat: list[int] = []
    body = b""

    def stored(content: bytes) -> int:
        nonlocal body
        if not content:
            return _END
        first, count = len(fat), -(-len(content) // _WIDTH)
        fat.extend([*range(first + 1, first + count), _END])
        body += content.ljust(count * _WIDTH, b"\0")
        return first

    tops = list(dict.fromkeys(name.partition("/")[0] for name in streams))
    names = ["Root Entry", *tops, *(name for name in streams if "/" in name)]
    entries = [_entry("Root Entry", 5, child=1 if tops else _NOTHING, start=_END)]
    for number, name in enumerate(names[1:], 1):
        top, _, inner = name.partition("/")
        right = number + 1 if name in tops[:-1] else _NOTHING
        if name in streams:
            start = stored(streams[name])
            entries.append(
                _entry(inner or top, 2, right=right, start=start, size=len(streams[name]))
            )
        else:
            child = next(n for n, other in enumerate(names) if other.startswith(f"{name}/"))
            entries.append(_entry(name, 1, right=right, child=child, start=_END))
    directory = stored(b"".join(entries))
    count = 1
    while (len(fat) + count) * 4 > count * _WIDTH:
        count += 1
    places = range(len(fat), len(fat) + count)
    fat += [_FAT] * count
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(count * _WIDTH, b"\xff")
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, count, directory, 0, 0, _END, 0, _END, 0,
    )  # fmt: skip
    difat = struct.pack(f"<{count}I", *places).ljust(436, b"\xff")
    return header + difat + body + table


def _entry(
    name: str, kind: int, *, right: int = _NOTHING, child: int = _NOTHING, start: int, size: int = 0
) -> bytes:
    text = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII36xII4x", text, len(text) + 2, kind, 1, _NOTHING, right, child, start, size
    )
