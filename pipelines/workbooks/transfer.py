"""A workbook as bytes and back, for the way from the process that reads it: JSON, which executes nothing.

Numbers come through exactly (a float as its shortest decimal text); dates and times go beside the rows.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from pipelines.workbooks.cells import CellValue, Position, Sheet, UnreadableFileError, Workbook
from pipelines.workbooks.packages import Member

_TEMPORAL = (date, time, timedelta)


def as_bytes(read: Workbook | tuple[Member, ...] | UnreadableFileError) -> bytes:
    """What reading a file gave: its workbook, the members of a package, or why neither can be had."""
    match read:
        case Workbook():
            said: dict[str, Any] = {
                "sheets": [_sheet_out(sheet) for sheet in read.sheets],
                "is_1904": read.is_1904,
            }
        case UnreadableFileError():
            said = {"fault": read.sentence}
        case members:
            said = {"members": [[m.number, m.name, m.size_bytes] for m in members]}
    return _in_utf8(json.dumps(said, separators=(",", ":"), ensure_ascii=False))


def _in_utf8(text: str) -> bytes:
    """Half a character, which some workbooks hold, is in no alphabet: it is shown as what it is, a gap."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return whole.encode("utf-8")


def from_bytes(data: bytes) -> Workbook | tuple[Member, ...]:
    """The opposite of :func:`as_bytes`. Raises UnreadableFileError where that was what it told."""
    said = json.loads(data)
    if "fault" in said:
        raise UnreadableFileError(said["fault"])
    if "members" in said:
        return tuple(Member(number, name, size) for number, name, size in said["members"])
    return Workbook([_sheet_in(sheet) for sheet in said["sheets"]], said["is_1904"])


def _sheet_out(sheet: Sheet) -> dict[str, Any]:
    width = max((len(row) for row in sheet.rows), default=0)
    timed: list[tuple[int, int, CellValue]] = []
    rows: list[list[Any]] = []
    for number, row in enumerate(sheet.rows):
        if any(isinstance(value, _TEMPORAL) for value in row):
            timed += [(number, c, v) for c, v in enumerate(row) if isinstance(v, _TEMPORAL)]
            row = ["" if isinstance(value, _TEMPORAL) else value for value in row]
        rows.append(row)
    return {
        "name": sheet.name,
        "is_hidden": sheet.is_hidden,
        "width": width,
        "rows": [_trimmed(row) for row in rows],
        "temporal": [[row, column, *_temporal_out(value)] for row, column, value in timed],
        "merges": sheet.merges,
        "error_cells": _cells_out(sheet.error_cells),
        "uncached_formulas": sorted(sheet.uncached_formulas),
        "stray_cells": [
            [row, column, *_any_out(value)] for (row, column), value in sheet.stray_cells.items()
        ],
        "hidden_rows": _ranges(sheet.hidden_rows),
        "filtered_rows": _ranges(sheet.filtered_rows),
        "hidden_columns": _ranges(sheet.hidden_columns),
        "struck_cells": sorted(sheet.struck_cells),
        "counted_cells": sheet.counted_cells,
    }


def _sheet_in(said: dict[str, Any]) -> Sheet:
    width = said["width"]
    rows: list[list[CellValue]] = [row + [""] * (width - len(row)) for row in said["rows"]]
    for row, column, kind, text in said["temporal"]:
        rows[row][column] = _value_in(kind, text)
    return Sheet(
        name=said["name"],
        is_hidden=said["is_hidden"],
        rows=rows,
        merges=[(top, left, bottom, right) for top, left, bottom, right in said["merges"]],
        error_cells={(row, column): text for row, column, text in said["error_cells"]},
        uncached_formulas={(row, column) for row, column in said["uncached_formulas"]},
        stray_cells={(r, c): _value_in(kind, given) for r, c, kind, given in said["stray_cells"]},
        hidden_rows=_numbers(said["hidden_rows"]),
        filtered_rows=_numbers(said["filtered_rows"]),
        hidden_columns=_numbers(said["hidden_columns"]),
        struck_cells=frozenset((row, column) for row, column in said["struck_cells"]),
        counted_cells=said["counted_cells"],
    )


def _trimmed(row: list[Any]) -> list[Any]:
    """A row without the blanks at its end."""
    end = len(row)
    while end and row[end - 1] == "":
        end -= 1
    return row[:end]


def _cells_out(cells: dict[Position, str]) -> list[list[Any]]:
    return [[row, column, text] for (row, column), text in cells.items()]


def _any_out(value: CellValue) -> tuple[str, Any]:
    return _temporal_out(value) if isinstance(value, _TEMPORAL) else ("plain", value)


def _temporal_out(value: CellValue) -> tuple[str, str]:
    match value:
        case datetime():
            return "datetime", value.isoformat()
        case date():
            return "date", value.isoformat()
        case time():
            return "time", value.isoformat()
        case timedelta():
            microseconds = value // timedelta(microseconds=1)
            return "duration", str(microseconds)
    raise TypeError(f"{type(value).__name__} is neither a date nor a time")


def _value_in(kind: str, given: Any) -> CellValue:
    match kind:
        case "datetime":
            return datetime.fromisoformat(given)
        case "date":
            return date.fromisoformat(given)
        case "time":
            return time.fromisoformat(given)
        case "duration":
            return timedelta(microseconds=int(given))
        case _:
            plain: CellValue = given
            return plain


def _ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers as first and last of each run: hidden rows come in thousands."""
    runs = []
    for _, run in groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0]):
        members = [number for _, number in run]
        runs.append((members[0], members[-1]))
    return runs


def _numbers(ranges: Iterable[tuple[int, int]]) -> frozenset[int]:
    return frozenset(number for first, last in ranges for number in range(first, last + 1))
