"""A zip package of several returns: which files are in it, and the bytes of each.

A member's name is only text: nothing is ever written under it, and where it points is not followed.
What the members hold is read like any other file.
"""

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from pipelines.leftovers import is_leftover
from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import ReadingLimits
from pipelines.workbooks.containers.zip_parts import ZIP_FAULTS

_MOST_MEMBERS: Final = 2_000
# With folders and what systems leave; the directory is read anew for each member.
_MOST_ENTRIES: Final = 5_000
_LONGEST_NAME: Final = 200
_NAMELESS = "未命名"
_CHUNK = 1 << 18

# Where macOS packs the resource forks of everything else (lower case).
_LEFTOVER_FOLDER = "__macosx"

# The name in UTF-8 beside an older one, with the checksum of that (APPNOTE.TXT 4.6.9).
_UNICODE_PATH: Final = 0x7075
_IS_UTF8: Final = 1 << 11
_IS_ENCRYPTED: Final = 1
_MADE_ON_UNIX = (3, 19)  # Unix, macOS: only there the upper half of the attributes is a file's mode

_DAMAGED = "压缩包已损坏，里面的文件取不出来。请重新压缩成 .zip，或者逐个报送里面的表格。"
_EMPTY = "压缩包里没有文件。请检查后重新报送。"
_TOO_MANY = f"压缩包里的文件超过 {_MOST_MEMBERS} 个。请只放要报送的表格，分成几个压缩包报送。"
_TOO_MANY_ENTRIES = (
    f"压缩包里的文件和文件夹合计超过 {_MOST_ENTRIES} 个。请只放要报送的表格，分成几个压缩包报送。"
)


@dataclass(frozen=True)
class Member:
    """One file of a package: its place in the directory, its name there with folders, its declared size."""

    number: int
    name: str
    size_bytes: int


def list_members(data: bytes, limits: ReadingLimits) -> tuple[Member, ...]:
    """The files of a package in the order of its directory, without what systems leave in it.

    Raises UnreadableFileError for a damaged package, for no member, for too many or too many folders, for one
    that is a link or encrypted, and where they would be too large together.
    """
    with _opened(data) as archive:
        infos = archive.infolist()
        members = [
            Member(number, name, info.file_size)
            for number, info in enumerate(infos)
            if not _is_leftover(name := _name_of(info)) and not _is_folder(info)
        ]
        if len(members) > _MOST_MEMBERS:
            raise UnreadableFileError(_TOO_MANY)
        if not members:
            raise UnreadableFileError(_EMPTY)
        for member in members:
            _refuse_what_is_no_file(infos[member.number], member)
    # No member gives more than it declares, or its checksum fails.
    if sum(min(member.size_bytes, limits.max_bytes) for member in members) > limits.max_unpacked:
        raise UnreadableFileError(
            f"压缩包里的文件解开后超过 {limits.max_unpacked >> 20} MB。"
            "请删去图片和无关文件，分成几个压缩包报送。"
        )
    return tuple(members)


def read_member(data: bytes, number: int, limits: ReadingLimits) -> bytes:
    """The bytes of a member, its checksum proved.

    Raises UnreadableFileError, with the member's name, for damage, a password, a link, and beyond the limit.
    """
    with _opened(data) as archive:
        infos = archive.infolist()
        if not 0 <= number < len(infos):
            raise UnreadableFileError(_DAMAGED)
        info = infos[number]
        member = Member(number, _name_of(info), info.file_size)
        _refuse_what_is_no_file(info, member)
        return b"".join(_unpacked(archive, info, member, limits))


def file_name_of(member: Member) -> str:
    """The last part of a member's name as a name to show: no folder, no control character, not too long."""
    last = re.split(r"[/\\]", member.name)[-1]
    shown = "".join(sign for sign in last if not _is_unprintable(sign)).strip(" .")
    stem, dot, ending = shown.rpartition(".")
    if len(shown) > _LONGEST_NAME and dot and len(ending) <= 10:
        return f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}"
    return shown[:_LONGEST_NAME] or _NAMELESS


@contextmanager
def _opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except ZIP_FAULTS as error:
        raise UnreadableFileError(_DAMAGED) from error
    with archive:
        if len(archive.infolist()) > _MOST_ENTRIES:
            raise UnreadableFileError(_TOO_MANY_ENTRIES)
        yield archive


def _unpacked(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, member: Member, limits: ReadingLimits
) -> Iterator[bytes]:
    left = limits.max_bytes
    try:
        with archive.open(info) as file:
            while piece := file.read(_CHUNK):
                left -= len(piece)
                if left < 0:
                    raise UnreadableFileError(
                        f"压缩包里的“{file_name_of(member)}”超过上限 {limits.max_bytes >> 20} MB。"
                        "请删去图片和无关工作表后重新报送。"
                    )
                yield piece
    except ZIP_FAULTS as error:
        raise UnreadableFileError(
            f"压缩包里的“{file_name_of(member)}”已损坏，取不出来。请重新压缩成 .zip，或者逐个报送里面的表格。"
        ) from error


def _refuse_what_is_no_file(info: zipfile.ZipInfo, member: Member) -> None:
    if info.flag_bits & _IS_ENCRYPTED:
        raise UnreadableFileError(
            f"压缩包设了密码，“{file_name_of(member)}”取不出来。请不设密码重新压缩，或者逐个报送里面的表格。"
        )
    mode = info.external_attr >> 16 if info.create_system in _MADE_ON_UNIX else 0
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise UnreadableFileError(
            f"压缩包里的“{file_name_of(member)}”是链接，不是文件本身。请放入原文件，重新压缩后报送。"
        )


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.filename.endswith(("/", "\\")) or (
        info.create_system in _MADE_ON_UNIX and stat.S_ISDIR(info.external_attr >> 16)
    )


def _is_leftover(name: str) -> bool:
    *folders, last = re.split(r"[/\\]", name)
    return _LEFTOVER_FOLDER in map(str.lower, folders) or is_leftover(last)


def _is_unprintable(sign: str) -> bool:
    """Control and format characters, halves of pairs, line and paragraph separators."""
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _name_of(info: zipfile.ZipInfo) -> str:
    """The name as its sender saw it: most packers here write GB18030, those of other systems UTF-8."""
    if info.flag_bits & _IS_UTF8:
        return info.orig_filename
    raw = info.orig_filename.encode("cp437")
    return _unicode_path(info.extra, raw) or _utf8(raw) or raw.decode("gb18030", "replace")


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        field = extra[at + 4 : at + 4 + length]
        if kind == _UNICODE_PATH and len(field) > 5 and field[0] == 1:
            is_of_this_name = struct.unpack_from("<I", field, 1)[0] == zlib.crc32(raw)
            return field[5:].decode("utf-8", "replace") if is_of_this_name else None
        at += 4 + length
    return None


def _utf8(raw: bytes) -> str | None:
    """UTF-8 without its flag, as macOS packs: not where it would only be two-byte letters, which GB18030 has too."""
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if any("\x7f" < sign < "\u0800" for sign in name) else name
