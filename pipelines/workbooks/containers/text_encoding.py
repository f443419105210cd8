"""Bytes → text: which encoding a text return is written in, and nothing replaced in silence.

Knows UTF-8, UTF-16 and UTF-32 with and without a mark, GB18030 (and with it GBK and GB2312), and what a
document declares of itself. What the text means is the business of each container.
"""

import codecs

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import DAMAGED

# The longer mark first: that of UTF-32 begins like that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Declarations that are read as more than they say, as browsers do (WHATWG Encoding §4.2).
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "gb18030",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_DECLARABLE = (
    "utf-8", "utf-16", "utf-32", "ascii", "gb", "hz", "big5", "cp", "iso8859", "shift", "euc", "koi8", "mac",
)  # fmt: skip
_SAMPLE = 1 << 16
# So many three-byte characters in a row are no coincidence: the text is UTF-8, and damaged.
_SURELY_UTF8 = 20
_DOS_END_OF_FILE = "\x1a"


def decode_text(data: bytes, declared: str | None = None) -> str:
    """The text of a file without its byte order mark; ``declared`` is the charset it names itself.

    What is valid UTF-8 is UTF-8, whatever it claims: Chinese text in another encoding is not valid by
    chance. Raises UnreadableFileError for bytes that are no text in any of these, with the line.
    """
    text = _decoded(data, declared).lstrip("\ufeff").removesuffix(_DOS_END_OF_FILE)
    if "\0" in text:
        raise UnreadableFileError(
            f"文件第 {text.count(chr(10), 0, text.index(chr(0))) + 1} 行起有空字节，可能没有写完整。{DAMAGED}"
        )
    return text


def _decoded(data: bytes, declared: str | None) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _first_fitting(data[len(mark) :], encoding)
    if wide := _unmarked_wide_encoding(data):
        return _first_fitting(data, wide)
    other = _known_encoding(declared)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if _three_byte_characters(data[: error.start]) >= _SURELY_UTF8:
            raise _unreadable(data, error) from error
    else:
        # Two-byte sequences alone may be chance (联通 in GBK): then the declaration decides.
        if other is None or text.isascii() or max(text) >= "\u0800":
            return text
    # A wrong declaration is commoner than a damaged file.
    return _first_fitting(data, *([other] if other else []), "gb18030")


def _first_fitting(data: bytes, *encodings: str) -> str:
    faults: list[UnicodeDecodeError] = []
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            faults.append(error)
    raise _unreadable(data, faults[0]) from faults[0]


def _unmarked_wide_encoding(data: bytes) -> str | None:
    """UTF-16 without a mark, told by the side on which the zero bytes of its separators and digits stand."""
    sample = data[:_SAMPLE]
    if b"\0" not in sample or len(data) % 2:
        return None
    first, second = sample[::2].count(0), sample[1::2].count(0)
    if second > 3 * first:
        return "utf-16-le"
    return "utf-16-be" if first > 3 * second else None


def codec_of_charset(declared: str) -> str | None:
    """The codec of a declared charset; None for what is unknown, and for codecs that are no charset (base64, zlib)."""
    try:
        name = codecs.lookup(declared.strip()).name
    except (LookupError, ValueError):
        return None
    return name if name.startswith(_DECLARABLE) else None


def _known_encoding(declared: str | None) -> str | None:
    """The codec of a declared charset; None for UTF-8, which is tried anyway, and for what is unknown."""
    name = codec_of_charset(declared) if declared else None
    if name is None or name.startswith(("utf-8", "utf-16")):
        return None  # UTF-16 in a declaration that can be read as ASCII is not true
    return _WIDER.get(name, name)


def _three_byte_characters(valid: bytes) -> int:
    return sum(
        1 for character in valid[-_SAMPLE:].decode("utf-8", "ignore") if character >= "\u0800"
    )


def _unreadable(data: bytes, error: UnicodeDecodeError) -> UnreadableFileError:
    line = data.count(b"\n", 0, error.start) + 1
    return UnreadableFileError(
        f"第 {line} 行有读不出的文字（不是 UTF-8，也不是 GB18030 编码），不能猜。"
        "请用 Excel 或 WPS 打开检查，另存为新的 .xlsx 后重新报送。"
    )
