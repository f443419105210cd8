"""Bringing text to a form in which equal things are equal.

Only whole-text normalisation lives here; reading numbers and dates is ``workbooks.values``.
"""

import re
import unicodedata
from functools import lru_cache

# Markers that lists put beside a project name (domain.md §1.4); they are not part of the name.
_MARKERS = "★▲☆△●"
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+")
_MARKER = re.compile(f"[{_MARKERS}]")
_HYPHENS = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d\u30fc_~]|(?<=\d)[一ー](?=\d)")
_CODE_GROUPS = (4, 6, 2, 2, 6)
_BRACKETS = str.maketrans("〔〕【】[]{}“”‘’", "()()()()\"\"''")

# What people write where there is nothing to write (domain.md §1.3, no. 9).
PLACEHOLDERS = frozenset(
    {"-", "--", "---", "/", "\\", "—", "——", "———", "–", "一一", "无", "暂无", "*", "…", "..."}
)


@lru_cache(maxsize=65_536)
def compact(text: str) -> str:
    """NFKC without any space, line break or invisible character."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def name_key(text: str) -> str:
    """The comparison form of a name (contract §7, Reading): compact, unmarked, one bracket style."""
    return _MARKER.sub("", compact(text)).translate(_BRACKETS).upper()


def display_name(text: str) -> str:
    """A name as people read it: one line, no spaces between Chinese characters at the ends."""
    return " ".join(text.split())


def is_placeholder(text: str) -> bool:
    """Whether a cell says “nothing here” in words or strokes."""
    return compact(text) in PLACEHOLDERS or text.strip() in PLACEHOLDERS


def text_code(text: str) -> str:
    """A code as an identifier: compact, upper case, ordinary hyphens."""
    return _HYPHENS.sub("-", compact(text).upper())


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


# With one of these before it a spreadsheet, or a program that reads CSV, may calculate a text.
FORMULA_STARTERS = tuple("=+-@\t\r\n＝＋－＠")
_MINUSES = ("-", "－")
_PLAIN_NEGATIVE = re.compile(r"-(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?%?")


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
    if text.startswith(_MINUSES):
        return _PLAIN_NEGATIVE.fullmatch(text) is None and not is_placeholder(text)
    return text.startswith(FORMULA_STARTERS)
