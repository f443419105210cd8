"""One row of a declared table: its cells as what they mean, its faults with file and row (contract §3).

Readers of policies take every cell they need and ask at the end whether the row was right; so all faults of a
row are told at once.
"""

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from pipelines.declarations.tables import read_day, read_number, read_numbered_table

_LIST_SIGN = re.compile("[;；]")
_Row = TypeVar("_Row")


class DeclaredRow:
    """The cells of a row by column; a column that was left out is blank. Faults are added to ``faults``."""

    def __init__(
        self, path: Path, number: int, cells: Mapping[str, str], faults: list[str]
    ) -> None:
        self.number = number
        self.is_right = True
        self._path = path
        self._cells = cells
        self._faults = faults

    def fault(self, told: str) -> None:
        """Say what is wrong with this row."""
        self.is_right = False
        self._faults.append(f"{self._path}: row {self.number}: {told}")

    def text(self, column: str) -> str:
        """What stands in the cell; blank where there is nothing."""
        return self._cells.get(column, "")

    def needed(self, column: str) -> str:
        """What stands in a cell that must not be blank."""
        if not self.text(column):
            self.fault(f"{column} is blank")
        return self.text(column)

    def parts(self, column: str) -> tuple[str, ...]:
        """The entries of a cell, separated by ``;``, each once."""
        entries = (part.strip() for part in _LIST_SIGN.split(self.text(column)))
        return tuple(dict.fromkeys(entry for entry in entries if entry))

    def choice(self, column: str, choices: Sequence[str]) -> str:
        """One of the words that are allowed; a blank cell is a fault."""
        word = self.needed(column)
        if word and word not in choices:
            self.fault(f"{column} is one of {', '.join(choices)}, not “{word}”")
        return word

    def optional_choice(self, column: str, choices: Sequence[str]) -> str | None:
        """The same, where the cell may be blank."""
        return self.choice(column, choices) if self.text(column) else None

    def number_of(self, column: str) -> Decimal | None:
        """The number in a cell; None for a blank one."""
        text = self.text(column)
        number = read_number(text)
        if text and number is None:
            self.fault(f"{column} is a plain number like 5 or -0.5, not “{text}”")
        return number

    def amount(self, column: str) -> Decimal | None:
        """A number that is not below zero (money in 万元, a weight); None for a blank cell."""
        number = self.number_of(column)
        if number is not None and number < 0:
            self.fault(f"{column} is {number}; it cannot be negative")
        return number

    def whole(self, column: str, least: int, example: str) -> int:
        """A whole number that is there and at least ``least``."""
        number = read_number(self.needed(column))
        if number is not None and number == int(number) and number >= least:
            return int(number)
        if self.text(column):
            self.fault(
                f"{column} is a whole number from {least} on, like {example}, not “{self.text(column)}”"
            )
        return least

    def day(self, column: str) -> date | None:
        """A day that must be there."""
        text = self.needed(column)
        found = read_day(text)
        if text and found is None:
            self.fault(f"{column} is a date like 2019-01-01, not “{text}”")
        return found

    def check_units(self, column: str, named: Collection[str], units: Collection[str]) -> None:
        """Say which units named in a cell are not registered."""
        for unit in named:
            if unit not in units:
                self.fault(f"{column}: there is no unit “{unit}” in units.csv")

    def check_group(self, group: str, groups: Collection[str]) -> None:
        """Say that no unit is of a group; a blank one is none."""
        if group and group not in groups:
            known = ", ".join(sorted(groups)) or "none"
            self.fault(f"there is no group “{group}” in units.csv (there are: {known})")


def declared_rows(path: Path, columns: tuple[str, ...], faults: list[str]) -> Iterator[DeclaredRow]:
    """The rows of a table that may be missing; ``columns`` are those its heading must have."""
    if path.is_file():
        for number, cells in read_numbered_table(path, columns, faults):
            yield DeclaredRow(path, number, cells, faults)


def doubled(rows: Iterable[_Row], key: Callable[[_Row], Hashable]) -> Iterator[tuple[_Row, _Row]]:
    """Rows whose key stands in an earlier one already, each with the first that has it; a blank key is none."""
    first: dict[Hashable, _Row] = {}
    for row in rows:
        found = key(row)
        if found and (earlier := first.setdefault(found, row)) is not row:
            yield row, earlier
