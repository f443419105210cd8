"""What one cell of an OpenDocument table holds, from its attributes and the text that is shown.

ODF 1.3 part 3 §19.386 ff. (office:value-type and its companions); errors as LibreOffice marks them.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipelines.workbooks.cells import CellValue

# An attribute of LibreOffice's own namespace; the others are known by their local names.
CALCEXT = "calcext:"

_NUMBERS = {"float", "percentage", "currency"}
_VALUES = ("value", "date-value", "time-value", "boolean-value", "string-value")
_ERROR = re.compile(r"#[^\s#]{1,12}[!?！？]|#N/A|(?:Err|错误)\s*[:：]\s*\d{3}", re.IGNORECASE)
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,6})\d*)?)?Z?)?")
_PERIOD = re.compile(
    r"(-?)P(?:(\d{1,6})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:[.,](\d{1,6})\d*)?S)?)?"
)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Content:
    """A value; or the text of an error; or neither, for a formula that was never calculated."""

    value: CellValue = ""
    error: str = ""
    is_uncached: bool = False


def content_of(given: Mapping[str, str], text: str) -> Content | None:
    """What a cell holds; None for an empty one. A value that cannot be understood stays what is shown."""
    kind = given.get("value-type")
    formula = given.get("formula")
    if given.get(f"{CALCEXT}value-type") == "error" or (formula and _ERROR.fullmatch(text)):
        return Content(error=text or "#VALUE!")
    value = _value(kind, given, text)
    if value == "":
        value = next((given[name] for name in _VALUES if given.get(name)), "")
    if value != "":
        return Content(value)
    return Content(is_uncached=True) if formula and kind != "string" else None


def _value(kind: str | None, given: Mapping[str, str], text: str) -> CellValue:
    if kind in _NUMBERS:
        return _number(given.get("value", ""), text)
    if kind == "string":
        return given.get("string-value") or text
    if kind == "boolean":
        written = given.get("boolean-value", "")
        # A number shown as a truth value; some programs write it in the wrong attribute.
        return written == "true" if written in ("true", "false") else _number(written, text)
    if kind == "date":
        return _moment(given.get("date-value", ""), text)
    if kind == "time":
        return _time(given.get("time-value", ""), text)
    return text


def _number(written: str, text: str) -> CellValue:
    try:
        number = float(written)
    except ValueError:
        return text or written
    return number if math.isfinite(number) else text or written


def _moment(written: str, text: str) -> CellValue:
    found = _DATE.fullmatch(written)
    if found is None:
        return text or written
    day, minutes, seconds, fraction = found.groups()
    try:
        if minutes is None:
            return date.fromisoformat(day)
        micros = (fraction or "0").ljust(6, "0")
        return datetime.fromisoformat(f"{day}T{minutes}:{seconds or '00'}.{micros}")
    except ValueError:
        return text or written


def _time(written: str, text: str) -> CellValue:
    """A time of day where it is less than a day, else a duration (XML Schema part 2 §3.2.6)."""
    found = _PERIOD.fullmatch(written)
    if found is None:
        return text or written
    sign, days, hours, minutes, seconds, fraction = found.groups()
    period = timedelta(
        days=int(days or 0),
        hours=int(hours or 0),
        minutes=int(minutes or 0),
        seconds=int(seconds or 0),
        microseconds=int((fraction or "0").ljust(6, "0")),
    )
    if sign:
        return -period
    return (datetime.min + period).time() if period < _DAY else period
