"""What the reader of returns is fed by a fuzzer, and what may come of it: a workbook, or a sentence for a clerk.

A zip with one changed byte is a damaged zip and nothing else, so packages are fed part by part: a *bundle* is the
parts one after the other, each behind a line with its name, and is packed here. Whatever is no bundle stays as it is.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from pipelines.text import one_line
from pipelines.workbooks.cells import UnreadableFileError, Workbook
from pipelines.workbooks.containers.book import ReadingLimits
from pipelines.workbooks.packages import Member, file_name_of, read_member
from pipelines.workbooks.reading import read_file

CORPUS = Path(__file__).resolve().parents[1] / "fuzz" / "corpus"
# Small, so that a trap shows as a sentence and not as a slow run.
LIMITS = ReadingLimits(1 << 20, 4 << 20, 2_000, 100, 50_000)
_MARK = b"\n\x00=part="
_LONGEST_FILE = 4_096


def bundle(parts: Mapping[str, str | bytes]) -> bytes:
    """The parts of a package as one text."""
    pieces = []
    for name, content in parts.items():
        data = content.encode() if isinstance(content, str) else content
        pieces.append(_MARK + name.encode() + b"\n" + data)
    return b"".join(pieces)


def packed(data: bytes) -> bytes:
    """The zip of a bundle; other bytes as they are."""
    if not data.startswith(_MARK):
        return data
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        warnings.simplefilter("ignore")  # of two parts of one name, which is what is to be tried
        for piece in data.split(_MARK)[1:]:
            name, _, content = piece.partition(b"\n")
            entry = zipfile.ZipInfo(name.decode("utf-8", "replace")[:100] or "x")
            archive.writestr(entry, content)
    return out.getvalue()


def _read(data: bytes) -> None:
    """Read a file to its end. Everything but a workbook, members, or a sentence is a fault and goes up."""
    try:
        found = read_file(packed(data), LIMITS)
    except UnreadableFileError as fault:
        assert fault.sentence.strip()
        return
    if isinstance(found, Workbook):
        assert found.sheets
        return
    for member in found:
        _unpack(packed(data), member)


def _unpack(package: bytes, member: Member) -> None:
    name = file_name_of(member)
    assert one_line(name) == name
    assert "/" not in name
    assert name not in ("", ".", "..")
    try:
        read_member(package, member.number, LIMITS)
    except UnreadableFileError as fault:
        assert fault.sentence.strip()


def _read_as(start: bytes) -> Callable[[bytes], None]:
    """Text kinds are told by their beginning: what a fuzzer has spoilt there it is given back."""

    def read(data: bytes) -> None:
        _read(data if data.startswith(start) else start + data)

    return read


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "xlsx": _read,
    "xlsb": _read,
    "xls": _read_as(b"\x09\x08"),
    "ods": _read,
    "package": _read,
    "delimited": _read,
    "html": _read_as(b"<html"),
    "mhtml": _read_as(b"MIME-Version: 1.0\r\n"),
    "spreadsheetml": _read_as(b'<?xml version="1.0"'),
    "detection": _read,
}


def kept(container: str) -> list[Path]:
    """The files of a container's corpus."""
    return sorted(path for path in (CORPUS / container).iterdir() if path.is_file())
