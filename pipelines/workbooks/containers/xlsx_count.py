"""How many cells of each worksheet of an .xlsx hold something: a count that owes nothing to the reader.

Patterns over the raw bytes; where a cell stands and what it says is not asked.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from pipelines.workbooks.containers.book import Count, ReadingLimits
from pipelines.workbooks.containers.xlsx_scan import counted_parts, elements, markup, section
from pipelines.workbooks.containers.zip_parts import open_package

_TYPE = re.compile(rb"\st\s*=\s*[\"']\s*(\w+)")


class _Patterns:
    """What is looked for, all names with one prefix (mostly none), as one writer writes them."""

    def __init__(self, prefix: bytes) -> None:
        p = re.escape(prefix)
        self.cell_begun, self.item_begun = b"<" + prefix + b"c", b"<" + prefix + b"si"
        # Attributes; where nothing else stands in the cell its value, or its own text that has a character; all that
        # stands in it otherwise.
        self.cell = re.compile(
            rb"<%bc(?=[\s/>])([^<>]*)(?:(?<=/)>|>(?:<%bv>([^<]*)</%bv></%bc>"
            rb"|<%bis><%bt>([^<])[^<]*</%bt></%bis></%bc>|(.*?)</%bc\s*>))" % ((p,) * 10),
            re.DOTALL,
        )
        self.item = re.compile(
            rb"<%bsi(?=[\s/>])[^<>]*(?:(?<=/)>|>(.*?)</%bsi\s*>)" % (p, p), re.DOTALL
        )
        self.phonetic = re.compile(rb"<%brPh(?=[\s>]).*?</%brPh\s*>" % (p, p), re.DOTALL)
        self.text = re.compile(rb"<%bt(?=[\s>])[^<>]*(?<!/)>[^<]" % p)
        self.value = re.compile(rb"<%bv(?=[\s/>])[^<>]*(?:(?<=/)>|>([^<]*)</)" % p)
        self.formula = re.compile(rb"<%bf[\s/>]" % p)
        self.inline = re.compile(rb"<%bis[\s/>]" % p)


_patterns_for = lru_cache(maxsize=8)(_Patterns)


def count_xlsx(data: bytes, limits: ReadingLimits) -> Count:
    """The number of non-empty cells, errors and formulas without a result included, by worksheet.

    Raises UnreadableFileError for a damaged package and beyond the limit of unpacked bytes.
    """
    with open_package(data, limits.max_unpacked) as parts:
        sheets, strings = counted_parts(parts)
        empty = _empty_strings(markup(parts.stream(strings))) if strings else set()
        return {
            number: _filled_cells(markup(parts.stream(part)), empty) if part else 0
            for number, part in enumerate(sheets)
        }


def _empty_strings(pieces: Iterable[bytes]) -> set[bytes]:
    """The numbers of those shared texts that say nothing, as a cell would write them."""
    prefix, inside = section(pieces, b"sst")
    patterns = _patterns_for(prefix)
    empty: set[bytes] = set()
    number = 0
    for items in elements(inside, patterns.item, patterns.item_begun):
        for (content,) in items:
            if not _says_something(content, patterns):
                empty.add(b"%d" % number)
            number += 1
    return empty


def _says_something(content: bytes, patterns: _Patterns) -> bool:
    """Whether a text, readings aloud left out, has a character."""
    spoken = patterns.phonetic.sub(b"", content) if b"rPh" in content else content
    return patterns.text.search(spoken) is not None


def _filled_cells(pieces: Iterable[bytes], empty_strings: set[bytes]) -> int:
    prefix, inside = section(pieces, b"sheetData")
    patterns = _patterns_for(prefix)
    count = 0
    for cells in elements(inside, patterns.cell, patterns.cell_begun):
        for attributes, value, text, content in cells:
            if text or ((told := value.strip()) and told not in empty_strings):
                count += 1
            elif content or value:
                whole = content or b"<%bv>%b</" % (prefix, value)
                count += _is_filled(attributes, whole, patterns, empty_strings)
    return count


def _is_filled(
    attributes: bytes, content: bytes, patterns: _Patterns, empty_strings: set[bytes]
) -> bool:
    """Whether a cell holds something: a value that is not the empty text, or a formula without a result."""
    kind = given.group(1) if (given := _TYPE.search(attributes)) else b"n"
    found = patterns.value.search(content)
    value = found.group(1) or b"" if found else b""
    if kind == b"s" and value.strip():
        return value.strip() not in empty_strings
    if patterns.inline.search(content) and (kind == b"inlineStr" or not value):
        return _says_something(content, patterns)
    if kind in (b"str", b"inlineStr"):
        is_filled, has_result = bool(value), found is not None and kind == b"str"
    else:
        is_filled = has_result = bool(value.strip())
    return is_filled or (not has_result and patterns.formula.search(content) is not None)
