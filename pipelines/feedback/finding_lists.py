"""The findings of one return as files for programs: ``findings.csv`` and ``findings.json``.

The JSON is a list of validations in the shape of the European validation report 1.0.0 (ESSnet Validat
Integration, 2017): every rule on this return has its value, 0, 1 or NA. People read the workbook.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipelines.declarations.rules import Rule
from pipelines.ledger.answering import KeptFinding, KeptOutcome, SettledReturn
from pipelines.text import escape_formula

_COLUMNS = (
    "finding_id", "rule_id", "rule_version", "severity", "declared_severity", "sheet", "cell",
    "field", "project_name", "value_found", "value_expected", "message", "waived_by",
    "waiver_reason", "waiver_expires", "reply_reason", "reply_note",
)  # fmt: skip
AGENT = "taizhang"


def findings_csv(findings: Sequence[KeptFinding]) -> bytes:
    """One line per finding, UTF-8 with BOM for Excel; nothing in it can start a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for finding in findings:
        values = (getattr(finding, name) for name in _COLUMNS)
        writer.writerow("" if v is None else escape_formula(str(v)) for v in values)
    return text.getvalue().encode("utf-8-sig")


def findings_json(
    settled: SettledReturn,
    findings: Sequence[KeptFinding],
    outcomes: Sequence[KeptOutcome],
    rules: Mapping[str, Rule],
) -> bytes:
    """Every finding as a validation of value 0, every other rule once with 1 or NA."""
    event = {
        "time": settled.received_at.isoformat(),
        "actor": AGENT,
        "agent": AGENT,
        "trigger": settled.load_id,
    }
    entries = [
        *_failed(settled, findings, rules, event),
        *_others(settled, outcomes, rules, event),
    ]
    return json.dumps(entries, ensure_ascii=False, indent=1).encode("utf-8")


def _failed(
    settled: SettledReturn,
    findings: Sequence[KeptFinding],
    rules: Mapping[str, Rule],
    event: Mapping[str, Any],
) -> Iterator[dict[str, Any]]:
    for finding in findings:
        where = "!".join(part for part in (finding.sheet, finding.cell) if part)
        cell = f"{settled.receipt_id}/{where}"
        yield {
            "id": finding.finding_id,
            "type": "validation",
            "event": event,
            "rule": _rule_entry(finding.rule_id, finding.rule_version, finding.severity, rules),
            "data": {
                "source": [cell],
                "target": [cell, finding.field] if finding.field else [cell],
                "description": finding.message,
            },
            "value": "0",
        }


def _others(
    settled: SettledReturn,
    outcomes: Sequence[KeptOutcome],
    rules: Mapping[str, Rule],
    event: Mapping[str, Any],
) -> Iterator[dict[str, Any]]:
    for outcome in outcomes:
        rule = rules.get(outcome.rule_id)
        if outcome.outcome == "0" or (rule is not None and rule.trial):
            continue
        severity = rule.severity if rule is not None else "error"
        yield {
            "id": f"{settled.receipt_id}-{outcome.rule_id}",
            "type": "validation",
            "event": event,
            "rule": _rule_entry(outcome.rule_id, outcome.rule_version, severity, rules),
            "data": {
                "source": [settled.receipt_id],
                "target": [settled.receipt_id],
                "description": outcome.because or "",
            },
            "value": outcome.outcome,
        }


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
