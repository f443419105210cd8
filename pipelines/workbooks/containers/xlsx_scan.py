"""The bytes of an .xlsx searched with patterns, for the count that checks the reader: shares no parser with it.

Windows of a stream instead of whole parts; what stands in comments is not seen, what stands in CDATA is.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import chain
from typing import Final

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import DAMAGED
from pipelines.workbooks.containers.zip_parts import ZipParts

# A name's prefix, and the attributes of a start tag, which may hold what else ends a tag.
_PREFIX: Final = rb"(?:[^\s<>/:\"'=]+:)?"
_ATTRIBUTES: Final = rb"((?:[^<>\"'/]|\"[^\"<]*\"|'[^'<]*')*)"

# The longest element that is looked for as a whole: a cell has 32,767 characters, some each in a font.
_LARGEST_ELEMENT = 8 << 20
# The longest start tag of a section: many name spaces are declared in the first of a part.
_LARGEST_TAG = 16 << 10
_ASIDE = re.compile(rb"<!--|<!\[CDATA\[|<\?")
_ENDS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
_ATTRIBUTE = re.compile(rb"([^\s=\"']+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_RELATIONSHIP = re.compile(rb"<" + _PREFIX + rb"Relationship(?=\s)" + _ATTRIBUTES)
_SHEET = re.compile(rb"<" + _PREFIX + rb"sheet(?=\s)" + _ATTRIBUTES)
_NO_WORKSHEET = ("/chartsheet", "/dialogsheet", "/xlMacrosheet", "/xlIntlMacrosheet")


def counted_parts(parts: ZipParts) -> tuple[list[str], str]:
    """The parts of the worksheets in the workbook's order, and that of the shared texts; '' where there is none."""
    roots = _relations(parts, "").values()
    workbook = next((part for kind, part in roots if kind.endswith("/officeDocument") and part), "")
    workbook = workbook or parts.find("xl/workbook.xml") or ""
    relations = _relations(parts, workbook)
    named = [_attributes(found[1]) for found in _SHEET.finditer(_whole(parts, workbook))]
    related = [relations.get(given["id"], ("", "")) for given in named if given.get("id")]
    sheets = [part for kind, part in related if not kind.endswith(_NO_WORKSHEET)]
    strings = (part for kind, part in relations.values() if kind.endswith("/sharedStrings"))
    usual = parts.find(f"{workbook.rpartition('/')[0]}/sharedStrings.xml".lstrip("/"))
    return sheets, next(filter(None, strings), usual or "")


def section(pieces: Iterable[bytes], name: bytes) -> tuple[bytes, Iterator[bytes]]:
    """The prefix of the first element of a name, and what stands in it; nothing where there is none."""
    begins = re.compile(rb"<(" + _PREFIX + rb")" + name + rb"(?=[\s>])[^<>]*(?<!/)>")
    iterator, held = iter(pieces), b""
    for piece in iterator:
        held += piece
        if begun := begins.search(held):
            ending = b"</" + begun[1] + name
            return begun[1], _until(ending, chain([held[begun.end() :]], iterator))
        held = held[-_LARGEST_TAG:]
    return b"", iter(())


def _until(ending: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    held = b""
    for piece in pieces:
        held += piece
        before, found, _ = held.partition(ending)
        if found:
            yield before
            return
        yield held[: -len(ending)]
        held = held[-len(ending) :]
    yield held


def elements(
    pieces: Iterable[bytes], whole: re.Pattern[bytes], opening: bytes
) -> Iterator[list[tuple[bytes, ...]]]:
    """The groups of every match of a whole element, some at a time; one begins where ``opening`` stands.

    Raises UnreadableFileError for an element larger than any that holds a cell.
    """
    held = b""
    for piece in pieces:
        held += piece
        end = 0
        groups: list[tuple[bytes, ...]] = []
        for found in whole.finditer(held):
            groups.append(found.groups(b""))
            end = found.end()
        yield groups
        begun = held.find(opening, end)
        held = held[begun if begun >= 0 else max(end, len(held) - len(opening)) :]
        if len(held) > _LARGEST_ELEMENT:
            raise UnreadableFileError(DAMAGED)


def markup(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """A part as UTF-8 (or what a pattern for ASCII may search as such), without comments and instructions.

    CDATA becomes the ordinary text it stands for.
    """
    held, ending = b"", b""
    for piece in _as_utf8(pieces):
        held += piece
        at, shown = 0, []
        while True:
            if ending:
                stop = held.find(ending, at)
                inside = held[at : stop if stop >= 0 else max(at, len(held) - len(ending) + 1)]
                if ending == b"]]>":
                    shown.append(inside.replace(b"&", b"&amp;").replace(b"<", b"&lt;"))
                at += len(inside)
                if stop < 0:
                    break
                at, ending = stop + len(ending), b""
            found = _ASIDE.search(held, at)
            if found is None:
                stop = _begun_aside(held, at)
                shown.append(held[at:stop])
                at = stop
                break
            shown.append(held[at : found.start()])
            at, ending = found.end(), _ENDS[found.group()]
        held = held[at:]
        yield b"".join(shown)
    yield held


def _begun_aside(held: bytes, at: int) -> int:
    """Where something to be set aside may have begun at the very end; the end itself where nothing has."""
    last = held.rfind(b"<", max(at, len(held) - 8))
    is_begun = last >= 0 and any(start.startswith(held[last:]) for start in _ENDS)
    return last if is_begun else len(held)


def _as_utf8(pieces: Iterable[bytes]) -> Iterator[bytes]:
    decoder: codecs.IncrementalDecoder | None = None
    for number, piece in enumerate(pieces):
        if number == 0 and (encoding := _wide_encoding(piece)):
            decoder = codecs.getincrementaldecoder(encoding)("replace")
        yield decoder.decode(piece).encode("utf-8") if decoder else piece


def _wide_encoding(head: bytes) -> str | None:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(head[:2])


def _whole(parts: ZipParts, part: str) -> bytes:
    return b"".join(markup(parts.stream(part))) if part else b""


def _relations(parts: ZipParts, part: str) -> dict[str, tuple[str, str]]:
    """Type and part ('' where it is not in the file) of each relationship of a part, by Id."""
    folder, _, base = part.rpartition("/")
    listed = parts.find(f"{folder}/_rels/{base}.rels".lstrip("/"))
    found: dict[str, tuple[str, str]] = {}
    for match in _RELATIONSHIP.finditer(_whole(parts, listed or "")):
        given = _attributes(match[1])
        is_outside = given.get("TargetMode", "").lower() == "external"
        target = "" if is_outside else given.get("Target", "").replace("\\", "/")
        near, rooted = _path(f"{folder}/{target}"), _path(target)
        known = parts.find(rooted if target.startswith("/") else near) or parts.find(rooted)
        found[given.get("Id", "")] = (given.get("Type", ""), known or "")
    return found


def _path(target: str) -> str:
    steps: list[str] = []
    for step in target.split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def _attributes(tag: bytes) -> dict[str, str]:
    """The attributes of a start tag; of two that differ by prefix alone the one without stands."""
    given: dict[str, str] = {}
    for name, double, single in _ATTRIBUTE.findall(tag):
        local = name.rpartition(b":")[2].decode("utf-8", "replace")
        if b":" not in name or local not in given:
            given[local] = unescape((double or single).decode("utf-8", "replace"))
    return given
