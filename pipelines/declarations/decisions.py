"""Decisions of people about returns: what is waived, and which figure is corrected (contract §3).

Reading the two tables, as far as each row can be judged by itself. Whether a decision fits the forms and
rules is checked in ``decision_checks``; applying a waiver belongs to ``validation``, a correction to dbt.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, cast, get_args

from pipelines.declarations.tables import read_day, read_numbered_table
from pipelines.periods import return_period

CorrectionStatus = Literal["open", "acknowledged", "fixed_by_submitter"]

_WAIVER_COLUMNS = (
    "rule_id", "unit_code", "form_id", "period", "project", "approved_by", "reason", "expires",
)  # fmt: skip
_CORRECTION_COLUMNS = (
    "form_id", "unit_code", "period", "project", "field", "expect_value", "new_value", "reason",
    "decided_by", "status",
)  # fmt: skip


@dataclass(frozen=True)
class Waiver:
    """A rule that somebody approved not to hold, until the end of ``expires``.

    Unit, form and period may be None: then it holds for all of them. ``project`` is a code or a name; blank
    means all the unit's. ``where`` is the row it was declared in.
    """

    rule_id: str
    unit_code: str | None
    form_id: str | None
    period: str | None
    project: str | None
    requested_by: str | None
    approved_by: str
    reason: str
    expires: date
    where: str = ""


@dataclass(frozen=True)
class Correction:
    """A figure of one return that somebody decided to read differently, while it still says what it said.

    ``project`` is a code or a name. The values are as written; blank means blank. ``where`` is the row it
    was declared in.
    """

    form_id: str
    unit_code: str
    period: str
    project: str
    field: str
    expect_value: str
    new_value: str
    reason: str
    decided_by: str
    status: CorrectionStatus
    where: str = ""

    @property
    def is_active(self) -> bool:
        """Whether it is still to be applied: the submitter has not mended the return."""
        return self.status != "fixed_by_submitter"


def read_waivers(path: Path, units: Collection[str], faults: list[str]) -> tuple[Waiver, ...]:
    """Read ``waivers.csv``, which may be missing; faults are added to ``faults``."""
    if not path.is_file():
        return ()
    waivers: list[Waiver] = []
    for line, row in read_numbered_table(path, _WAIVER_COLUMNS, faults):
        where = f"{path}: row {line}"
        expires = read_day(row["expires"])
        found = _missing(row, ("rule_id", "approved_by", "reason", "expires"))
        found += _place_faults(row, units)
        if row["expires"] and expires is None:
            found.append(f"expires is a date like 2019-12-31, not “{row['expires']}”")
        faults += [f"{where}: {fault}" for fault in found]
        if expires is not None and not found:
            waivers.append(
                Waiver(
                    row["rule_id"],
                    row["unit_code"] or None,
                    row["form_id"] or None,
                    row["period"] or None,
                    row["project"] or None,
                    row.get("requested_by") or None,
                    row["approved_by"],
                    row["reason"],
                    expires,
                    where,
                )
            )
    return tuple(waivers)


def read_corrections(
    path: Path, units: Collection[str], faults: list[str]
) -> tuple[Correction, ...]:
    """Read ``corrections.csv``, which may be missing; faults are added to ``faults``."""
    if not path.is_file():
        return ()
    corrections: list[Correction] = []
    needed = ("form_id", "unit_code", "period", "project", "field", "reason", "decided_by")
    for line, row in read_numbered_table(path, _CORRECTION_COLUMNS, faults):
        where = f"{path}: row {line}"
        found = [*_missing(row, needed), *_place_faults(row, units)]
        if row["status"] not in get_args(CorrectionStatus):
            found.append(
                f"status is open, acknowledged or fixed_by_submitter, not “{row['status']}”"
            )
        faults += [f"{where}: {fault}" for fault in found]
        if not found:
            status = cast(CorrectionStatus, row["status"])
            values = {name: row[name] for name in _CORRECTION_COLUMNS if name != "status"}
            corrections.append(Correction(**values, status=status, where=where))
    return tuple(corrections)


def _missing(row: dict[str, str], needed: Collection[str]) -> list[str]:
    return [f"{column} is blank" for column in needed if not row[column]]


def _place_faults(row: dict[str, str], units: Collection[str]) -> list[str]:
    faults = []
    if row["unit_code"] and row["unit_code"] not in units:
        faults.append(f"there is no unit “{row['unit_code']}” in units.csv")
    if row["period"] and return_period(row["period"]) is None:
        faults.append(
            f"period is like 2019, 2019-06 or 2019-06-H1, not “{row['period']}”"
            " (in Excel, format the column as text)"
        )
    return faults
