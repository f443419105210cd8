"""What separates the columns of a text table, told from its lines (RFC 4180 knows only the comma).

Reads no values: the lines are looked at, not kept.
"""

import csv
import io
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

# In case of doubt the one that is least often written inside a text.
_SEPARATORS = ("\t", ",", ";", "|")
_DECLARED = re.compile(r"\A\"?sep=(?P<separator>[^\r\n\"])\"?(?:\r\n|\r|\n|\Z)", re.IGNORECASE)
_SAMPLE_CHARACTERS = 1 << 17
_SAMPLE_ROWS = 300
# =“00123” keeps a spreadsheet from making a number of a code: what it shows is the text.
QUOTED_TEXT = re.compile(r"=\"((?:[^\"]|\"\")*)\"")


@dataclass(frozen=True)
class Dialect:
    """The separator, and where the table begins: behind a line ``sep=;``, which is Excel's and no data."""

    separator: str
    start: int = 0


def dialect_of(text: str) -> Dialect:
    """The separator that most rows of the beginning agree on; a comma where nothing separates."""
    if declared := _DECLARED.match(text):
        return Dialect(declared["separator"], declared.end())
    sample = text[:_SAMPLE_CHARACTERS]
    agreed = {separator: _agreement(sample, separator) for separator in _SEPARATORS}
    best = max(_SEPARATORS, key=lambda separator: agreed[separator])
    return Dialect(best if agreed[best] > (0, 0) else ",")


def _agreement(sample: str, separator: str) -> tuple[int, int]:
    """How many rows have the commonest number of columns, and that number; (0, 0) where nothing separates."""
    if separator not in sample:
        return 0, 0
    widths: Counter[int] = Counter()
    rows = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
    with suppress(csv.Error):  # a field without end: what was seen before it decides
        widths.update(len(row) for row in islice(rows, _SAMPLE_ROWS) if len(row) > 1)
    if not widths:
        return 0, 0
    width, rows_of_it = max(widths.items(), key=lambda item: (item[1], item[0]))
    return rows_of_it, width
