"""The findings of one return as files for programs: ``findings.csv`` and ``findings.json``.

The JSON is a list of validations in the shape of the European validation report 1.0.0 (ESSnet Validat
Integration, 2017): every rule on this return has its value, 0, 1 or NA. People read the workbook.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipelines.declarations.rules import Rule
from pipelines.ledger.answering import KeptFinding, KeptOutcome, SettledReturn
from pipelines.text import escape_formula, printable_json

_COLUMNS = (
    "finding_id", "rule_id", "rule_version", "severity", "declared_severity", "sheet", "cell",
    "field", "project_name", "value_found", "value_expected", "message", "waived_by",
    "waiver_reason", "waiver_expires", "reply_reason", "reply_note",
)  # fmt: skip
AGENT = "taizhang"
# Where a program that parts lines in another way than we wrote them begins a cell anew: each run of ends and
# spaces with what follows it.
_ENDS = frozenset(',;|"\t\r\n')
_BEGINS_ANEW = re.compile(r"""([,;|"\s\x00\ufeff]+)([=+\-@＝＋－＠﹦﹢﹣﹫])?""")


def findings_csv(findings: Sequence[KeptFinding]) -> bytes:
    """One line per finding, UTF-8 with BOM for Excel; nothing in it can start a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for finding in findings:
        values = (getattr(finding, name) for name in _COLUMNS)
        writer.writerow("" if v is None else _harmless(str(v)) for v in values)
    return text.getvalue().encode("utf-8-sig", "backslashreplace")


def _harmless(text: str) -> str:
    """No formula at the start of a text, nor behind anything in it that may be taken for the end of a cell."""
    return escape_formula(_BEGINS_ANEW.sub(_quoted, text))


def _quoted(found: re.Match[str]) -> str:
    ends, starter = found[1], found[2]
    return f"{ends}'{starter}" if starter and not _ENDS.isdisjoint(ends) else found[0]


class ValidationReports:
    """Writes ``findings.json`` for many returns: what is the same in all of them is rendered once."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self._rules = rules
        self._entries: dict[tuple[str, int, str], str] = {}

    def findings_json(
        self,
        settled: SettledReturn,
        findings: Sequence[KeptFinding],
        outcomes: Sequence[KeptOutcome],
    ) -> bytes:
        """Every finding as a validation of value 0, every other rule once with 1 or NA."""
        event = _nested(
            {
                "time": settled.received_at.isoformat(),
                "actor": AGENT,
                "agent": AGENT,
                "trigger": settled.load_id,
            }
        )
        validations = (*_failed(settled, findings), *_others(settled, outcomes, self._rules))
        entries = ",\n ".join(self._entry(validation, event) for validation in validations)
        return (f"[\n {entries}\n]" if entries else "[]").encode("utf-8")

    def _entry(self, v: "_Validation", event: str) -> str:
        targets = ",\n    ".join(_quote(target) for target in v.target)
        return (
            f'{{\n  "id": {_quote(v.identity)},\n  "type": "validation",\n  "event": {event},'
            f'\n  "rule": {self._rule(v)},\n  "data": {{\n   "source": [\n    {_quote(v.source)}\n   ],'
            f'\n   "target": [\n    {targets}\n   ],\n   "description": {_quote(v.description)}\n  }},'
            f'\n  "value": {_quote(v.value)}\n }}'
        )

    def _rule(self, v: "_Validation") -> str:
        key = (v.rule_id, v.rule_version, v.severity)
        if key not in self._entries:
            self._entries[key] = _nested(_rule_entry(*key, self._rules))
        return self._entries[key]


def _quote(text: str) -> str:
    return printable_json(text, indent=None)


def _nested(value: Mapping[str, str]) -> str:
    """An object as it stands in an entry of the list; no text in JSON has a line break of its own."""
    return printable_json(value, indent=1).replace("\n", "\n  ")


@dataclass(frozen=True)
class _Validation:
    """One rule's value on one cell, or on the whole return."""

    identity: str
    rule_id: str
    rule_version: int
    severity: str
    source: str
    target: list[str]
    description: str
    value: str


def _failed(settled: SettledReturn, findings: Sequence[KeptFinding]) -> Iterator[_Validation]:
    for finding in findings:
        where = "!".join(part for part in (finding.sheet, finding.cell) if part)
        cell = f"{settled.receipt_id}/{where}"
        yield _Validation(
            finding.finding_id, finding.rule_id, finding.rule_version, finding.severity, cell,
            [cell, finding.field] if finding.field else [cell], finding.message, "0",
        )  # fmt: skip


def _others(
    settled: SettledReturn, outcomes: Sequence[KeptOutcome], rules: Mapping[str, Rule]
) -> Iterator[_Validation]:
    receipt_id = settled.receipt_id
    for outcome in outcomes:
        rule = rules.get(outcome.rule_id)
        if outcome.outcome == "0" or (rule is not None and rule.trial):
            continue
        yield _Validation(
            f"{receipt_id}-{outcome.rule_id}", outcome.rule_id, outcome.rule_version,
            rule.severity if rule is not None else "error", receipt_id, [receipt_id],
            outcome.because or "", outcome.outcome,
        )  # fmt: skip


def _rule_entry(
    rule_id: str, version: int, severity: str, rules: Mapping[str, Rule]
) -> dict[str, str]:
    rule = rules.get(rule_id)
    language = "SQL" if rule is not None and rule.sql is not None else "Great Expectations"
    return {
        "language": language,
        "expression": rule.machine_text if rule is not None else rule_id,
        "severity": severity,
        "description": f"{rule_id} v{version} {rule.title if rule is not None else ''}".rstrip(),
    }
