"""What a file is, told from its bytes and never from its name (workbooks.md, defence 2).

The kinds that are no return, with their sentences, are declared in ``foreign_kinds``. Whether what is
inside can be read is for the container's own reader to say.
"""

import io
import re
import zipfile
import zlib
from typing import Literal, TypeAlias

from pipelines.declarations.picture_kinds import boxed_kind, is_surely_a_picture
from pipelines.workbooks import foreign_kinds as foreign
from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.ole import SIGNATURE, OleFile
from pipelines.workbooks.containers.zip_parts import ZIP_FAULTS, part_name
from pipelines.workbooks.markup_kinds import container_of_text

Container: TypeAlias = Literal[
    "xlsx", "xlsb", "xls", "ods", "fods", "delimited", "html", "mhtml", "spreadsheetml",
    "encrypted", "package",
]  # fmt: skip

_HEAD = 1 << 16
_GZIP = b"\x1f\x8b"
_ZIP_STARTS = (b"PK\3\4", b"PK\5\6", b"PK\7\x08", b"PK00PK")
# The first record of a workbook without a container: BIFF2, 3, 4; and BIFF5, BIFF8 ([MS-XLS] 2.4.21).
_OLD_BIFF = re.compile(rb"\x09[\x00\x02\x04][\x04\x06\x08]\x00")
_BARE_BIFF = re.compile(rb"\x09\x08[\x06\x08\x10]\x00\x00[\x00\x05\x06]")
_MOST_OF_A_SMALL_PART = 1 << 20


def container_of(data: bytes, max_unpacked: int) -> Container:
    """Tell which reader fits. Raises UnreadableFileError with a sentence for a clerk where none does.

    At most ``max_unpacked`` bytes of a package are unpacked to find out.
    """
    if not data:
        raise UnreadableFileError(foreign.EMPTY)
    if data.startswith(SIGNATURE):
        return _ole_container(data)
    if data.startswith(_ZIP_STARTS):
        return _zip_container(data, max_unpacked)
    if _BARE_BIFF.match(data):
        return "xls"
    if _OLD_BIFF.match(data):
        raise UnreadableFileError(foreign.OLD_EXCEL.sentence)
    _refuse_what_begins_otherwise(data)
    kind = container_of_text(data[:_HEAD])
    if kind is None:
        is_blank = not data.strip(b"\0")
        raise UnreadableFileError(foreign.ONLY_ZEROS if is_blank else foreign.UNKNOWN)
    return kind


def _refuse_what_begins_otherwise(data: bytes) -> None:
    head = data[:512]
    if is_surely_a_picture(head) or foreign.PICTURE_START.match(head):
        raise UnreadableFileError(foreign.PICTURE)
    if boxed_kind(head) == "film":
        raise UnreadableFileError(foreign.FILM.sentence)
    if head.startswith(_GZIP) and b"gnumeric" in _unpacked_head(data):
        raise UnreadableFileError(foreign.GNUMERIC.sentence)
    for start, kind in foreign.BY_START:
        if start.match(head):
            raise UnreadableFileError(kind.sentence)


def _unpacked_head(data: bytes) -> bytes:
    """The beginning of what a gzip file holds; empty where it is damaged."""
    try:
        return zlib.decompressobj(wbits=31).decompress(data[:_HEAD], 4096)
    except zlib.error:
        return b""


def _ole_container(data: bytes) -> Container:
    file = OleFile(data)
    for names in (file.names, file.all_names):
        known = {name.lower() for name in names}
        if "encryptedpackage" in known:
            return "encrypted"
        if known & {"workbook", "book"}:
            return "xls"
        for stream, kind in foreign.BY_STREAM:
            if stream in known:
                raise UnreadableFileError(kind.sentence)
    raise UnreadableFileError(foreign.OTHER_OLE.sentence)


def _zip_container(data: bytes, max_unpacked: int) -> Container:
    most = min(max_unpacked, _MOST_OF_A_SMALL_PART)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            # Names compare without case (ECMA-376-2 §6.2.2.3).
            parts = {part_name(info).lower(): info for info in archive.infolist()}
            office = _office_container(archive, parts, most)
            return office or _open_document(archive, parts, most) or _other_zip(parts)
    except ZIP_FAULTS as error:
        raise UnreadableFileError(foreign.CUT_SHORT) from error


_Parts: TypeAlias = dict[str, zipfile.ZipInfo]


def _office_container(archive: zipfile.ZipFile, parts: _Parts, most: int) -> Container | None:
    if "xl/workbook.bin" in parts:
        return "xlsb"
    if "xl/workbook.xml" in parts:
        return "xlsx"
    types = _small_part(archive, parts, "[content_types].xml", most)
    if types is None:
        return None
    if b"ms-excel.sheet.binary.macroenabled.main" in types:
        return "xlsb"
    if re.search(rb"(?:spreadsheetml|ms-excel)\.(?:sheet|template|addin)\S*\.main\+xml", types):
        return "xlsx"
    for start, kind in foreign.BY_PART:
        if any(start.match(name) for name in parts):
            raise UnreadableFileError(kind.sentence)
    for word, kind in foreign.BY_CONTENT_TYPE:
        if word in types:
            raise UnreadableFileError(kind.sentence)
    raise UnreadableFileError(foreign.OTHER_OFFICE.sentence)


def _open_document(archive: zipfile.ZipFile, parts: _Parts, most: int) -> Container | None:
    """ODF 1.3 part 2 §3.3: the media type, of a part of its own or of the manifest's first entry."""
    media_type = _small_part(archive, parts, "mimetype", most)
    manifest = _small_part(archive, parts, "meta-inf/manifest.xml", most)
    if media_type is None and manifest is not None:
        entry = re.search(rb"<[^>]*full-path\s*=\s*[\"']/[\"'][^>]*>", manifest)
        given = re.search(rb"media-type\s*=\s*[\"']([^\"']*)", entry.group()) if entry else None
        media_type = given.group(1) if given else None
    if media_type is not None:
        name = media_type.strip().decode("ascii", "replace")
        if name.startswith(foreign.OPEN_SPREADSHEETS):
            return "ods"
        for start, kind in foreign.BY_MEDIA_TYPE:
            if name.startswith(start):
                raise UnreadableFileError(kind.sentence)
    return "ods" if "content.xml" in parts and manifest is not None else None


def _other_zip(parts: _Parts) -> Container:
    for start, kind in foreign.BY_PART:
        if any(start.match(name) for name in parts):
            raise UnreadableFileError(kind.sentence)
    return "package"


def _small_part(archive: zipfile.ZipFile, parts: _Parts, name: str, most: int) -> bytes | None:
    """The beginning of a part in lower case, a byte a letter even where it is UTF-16; None where there is none."""
    info = parts.get(name)
    if info is None or info.flag_bits & 1:
        return None
    with archive.open(info) as part:
        return part.read(most).replace(b"\0", b"").lower()
