"""XML read as a stream of events: no DTD, no entity but the five, nothing fetched from anywhere.

The only importer of pyexpat. What the elements mean is the business of each container.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TypeAlias
from xml.parsers import expat

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import DAMAGED
from pipelines.workbooks.containers.text_encoding import codec_of_charset

# The local name and the attributes by their local names; the end of an element; a piece of its text.
OnStart: TypeAlias = Callable[[str, dict[str, str]], None]
OnEnd: TypeAlias = Callable[[str], None]
OnText: TypeAlias = Callable[[str], None]

_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"'][^>]*?\?>")
_NATIVE = {"utf-8", "utf-16", "iso8859-1", "ascii"}
# The parser looks at an unfinished tag or comment anew with each piece; the longest real one known is a tag of
# 11 MB (the ranges of an OpenDocument consolidation).
_LONGEST_TOKEN = 16 << 20
_DTD = "文件里有不允许的定义（DOCTYPE）。请用 Excel 打开后另存一份再报送。"


def parse_xml(
    pieces: Iterable[bytes], on_start: OnStart, on_end: OnEnd, on_text: OnText | None = None
) -> None:
    """Read a document to its end.

    Prefixes are dropped, declared or not; of two attributes that then meet the one without prefix stands.
    Raises UnreadableFileError for a DTD, and for text that is no well-formed XML.
    """
    parse_as_written(
        pieces,
        lambda name, given: on_start(local_name(name), by_local_name(given)),
        lambda name: on_end(local_name(name)),
        on_text,
    )


def parse_as_written(
    pieces: Iterable[bytes], on_start: OnStart, on_end: OnEnd, on_text: OnText | None = None
) -> None:
    """Read a document to its end like :func:`parse_xml`, names with the prefixes they have.

    For parts of very many elements, where dropping prefixes would take a quarter of the time.
    """
    head, pieces = _with_head(pieces)
    encoding = _foreign_encoding(head)
    parser = expat.ParserCreate("utf-8" if encoding else None)
    parser.buffer_text = True
    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    if on_text is not None:
        parser.CharacterDataHandler = on_text
    parser.StartDoctypeDeclHandler = _refuse_dtd
    fed = 0
    try:
        for piece in _recoded(pieces, encoding) if encoding else pieces:
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > _LONGEST_TOKEN:
                raise UnreadableFileError(DAMAGED)
        parser.Parse(b"", True)
    except (expat.ExpatError, UnicodeDecodeError, ValueError) as error:
        raise UnreadableFileError(DAMAGED) from error


def local_name(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2] if ":" in name else name


def by_local_name(given: dict[str, str]) -> dict[str, str]:
    """Attributes by their names without prefix."""
    for name in given:
        if ":" in name:
            break
    else:
        return given
    plain = {name: value for name, value in given.items() if ":" not in name}
    return {name.rpartition(":")[2]: value for name, value in given.items()} | plain


def _refuse_dtd(*_declaration: object) -> None:
    raise UnreadableFileError(_DTD)


def _with_head(pieces: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    iterator = iter(pieces)
    head = next(iterator, b"")
    return head[:400], chain([head], iterator)


def _foreign_encoding(head: bytes) -> str | None:
    """The declared encoding where the parser does not know it by itself: GB2312, GBK, GB18030 …"""
    declared = _DECLARED.match(head)
    if declared is None:
        return None
    name = codec_of_charset(declared.group(1).decode("ascii"))
    if name is None:
        raise UnreadableFileError(DAMAGED)
    if name in _NATIVE:
        return None
    return "gb18030" if name in ("gb2312", "gbk") else name


def _recoded(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8")
    yield decoder.decode(b"", final=True).encode("utf-8")
