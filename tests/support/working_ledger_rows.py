"""Issues, meetings and reviews of an independent computation as the rows a load leaves in ``raw``, and the weekly
minimums as a district would write them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from supervision_records import NodeRow, node_values
from working_ledger_records import IssueRow, MeetingRow, ReviewRow, Sent, WeeklyMinimum

from pipelines.text import name_key


def write_weekly_minimums(path: Path, minimums: Iterable[WeeklyMinimum]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(("rule_version", "valid_from", "measure", "scope", "minimum"))
        writer.writerows(
            (one.version, one.valid_from, one.measure, one.scope, one.minimum) for one in minimums
        )


def working_ledger_rows(
    lists: Mapping[str, Sequence[Sent[Any]]],
) -> dict[str, list[dict[str, Any]]]:
    """The rows of ``raw`` by table, from the returns of each form."""
    tables: dict[str, list[dict[str, Any]]] = {"receipts": []}
    for form_id, sent in lists.items():
        tables[form_id] = []
        slots: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for number, one in enumerate(sorted(sent, key=lambda one: one.arrived), 1):
            receipt = _receipt(form_id, number, one, slots.setdefault((one.unit, one.period), []))
            tables["receipts"].append(receipt)
            tables[form_id] += [
                {"receipt_id": receipt["receipt_id"], "sheet": "Sheet1", "block_no": 1,
                 "row_number": place} | _values(row)
                for place, row in enumerate(one.rows, 4)
            ]  # fmt: skip
    return tables


def _receipt(
    form_id: str, number: int, sent: Sent[Any], slot: list[dict[str, Any]]
) -> dict[str, Any]:
    name = f"{form_id}-{number:03}"
    receipt = {
        "receipt_id": name, "load_id": "1", "unit_code": sent.unit,
        "inbox_path": f"{sent.unit}/{name}.xlsx", "file_name": f"{name}.xlsx",
        "sha256": f"{name:>64}", "size_bytes": 1, "file_modified_at": sent.arrived,
        "modified_ns": 0, "received_at": sent.arrived, "is_inbox_cleared": True,
        "status": "accepted", "form_id": form_id, "period": sent.period, "is_restricted": False,
        "version_no": len(slot) + 1, "superseded_by": None, "is_answered": True,
    }  # fmt: skip
    if slot:
        slot[-1]["superseded_by"] = name
    slot.append(receipt)
    return receipt


def _values(row: IssueRow | MeetingRow | ReviewRow | NodeRow) -> dict[str, Any]:
    if isinstance(row, NodeRow):
        return node_values(row)
    if isinstance(row, IssueRow):
        return {
            "issue_no": row.number, **_named("project_name", row.project), "problem": "问题",
            "raised_on": row.raised, **_named("responsible_unit", row.responsible),
            "due_on": row.due, "status": row.status, "resolved_on": row.resolved,
        }  # fmt: skip
    if isinstance(row, MeetingRow):
        return {
            "held_on": row.held, "meeting_type": row.kind, **_named("item", row.item),
            **_named("project_name", row.project), **_named("responsible_unit", row.responsible),
            "due_on": row.due, "done_on": row.done,
        }  # fmt: skip
    return {
        "period": row.month, **_named("project_name", row.subject),
        **_named("responsible_unit", row.responsible),
        "daily_score": _decimal(row.daily), "site_score": _decimal(row.site),
    }  # fmt: skip


def _named(field: str, text: str | None) -> dict[str, str | None]:
    return {field: text, f"{field}_key": text and name_key(text)}


def _decimal(score: Fraction | None) -> Decimal | None:
    return None if score is None else Decimal(score.numerator) / score.denominator
