"""How wide a text is and how high its row must be, so that it can be read without pulling at either.

The one place where widths of texts are counted; what there is room for is known to those who ask.
"""

import re
import unicodedata
from collections.abc import Sequence
from math import ceil

# Points of one line of 11-point text, and of the space above and below.
_LINE, _SPACE = 15, 5
# A column's width counts Latin letters; not all of it is there for text.
_USABLE = 0.95
# What most wide characters are: ideographs, Chinese punctuation, full-width forms.
_WIDE = re.compile("[\u4e00-\u9fff\u3001-\u3020\uff01-\uff60‘’“”]")


def fitting_height(texts: Sequence[str], widths: Sequence[float]) -> float:
    """The height in points for texts wrapped into columns of these widths."""
    lines = max(
        (wrapped_lines(t, max(w * _USABLE, 2)) for t, w in zip(texts, widths, strict=False)),
        default=1,
    )
    return lines * _LINE + _SPACE


def wrapped_lines(text: str, room: float) -> int:
    """How many lines a text takes where so many Latin letters fit into one."""
    return sum(max(1, ceil(text_width(line) / room)) for line in text.split("\n"))


def text_width(text: str) -> int:
    """How wide a text is, counted in Latin letters; a Chinese character takes two."""
    if text.isascii():
        return len(text)
    rest = _WIDE.sub("", text)
    counted = 2 * (len(text) - len(rest))
    if rest.isascii():
        return counted + len(rest)
    return counted + sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in rest)
