"""Cases of the rules about what a person does not see of a cell, or sees otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from small_district import Arrival

from rule_cases.returns import LEDGER, PROGRESS, Case

# Numbers as a spreadsheet keeps them: of twenty digits, and of eighteen, the first fifteen are right.
LONG_NUMBER = "20191308714803000000"
LONG_USCC = "911100006000373000"


def looking(cell: str, fails: Mapping[str, Any], passes: Mapping[str, Any] = {}) -> Case:
    """The progress report, looking as said."""
    return Case(Arrival("jia", PROGRESS, look=fails), Arrival("jia", PROGRESS, look=passes), cell)


def with_code(cell: str, fails: str, passes: str) -> Case:
    return Case(Arrival("jia", LEDGER, {cell: fails}), Arrival("jia", LEDGER, {cell: passes}), cell)


def with_days(is_1904: bool) -> Arrival:
    return Arrival("jia", PROGRESS, {"F4": "d:2019-01-05"}, is_1904=is_1904)


def with_errors(count: int) -> Arrival:
    """A report whose column of remarks shows nothing but errors."""
    head = PROGRESS.strip().splitlines()[:3]
    rows = [f"{n} | 工程{n} | 0 | 0 | 0 | | | | #REF!" for n in range(count)]
    return Arrival("jia", "\n".join([*head, *rows]))


OF_LOOKS = {
    "GEN-014": Case(
        Arrival("jia", PROGRESS, hidden=(LEDGER,)),
        Arrival("jia", PROGRESS, hidden=("\n".join(LEDGER.split("\n")[:4]), "建设性质\n续建")),
        "A3",
    ),
    "GEN-015": Case(with_days(True), with_days(False), "F4"),
    "GEN-016": Case(with_errors(1_001), with_errors(3), None),
    "GEN-114": Case(
        Arrival("jia", PROGRESS, {"D4": "'30", "D5": "'40.5"}),
        Arrival("jia", PROGRESS, {"D4": "'30万元"}),
        "D4",
    ),
    "GEN-115": looking("A5", {"hidden_rows": [5, 6]}, {"hidden_rows": [7]}),
    "GEN-116": looking("A6", {"filtered_rows": [6]}, {"hidden_rows": [6]}),
    "GEN-117": looking("D3", {"hidden_columns": "D"}, {"hidden_columns": "AI"}),
    "GEN-118": looking("D5", {"struck": ["D5", "A6", "B6", "C6"]}, {"struck": ["A1", "D7", "I5"]}),
    "GEN-119": Case(
        Arrival("jia", PROGRESS, {"G4": "2019-06"}, look={"merges": ["G4:G6"]}),
        Arrival("jia", PROGRESS, {"I4": "新"}, look={"merges": ["I4:I6", "A1:I1", "F3:F3"]}),
        "G4",
    ),
    "GEN-120": looking("XFD1048576", {"strays": {"XFD1048576": "x"}}),
    "GEN-217": with_code("B4", LONG_NUMBER, f"'{LONG_NUMBER}"),
    "GEN-218": with_code("K4", LONG_USCC, "'91110000600037341L"),
}
