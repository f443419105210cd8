"""Which findings stand: rules are valid for some periods, and a waiver turns an error into an information.

Waivers are declared and expire; how they are read belongs to ``declarations.decisions``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipelines.declarations.decisions import Waiver
from pipelines.declarations.rules import Rule, RuleBook
from pipelines.periods import read_period
from pipelines.text import name_key, project_code
from pipelines.validation.findings import Finding


@dataclass(frozen=True)
class Standards:
    """By what returns are judged: the rules, the waivers, the day of the load, its id."""

    rules: RuleBook
    waivers: Sequence[Waiver]
    today: date
    load_id: str


@dataclass(frozen=True)
class Slot:
    """Whose return a finding is about; form and period are None where they cannot be told.

    ``codes`` maps the name key of each project of the return to its code, where it has one.
    """

    unit_code: str
    form_id: str | None
    period: str | None
    codes: Mapping[str, str]


def standing(
    findings: Iterable[Finding], slot: Slot, waivers: Sequence[Waiver], today: date
) -> list[Finding]:
    """The findings of rules valid for the return's period, waived where a waiver holds today."""
    first, last = _days(slot.period, today)
    stand = [finding for finding in findings if finding.rule.holds_for(first, last)]
    at_hand = [w for w in waivers if w.expires >= today and _is_for(w, slot)]
    return [_waived(finding, slot, at_hand) for finding in stand] if at_hand else stand


def is_valid(rule: Rule, period: str | None, today: date) -> bool:
    """Whether a rule is valid for a period; without a period, today."""
    return rule.holds_for(*_days(period, today))


def valid_rules(rules: Sequence[Rule], period: str | None, today: date) -> list[Rule]:
    """The rules valid for a period; without a period, today."""
    first, last = _days(period, today)
    return [rule for rule in rules if rule.holds_for(first, last)]


def _days(period: str | None, today: date) -> tuple[date, date]:
    """The first and the last day of a period; today for a return without one."""
    if period is None:
        return today, today
    told = read_period(period)
    return told.starts, told.ends


def _is_for(waiver: Waiver, slot: Slot) -> bool:
    return (
        waiver.unit_code in (None, "", slot.unit_code)
        and waiver.form_id in (None, "", slot.form_id)
        and waiver.period in (None, "", slot.period)
    )


def _waived(finding: Finding, slot: Slot, waivers: Sequence[Waiver]) -> Finding:
    if finding.severity == "information":
        return finding
    for waiver in waivers:
        if waiver.rule_id == finding.rule_id and _names_project(waiver, finding, slot):
            words = f"（已批准豁免：{waiver.reason}；批准人 {waiver.approved_by}，有效期至 {waiver.expires}）"
            return replace(
                finding,
                severity="information",
                message=finding.message + words,
                waived_by=waiver.approved_by,
                waiver_reason=waiver.reason,
                waiver_expires=waiver.expires,
            )
    return finding


def _names_project(waiver: Waiver, finding: Finding, slot: Slot) -> bool:
    """A waiver without a project holds for all the unit's; else it names one by code or name."""
    if not waiver.project:
        return True
    name = finding.place.project_name
    if name is None:
        return False
    key = name_key(name)
    return key == name_key(waiver.project) or slot.codes.get(key) == project_code(waiver.project)
