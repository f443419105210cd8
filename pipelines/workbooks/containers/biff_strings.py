"""Texts within the records of an .xls: of two bytes a letter, of one, or in a code page.

Knows nothing of cells; which record holds which text is the business of ``xls`` and ``xls_globals``.
"""

import codecs
import struct
from collections.abc import Sequence

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import DAMAGED

_WIDE, _HAS_PHONETICS, _HAS_RUNS = 0x01, 0x04, 0x08
# Code pages whose codec has another name than cpNNNN ([MS-XLS] §2.4.52); Windows reads GBK where it says GB2312.
_NAMED_CODE_PAGES = {
    367: "ascii",
    936: "gb18030",
    1200: "utf-16-le",
    10000: "mac_roman",
    10001: "shift_jis",
    10002: "big5",
    10003: "euc_kr",
    10008: "gb18030",
    10007: "mac_cyrillic",
    10029: "mac_latin2",
    32768: "mac_roman",
    32769: "cp1252",
}


def codec_of(code_page: int) -> str:
    """The codec of a code page; what nobody knows is read as Western European, so that figures stay legible."""
    name = _NAMED_CODE_PAGES.get(code_page, f"cp{code_page}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"


def wide_or_narrow(raw: bytes, is_wide: bool) -> str:
    return raw.decode("utf-16-le", "replace") if is_wide else raw.decode("latin-1")


class Pieces:
    """The contents of a record and its CONTINUE records, read as one. Raises EOFError behind their end."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._pieces = pieces
        self._number = 0
        self._at = 0

    @property
    def is_at_end(self) -> bool:
        while self._number < len(self._pieces) and self._at >= len(self._pieces[self._number]):
            self._number, self._at = self._number + 1, 0
        return self._number >= len(self._pieces)

    def take(self, size: int) -> bytes:
        """So many bytes, wherever they are divided."""
        taken = []
        while size:
            if self.is_at_end:
                raise EOFError
            part = self._pieces[self._number][self._at : self._at + size]
            self._at += len(part)
            size -= len(part)
            taken.append(part)
        return b"".join(taken)

    def letters(self, count: int, is_wide: bool) -> str:
        """So many letters; a CONTINUE that divides them begins by telling anew how wide they are (§2.5.293)."""
        texts = []
        while count:
            if self._at >= len(self._pieces[self._number]):
                if self.is_at_end:
                    raise EOFError
                is_wide = bool(self.take(1)[0] & _WIDE)
            piece, width = self._pieces[self._number], 2 if is_wide else 1
            fitting = min(count, (len(piece) - self._at) // width)
            if not fitting:
                raise EOFError
            texts.append(wide_or_narrow(piece[self._at : self._at + fitting * width], is_wide))
            self._at += fitting * width
            count -= fitting
        return "".join(texts)

    def rich_text(self) -> tuple[str, bytes]:
        """XLUnicodeRichExtendedString (§2.5.293): the text, and its runs of (first letter, font), two bytes each."""
        count, flags = struct.unpack("<HB", self.take(3))
        runs = struct.unpack("<H", self.take(2))[0] if flags & _HAS_RUNS else 0
        phonetics = struct.unpack("<I", self.take(4))[0] if flags & _HAS_PHONETICS else 0
        text = self.letters(count, bool(flags & _WIDE))
        formatting = self.take(runs * 4)
        self.take(phonetics)
        return text, formatting


def shared_strings(pieces: Sequence[bytes]) -> tuple[list[str], dict[int, bytes]]:
    """The texts of an SST (§2.4.265) and, by the number of the text, the runs of those that have any.

    The number it declares is not believed: texts are read to the end of the record, one cut off is none.
    """
    source = Pieces(pieces)
    texts: list[str] = []
    runs: dict[int, bytes] = {}
    try:
        source.take(8)
        while not source.is_at_end:
            text, formatting = source.rich_text()
            if formatting:
                runs[len(texts)] = formatting
            texts.append(text)
    except EOFError:
        return texts, runs
    return texts, runs


def unicode_text(raw: bytes, at: int, count: int) -> str:
    """A name or a format of BIFF8, behind its length; where the record is too short, what there is of it."""
    is_wide = at < len(raw) and bool(raw[at] & _WIDE)
    return wide_or_narrow(raw[at + 1 : at + 1 + count * (2 if is_wide else 1)], is_wide)


def coded_text(raw: bytes, at: int, count: int, codec: str) -> tuple[str, int]:
    """A text of BIFF5, behind its length, in the file's code page: the text, and where it ends.

    Raises UnreadableFileError where the record is too short for it.
    """
    if at + count > len(raw):
        raise UnreadableFileError(DAMAGED)
    return raw[at : at + count].decode(codec, "replace"), at + count
