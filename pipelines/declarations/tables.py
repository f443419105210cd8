"""Reading declared CSV tables (UTF-8, with or without BOM, edited in Excel)."""

import csv
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from pipelines.text import compact

# Excel writes a day it has opened with strokes.
_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:E[+-]?\d{1,2})?", re.ASCII)
# What fits into the columns of the database: 18 digits, four of them after the point.
_TOO_LARGE = Decimal(10) ** 14


def read_table(path: Path, required: tuple[str, ...], faults: list[str]) -> list[dict[str, str]]:
    """Return the rows of a CSV file with stripped cells; faults are added to ``faults``.

    A missing file, a missing column or text that is not UTF-8 is a fault; blank lines are skipped.
    """
    return [row for _, row in read_numbered_table(path, required, faults)]


def read_numbered_table(
    path: Path, required: tuple[str, ...], faults: list[str]
) -> list[tuple[int, dict[str, str]]]:
    """The same, each row with the number of its line in the file (the heading is line 1)."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        faults.append(f"{path}: the file does not exist")
        return []
    except UnicodeDecodeError:
        faults.append(f"{path}: not UTF-8 text; save it as “CSV UTF-8” in Excel")
        return []
    reader = csv.DictReader(text.splitlines())
    missing = [name for name in required if name not in (reader.fieldnames or [])]
    if missing:
        faults.append(f"{path}: column(s) missing: {', '.join(missing)}")
        return []
    rows = [
        (
            reader.line_num,
            {key: (value or "").strip() for key, value in row.items() if key is not None},
        )
        for row in reader
    ]
    return [(number, row) for number, row in rows if any(row.values())]


def read_day(text: str) -> date | None:
    """Read a day as people and Excel write it: 2019-06-05, 2019/6/5; None for anything else."""
    parts = _DAY.fullmatch(text)
    try:
        return date(*(int(part) for part in parts.groups())) if parts else None
    except ValueError:
        return None


def read_number(text: str) -> Decimal | None:
    """Read a plain number, also with thousands, full-width digits or a long minus; None for anything else."""
    plain = compact(text).upper().replace("−", "-")
    if not _NUMBER.fullmatch(plain) or not any(sign.isdigit() for sign in plain.partition("E")[0]):
        return None
    number = Decimal(plain.replace(",", ""))
    return number if abs(number) < _TOO_LARGE else None


def read_flag(value: str) -> bool | None:
    """Read true/false as people write it; None when it is neither."""
    lowered = value.strip().lower()
    if lowered in {"true", "1", "yes", "是"}:
        return True
    if lowered in {"false", "0", "no", "否", ""}:
        return False
    return None
