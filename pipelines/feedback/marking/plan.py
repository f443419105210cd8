"""What an answer workbook says: the findings, the rules of the form, the facts about the return."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "information"]


@dataclass(frozen=True)
class ListedFinding:
    """One finding as the submitter reads it; ``sheet`` and ``cell`` are None where there is no cell.

    ``asks_reply`` is true for a question that wants a reason; the reply known so far stands beside it.
    """

    finding_id: str
    severity: Severity
    sheet: str | None
    cell: str | None
    label: str
    project: str
    found: str
    expected: str
    message: str
    rule_id: str
    asks_reply: bool = False
    reply_reason: str = ""
    reply_note: str = ""


@dataclass(frozen=True)
class ListedRule:
    """One rule of the form, in the words of the catalogue."""

    rule_id: str
    version: int
    severity: Severity
    title: str
    remedy: str
    example: str
    reason: str
    tolerance: str


@dataclass(frozen=True)
class AnswerPlan:
    """Everything an answer workbook shows besides the submitter's own sheets.

    ``facts`` are label and text pairs above the list; ``mark`` goes into the hidden sheet.
    """

    title: str
    facts: Sequence[tuple[str, str]]
    findings: Sequence[ListedFinding]
    rules: Sequence[ListedRule]
    reply_reasons: Sequence[str]
    mark: Mapping[str, str]
