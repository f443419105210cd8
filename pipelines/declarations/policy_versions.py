"""Versions of a policy: each with one date, each date with one version, and no day before the first (contract §7).

A version is in force from the month its ``valid_from`` falls in until the next one is.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Protocol


class Versioned(Protocol):
    """A row of a versioned policy table; ``row`` is its line in the file."""

    @property
    def rule_version(self) -> str: ...

    @property
    def valid_from(self) -> date: ...

    @property
    def row(self) -> int: ...


def version_faults(rows: Iterable[Versioned]) -> Iterator[str]:
    """Versions that start twice, and dates on which two versions start; each told at the later row."""
    starts: dict[str, Versioned] = {}
    owners: dict[date, Versioned] = {}
    told: set[tuple[str, date]] = set()
    for row in rows:
        first = starts.setdefault(row.rule_version, row)
        owner = owners.setdefault(row.valid_from, row)
        if (row.rule_version, row.valid_from) in told:
            continue
        told.add((row.rule_version, row.valid_from))
        if first.valid_from != row.valid_from:
            yield (
                f"row {row.row}: version {row.rule_version} starts on {row.valid_from} here and on"
                f" {first.valid_from} in row {first.row}; give all its rows one date,"
                " or the changed rows a version of their own"
            )
        elif owner.rule_version != row.rule_version:
            yield (
                f"row {row.row}: version {row.rule_version} starts on {row.valid_from} like version"
                f" {owner.rule_version} (row {owner.row}); a version is a complete set over all groups, with a"
                " date of its own"
            )


def uncovered_fault(rows: Sequence[Versioned], needed_from: date) -> str | None:
    """Months before the first version, from the one of ``needed_from`` on; None where there are none."""
    if not rows:
        return None
    first = min(rows, key=lambda row: row.valid_from)
    if _month(first.valid_from) <= _month(needed_from):
        return None
    return (
        f"row {first.row}: leaves days uncovered: the first version, {first.rule_version}, starts on"
        f" {first.valid_from}, and no version is in force from {needed_from} until then. Let it start in"
        f" or before {needed_from:%Y-%m}, or add the version that held before it"
    )


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
