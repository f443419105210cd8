"""The district's own tables: units, reporting plan, links, waivers, corrections, policies (contract §3).

They are the user's to edit; every fault is named with file and line content, all at once.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from pipelines.declarations.decisions import (
    Correction,
    Waiver,
    read_corrections,
    read_waivers,
)
from pipelines.declarations.links import Link, read_links
from pipelines.declarations.policies import Policies, read_policies
from pipelines.declarations.tables import read_flag, read_table
from pipelines.problems import DeclarationError
from pipelines.text import name_key

_UNIT_TYPES = {"township", "street", "zone", "department", "statistics"}
_CADENCES = {"monthly", "half_monthly", "weekly", "annual", "once"}
_DUE_RULE = re.compile(r"^(?:\+\d+(?:wd|d)|start\+\d+d)$")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
# What must be there; the other columns of the contract's tables may be left out.
_UNIT_COLUMNS = ("unit_code", "unit_name", "unit_type")
_PLAN_COLUMNS = ("form_id", "unit_code", "cadence", "due_rule")


@dataclass(frozen=True)
class Unit:
    """Who reports, or is reported on."""

    unit_code: str
    unit_name: str
    unit_type: str
    aliases: tuple[str, ...]
    assessed: bool
    group: str | None
    contacts: str | None
    valid_from: str | None
    valid_to: str | None


@dataclass(frozen=True)
class Duty:
    """One unit's duty to send one form."""

    form_id: str
    unit_code: str
    cadence: str
    due_rule: str
    first_period: str | None
    last_period: str | None
    skip_months: str | None


@dataclass(frozen=True)
class DistrictTables:
    """The registry of one home."""

    units: tuple[Unit, ...]
    plan: tuple[Duty, ...]
    links: tuple[Link, ...]
    waivers: tuple[Waiver, ...] = ()
    corrections: tuple[Correction, ...] = ()
    policies: Policies = field(default_factory=Policies)

    @cached_property
    def unit_names(self) -> dict[str, str]:
        """Unit code → name."""
        return {unit.unit_code: unit.unit_name for unit in self.units}

    @cached_property
    def statistics_units(self) -> frozenset[str]:
        """The codes of the units that keep the statistics."""
        return frozenset(u.unit_code for u in self.units if u.unit_type == "statistics")

    @cached_property
    def planned_submitters(self) -> dict[str, frozenset[str]]:
        """Form → the units that the plan asks for it; forms nobody is asked for are left out."""
        forms = {duty.form_id for duty in self.plan}
        planned: dict[str, set[str]] = {form_id: set() for form_id in forms}
        for duty in self.plan:
            planned[duty.form_id].add(duty.unit_code)
        return {form_id: frozenset(units) for form_id, units in planned.items()}

    @cached_property
    def units_by_name(self) -> dict[str, str]:
        """Name key of every name and alias → unit code."""
        return {
            name_key(name): unit.unit_code
            for unit in self.units
            for name in (unit.unit_name, *unit.aliases)
        }


def load_district(folder: Path, reporting_year: int | None = None) -> DistrictTables:
    """Read ``config/``. Raises DeclarationError with every fault of every table.

    Where the reporting year is given, a policy must be in force from its first month on.
    """
    faults: list[str] = []
    units = _read_units(folder / "units.csv", faults)
    plan = _read_plan(folder / "reporting_plan.csv", units, faults)
    links = read_links(folder / "links.csv", faults)
    codes = {unit.unit_code for unit in units}
    waivers = read_waivers(folder / "waivers.csv", codes, faults)
    corrections = read_corrections(folder / "corrections.csv", codes, faults)
    groups = {unit.group for unit in units if unit.group is not None}
    policies = read_policies(folder, codes, groups, reporting_year, faults)
    if faults:
        raise DeclarationError(faults)
    return DistrictTables(units, plan, links, waivers, corrections, policies)


def _read_units(path: Path, faults: list[str]) -> tuple[Unit, ...]:
    units: list[Unit] = []
    for row in read_table(path, _UNIT_COLUMNS, faults):
        assessed = read_flag(row.get("assessed", ""))
        if assessed is None:
            faults.append(f"{path}: {row['unit_code']}: assessed is true or false")
        if row["unit_type"] not in _UNIT_TYPES:
            faults.append(f"{path}: {row['unit_code']}: unknown unit_type “{row['unit_type']}”")
        if not row["unit_code"] or not row["unit_name"]:
            faults.append(f"{path}: a unit without unit_code or unit_name: {row}")
        faults += [
            f"{path}: {row['unit_code']}: {column} is a date like 2019-01-01"
            for column in ("valid_from", "valid_to")
            if (day := row.get(column)) and not _is_day(day)
        ]
        units.append(
            Unit(
                row["unit_code"],
                row["unit_name"],
                row["unit_type"],
                tuple(a.strip() for a in row.get("aliases", "").split(";") if a.strip()),
                bool(assessed),
                row.get("group") or None,
                row.get("contacts") or None,
                row.get("valid_from") or None,
                row.get("valid_to") or None,
            )
        )
    _check_units(path, units, faults)
    return tuple(units)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text) is not None and _DAY.match(text) is not None
    except ValueError:
        return False


def _check_units(path: Path, units: list[Unit], faults: list[str]) -> None:
    codes = [unit.unit_code for unit in units]
    faults += [
        f"{path}: unit_code {c} stands twice" for c in sorted({*codes}) if codes.count(c) > 1
    ]
    owners: dict[str, str] = {}
    for unit in units:
        for name in (unit.unit_name, *unit.aliases):
            owner = owners.setdefault(name_key(name), unit.unit_code)
            if owner != unit.unit_code:
                faults.append(f"{path}: the name “{name}” belongs to {owner} and {unit.unit_code}")


def _read_plan(path: Path, units: tuple[Unit, ...], faults: list[str]) -> tuple[Duty, ...]:
    if not path.is_file():
        return ()
    codes = {unit.unit_code for unit in units}
    duties: list[Duty] = []
    for row in read_table(path, _PLAN_COLUMNS, faults):
        where = f"{path}: {row['form_id']} of {row['unit_code']}"
        if row["unit_code"] not in codes:
            faults.append(f"{where}: this unit is not in units.csv")
        if row["cadence"] not in _CADENCES:
            faults.append(f"{where}: unknown cadence “{row['cadence']}”")
        if not _DUE_RULE.match(row["due_rule"]):
            faults.append(f"{where}: due_rule is like +5wd, +3d or start+20d")
        duties.append(
            Duty(
                row["form_id"],
                row["unit_code"],
                row["cadence"],
                row["due_rule"],
                row.get("first_period") or None,
                row.get("last_period") or None,
                row.get("skip_months") or None,
            )
        )
    return tuple(duties)
