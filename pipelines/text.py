"""Bringing text to a form in which equal things are equal, or in which it does no harm where it is shown.

Only whole texts are looked at here; reading numbers and dates is ``workbooks.values``.
"""

import json
import re
import unicodedata
from functools import lru_cache

# Markers that lists put beside a project name (domain.md §1.4); they are not part of the name.
_MARKERS = "★▲☆△●"
_INVISIBLE = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]+"
)
_MARKER = re.compile(f"[{_MARKERS}]")
_HYPHENS = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d\u30fc_~]|(?<=\d)[一ー](?=\d)")
_CODE_GROUPS = (4, 6, 2, 2, 6)
_BRACKETS = str.maketrans("〔〕【】[]{}“”‘’", "()()()()\"\"''")

# What people write where there is nothing to write (domain.md §1.3, no. 9).
PLACEHOLDERS = frozenset(
    {"-", "--", "---", "/", "\\", "—", "——", "———", "–", "一一", "无", "暂无", "*", "…", "..."}
)


def compact(text: str) -> str:
    """NFKC without any space, line break or invisible character."""
    return _compact_known(text) if len(text) <= _LONGEST_KNOWN else _compact(text)


def _compact(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text)
    bare = _INVISIBLE.sub("", normal)
    # What stood between two characters may have kept them apart.
    return bare if bare == normal else unicodedata.normalize("NFKC", bare)


# The same names and headings come thousands of times; a long text comes once, and would stay in memory.
_LONGEST_KNOWN = 200
_compact_known = lru_cache(maxsize=65_536)(_compact)


def name_key(text: str) -> str:
    """The comparison form of a name (contract §7, Reading): compact, unmarked, one bracket style."""
    return compact(_MARKER.sub("", compact(text)).translate(_BRACKETS).upper())


def display_name(text: str) -> str:
    """A name as people read it: one line, no spaces between Chinese characters at the ends."""
    return " ".join(text.split())


def is_placeholder(text: str) -> bool:
    """Whether a cell says “nothing here” in words or strokes."""
    return compact(text) in PLACEHOLDERS or text.strip() in PLACEHOLDERS


def text_code(text: str) -> str:
    """A code as an identifier: compact, upper case, ordinary hyphens."""
    return _HYPHENS.sub("-", compact(compact(text).upper()))


def project_code(text: str) -> str:
    """Repair a project code: full-width or missing hyphens, spaces (GB/T 40058-2021 grouping).

    Twenty characters are grouped 4-6-2-2-6; anything else is only compacted, never guessed.
    """
    code = text_code(text)
    bare = code.replace("-", "")
    if len(bare) != sum(_CODE_GROUPS) or not bare.isascii() or not bare.isalnum():
        return code
    groups, start = [], 0
    for width in _CODE_GROUPS:
        groups.append(bare[start : start + width])
        start += width
    return "-".join(groups)


def cell_name(row: int, column: int) -> str:
    """The A1 name of a cell given 0-based row and column."""
    return f"{column_letter(column)}{row + 1}"


def column_letter(column: int) -> str:
    """The letters of a 0-based column."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


# With one of these before it a spreadsheet, or a program that reads CSV, may calculate a text: in
# full width and in small forms as well, which an input method or NFKC turns into the plain ones.
FORMULA_STARTERS = tuple("=+-@\t\r\n＝＋－＠﹦﹢﹣﹫")
_MINUSES = ("-", "－", "﹣")
_PLAIN_NEGATIVE = re.compile(r"-(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?%?")
# What a program may drop before it looks how a text begins.
_UNSEEN_START = re.compile(r"[\s\x00-\x1f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]+")
_LINE_STARTERS = ("\t", "\r", "\n")


def escape_formula(text: str) -> str:
    """Text that no spreadsheet takes for a formula (workbooks.md, defence 9): an apostrophe before it.

    A plain negative number and the strokes that say “nothing here” stay as they are.
    """
    return f"'{text}" if _is_like_formula(text) else text


def unescape_formula(text: str) -> str:
    """The text before ``escape_formula``: an apostrophe of the writer's own stays.

    Only what someone wrote as an apostrophe before a formula cannot be told from our own.
    """
    return text[1:] if text.startswith("'") and _is_like_formula(text[1:]) else text


def _is_like_formula(text: str) -> bool:
    if text.startswith(_LINE_STARTERS):
        return True
    begun = text[found.end() :] if (found := _UNSEEN_START.match(text)) else text
    if begun.startswith(_MINUSES):
        return _PLAIN_NEGATIVE.fullmatch(begun.rstrip()) is None and not is_placeholder(begun)
    return begun.startswith(FORMULA_STARTERS)


# What moves a terminal's cursor, turns the order of reading, ends a line where none should end, or is no character.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)
_UNPRINTABLE_IN_LINES = re.compile(rf"(?!\n){_UNPRINTABLE.pattern}")
_BREAK = re.compile("\r\n|[\t\n\r\x0b\x0c\x85\u2028\u2029]")
_LINE_END = re.compile("\r\n|[\r\u2028\u2029]")


def one_line(text: str) -> str:
    """A stranger's text as part of one line: breaks are spaces, what cannot be printed is shown as ``\\x1b``."""
    if text.isascii() and text.isprintable():
        return text
    return _UNPRINTABLE.sub(_shown, _BREAK.sub(" ", text))


def plain_lines(text: str) -> str:
    """A text of several lines, for a terminal, a log or a letter: nothing in it but characters and line breaks."""
    return _UNPRINTABLE_IN_LINES.sub(_shown, _LINE_END.sub("\n", text))


def printable_json(value: object, indent: int | None) -> str:
    """JSON in readable characters; what cannot be printed is escaped, a half of a pair as well."""
    written = json.dumps(value, ensure_ascii=False, indent=indent)
    return _UNPRINTABLE_IN_LINES.sub(lambda found: json.dumps(found[0])[1:-1], written)


def _shown(found: re.Match[str]) -> str:
    """The escape of a character as Python writes it."""
    number = ord(found[0])
    width, mark = (2, "x") if number < 0x100 else (4, "u") if number < 0x10000 else (8, "U")
    return f"\\{mark}{number:0{width}x}"
