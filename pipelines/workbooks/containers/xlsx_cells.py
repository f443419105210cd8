"""What is written in one cell of an .xlsx: its place, and its value by its type (ECMA-376-1 §18.3.1.4).

Pure: where a cell stands in the stream, and what its style is, ``xlsx_sheet`` knows.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Final

from pipelines.workbooks.cells import CellValue, MergedRange, Position, UnreadableFileError
from pipelines.workbooks.containers.book import DAMAGED

# More letters or digits than a sheet of Excel has are a place far away, up to here.
_PLACE = re.compile(r"\$?([A-Za-z]{1,6})\$?([0-9]{1,9})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
# A strict file writes a time of day as one of the days before the calendar begins.
_NO_DAY: Final = frozenset({date(1899, 12, 30), date(1899, 12, 31)})


def column_of(letters: str) -> int:
    """The number of a column, from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def place_of(reference: str) -> Position:
    """Row and column of a reference such as B12, from 0. Raises UnreadableFileError where it is none."""
    found = _PLACE.fullmatch(reference.strip())
    if found is None or int(found.group(2)) == 0:
        raise UnreadableFileError(DAMAGED)
    return int(found.group(2)) - 1, column_of(found.group(1))


def range_of(reference: str) -> MergedRange | None:
    """Top, left, bottom and right of a reference such as A1:C3; None where it is none."""
    first, _, last = reference.strip().partition(":")
    try:
        (top, left), (bottom, right) = place_of(first), place_of(last or first)
    except UnreadableFileError:
        return None
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def number_or_text(raw: str) -> float | str:
    """A number; what is none (or none that can be reckoned with) stays the text it is."""
    try:
        number = float(raw)
    except ValueError:
        return raw
    return number if math.isfinite(number) and raw.isascii() and "_" not in raw else raw


def boolean(raw: str) -> CellValue:
    """A boolean as Excel and others write it; anything else stays text."""
    return {"1": True, "true": True, "0": False, "false": False}.get(raw.strip().lower(), raw)


def iso_moment(raw: str) -> CellValue:
    """A date, datetime or time of ISO 8601, as strict files write them; anything else stays text."""
    text = raw.strip().removesuffix("Z")
    try:
        if found := _ISO_DAY.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if "T" not in text.lstrip("T"):
            return time.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return raw
    return moment.time() if moment.date() in _NO_DAY else moment.replace(tzinfo=None)


# Types whose value is read from the text alone; of the others shared texts need their table, numbers a format.
BY_TYPE: Final[Mapping[str, Callable[[str], CellValue]]] = {"b": boolean, "d": iso_moment}
