"""A failed rule → the sentence a submitter reads, with the cell it is about."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from pipelines.declarations.forms import Form
from pipelines.declarations.rules import Rule
from pipelines.text import one_line

_LONGEST_VALUE = 120
_LONGEST_KEPT_VALUE = 2_000  # all of it is among the cells of the return
_LONGEST_EXPECTED = 600
_LONGEST_NAME = 500
_MOST_LISTED = 1_000


@dataclass(frozen=True)
class Place:
    """Where a finding is: ``row_number`` counts from 1; any part may be unknown.

    ``project_name`` is what the row is about: a project, in a cross-table a unit, of a meeting an item.
    """

    sheet: str | None = None
    cell: str | None = None
    row_number: int | None = None
    field: str | None = None
    project_name: str | None = None


@dataclass(frozen=True)
class Finding:
    """One finding of one return.

    ``severity`` is what holds, ``rule.severity`` what the rule says: a declared reason makes it milder, a
    trial or a waiver leaves an information.
    """

    finding_id: str
    receipt_id: str
    rule: Rule = field(repr=False)
    severity: str
    place: Place
    value_found: str
    value_expected: str
    message: str
    waived_by: str | None = None
    waiver_reason: str | None = None
    waiver_expires: date | None = None

    @property
    def rule_id(self) -> str:
        return self.rule.rule_id

    @property
    def is_error(self) -> bool:
        return self.severity == "error"


def compose(
    rule: Rule,
    receipt_id: str,
    form: Form | None,
    place: Place,
    found: str,
    expected: str,
    has_reason: bool = False,
) -> Finding:
    """Write the finding; with a declared reason the milder severity holds (contract §7)."""
    severity = rule.severity
    if has_reason and rule.severity_with_reason is not None:
        severity = rule.severity_with_reason
    if rule.trial:
        severity = "information"
    words = _words(form, place, one_line(found[:_LONGEST_VALUE]), expected[:_LONGEST_EXPECTED])
    message = f"{_fill(rule.message, words)}{_fill(rule.remedy, words)}〔{rule.rule_id}〕"
    identity = "|".join(
        str(part)
        for part in (
            receipt_id,
            rule.rule_id,
            place.sheet,
            place.cell,
            place.field,
            place.row_number,
        )
    )
    return Finding(
        finding_id=hashlib.sha256(identity.encode()).hexdigest()[:20],
        receipt_id=receipt_id,
        rule=rule,
        severity=severity,
        place=replace(place, project_name=(place.project_name or "")[:_LONGEST_NAME] or None),
        value_found=found[:_LONGEST_KEPT_VALUE],
        value_expected=expected[:_LONGEST_KEPT_VALUE],
        message=message,
    )


def bounded(findings: Sequence[Finding]) -> list[Finding]:
    """The findings with at most a thousand of one rule and severity on a return; the last says how many more there are.

    Nobody reads more, and a crafted file has one in every cell. The verdict stays what it was.
    """
    counted = Counter(_kind(finding) for finding in findings)
    met: Counter[tuple[str, str, str]] = Counter()
    listed = []
    for finding in findings:
        kind = _kind(finding)
        met[kind] += 1
        if met[kind] == _MOST_LISTED < counted[kind]:
            more = f"（同类的还有 {counted[kind] - _MOST_LISTED} 处，没有逐条列出。）"
            finding = replace(finding, message=finding.message + more)
        if met[kind] <= _MOST_LISTED:
            listed.append(finding)
    return listed


def _kind(finding: Finding) -> tuple[str, str, str]:
    return finding.receipt_id, finding.rule_id, finding.severity


def refusal_words(findings: Sequence[Finding]) -> str | None:
    """Why a return is refused: its first error, and how many more there are; None without an error."""
    errors = [finding for finding in findings if finding.is_error]
    if not errors:
        return None
    more = f"（另有 {len(errors) - 1} 处错误）" if len(errors) > 1 else ""
    return errors[0].message + more


def _words(form: Form | None, place: Place, found: str, expected: str) -> Mapping[str, str]:
    declared = form.by_name.get(place.field or "") if form is not None else None
    row, project = _named_word(form), one_line((place.project_name or "未填名称")[:_LONGEST_VALUE])
    return {
        "sheet": one_line((place.sheet or "")[:_LONGEST_VALUE]),
        "cell": place.cell or "",
        "project": project,
        "row": f"{row}：{project}",
        "found": found,
        "expected": expected,
        "label": declared.label if declared else "",
        "example": declared.example if declared else "",
        "choices": "、".join(dict.fromkeys(declared.choices.values())) if declared else "",
    }


def _named_word(form: Form | None) -> str:
    """In a word, what the name of a row names: mostly a project, though the row may be about a part of it."""
    if form is not None and form.is_cross_table:
        return "单位"
    if form is not None and form.project_field is not form.name_field:
        return form.header.row_word
    return "项目"


def _fill(template: str, words: Mapping[str, str]) -> str:
    """Replace {placeholders} in one pass, so that braces in submitted text stay what they are."""
    pieces = template.split("{")
    filled = [pieces[0]]
    for piece in pieces[1:]:
        name, brace, rest = piece.partition("}")
        filled.append(words[name] + rest if brace and name in words else "{" + piece)
    return "".join(filled)
