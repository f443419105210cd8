"""The report of a revalidation: a line for every return and rule, then and now. No project, no figure, no cell."""

import csv
import os
from collections.abc import Sequence
from pathlib import Path

from pipelines.ledger.revalidating import Rejudged
from pipelines.settings import Home
from pipelines.text import one_line

_COLUMNS = (
    "receipt_id", "unit_code", "form_id", "period", "rule_id", "severity", "findings_then",
    "findings_now", "state_then", "state_now",
)  # fmt: skip
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t")


def report_path(home: Home, month: str) -> Path:
    """Where the report of a month lies."""
    return home.reports / "revalidations" / f"{month}.csv"


def write_report(path: Path, returns: Sequence[Rejudged]) -> None:
    """Write the report in one step, for its owner alone; Excel reads it as UTF-8."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with partial.open("w", encoding="utf-8-sig", newline="") as file:
        partial.chmod(0o600)
        lines = csv.writer(file)
        lines.writerow(_COLUMNS)
        for one in returns:
            lines.writerows(_lines(one))
    partial.replace(path)


def _lines(one: Rejudged) -> list[list[str]]:
    head = [one.receipt_id, one.unit_code, one.form_id or "", one.period or ""]
    tail = [one.state_then, one.state_now]
    found = [[f.rule_id, f.severity, f"{f.then}", f"{f.now}"] for f in one.findings]
    return [[_cell(text) for text in (*head, *middle, *tail)] for middle in found or [[""] * 4]]


def _cell(text: str) -> str:
    plain = one_line(text)
    return f"'{plain}" if plain.startswith(_FORMULA) else plain
