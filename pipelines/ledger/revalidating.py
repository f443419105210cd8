"""What became of a month's returns, and what would become of them by today's rules and declarations.

As in ``trying`` the ledger's snapshot is replayed in memory, with the verdicts of the time; the chosen returns are read
and judged again by every rule. Nothing of the home is changed: a return keeps the end state it was told.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.database import Connection, open_in_memory, open_read_only
from pipelines.declarations.packages import PACKAGE
from pipelines.declarations.photographs import PHOTOGRAPH
from pipelines.ledger.catalogue import Catalogue
from pipelines.ledger.period_receipts import month_of
from pipelines.ledger.snapshots import required_snapshot
from pipelines.ledger.trying import (
    PastReturn,
    Progress,
    accept_again,
    judge_files,
    judge_history,
    judge_photographs,
    replayed_ledger,
)
from pipelines.settings import Home
from pipelines.validation.findings import Finding, bounded, refusal_words
from pipelines.validation.standing import Slot, standing

# Was never judged: the same bytes as a return that was.
_UNJUDGED = ("duplicate", "received")
# receipt → (rule, severity) → findings
_Counts = Mapping[str, Counter[tuple[str, str]]]


@dataclass(frozen=True)
class RuleChange:
    """The findings of one rule and severity on one return, then and now."""

    rule_id: str
    severity: str
    then: int
    now: int


@dataclass(frozen=True)
class Rejudged:
    """One return: its end state then and as it would be now, and its findings."""

    receipt_id: str
    unit_code: str
    form_id: str | None
    period: str | None
    state_then: str
    state_now: str
    findings: tuple[RuleChange, ...]

    @property
    def differs(self) -> bool:
        return self.state_then != self.state_now or any(f.then != f.now for f in self.findings)


def rejudge(
    home: Home, catalogue: Catalogue, months: Collection[str], progress: Progress
) -> dict[str, list[Rejudged]]:
    """Judge everything received for some months anew; the returns of each month in a settled order.

    A waiver counts where it held on the day of receipt. Raises OperatorError for a home that has not been loaded.
    """
    snapshot = required_snapshot(home)
    with open_in_memory() as connection:
        past = replayed_ledger(connection, snapshot, catalogue)
        chosen = [one for one in past if _is_judged(one) and _month(one) in set(months)]
        found = _judge(connection, home, catalogue, past, chosen, progress)
    then = _findings_then(snapshot, [one.receipt.receipt_id for one in chosen])
    by_month: dict[str, list[Rejudged]] = {month: [] for month in months}
    for one in chosen:
        by_month[_month(one)].append(_compared(one, found, then, catalogue))
    return by_month


def _is_judged(past: PastReturn) -> bool:
    return past.status not in _UNJUDGED and past.form_id != PACKAGE


def _month(past: PastReturn) -> str:
    return month_of(past.period, past.received_at)


def _judge(
    connection: Connection,
    home: Home,
    catalogue: Catalogue,
    past: Sequence[PastReturn],
    chosen: Sequence[PastReturn],
    progress: Progress,
) -> dict[str, list[Finding]]:
    """Every finding on the chosen returns, of every kind of rule, before waivers."""
    returns = [one for one in chosen if one.form_id != PHOTOGRAPH]
    pictures = [one for one in chosen if one.form_id == PHOTOGRAPH]
    book, names = catalogue.rules, {one.receipt.receipt_id for one in chosen}
    findings: list[Finding] = []
    if returns:
        findings += judge_files(connection, home, catalogue, book, returns, progress)
        connection.execute("update raw.receipts set status = 'received'")
        findings += judge_history(connection, catalogue, book, past, progress, names)
    if pictures:
        accept_again(connection, past)
        findings += judge_photographs(connection, home, catalogue, book, pictures, progress)
    by_receipt: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.receipt_id in names:
            by_receipt[finding.receipt_id].append(finding)
    return by_receipt


def _findings_then(snapshot: Path, receipts: Sequence[str]) -> _Counts:
    with open_read_only(snapshot) as connection:
        rows = connection.execute(
            "select receipt_id, rule_id, severity, count(*) from raw.findings"
            " where receipt_id in (select unnest(cast(? as varchar[]))) group by all",
            [list(receipts)],
        ).fetchall()
    counted: defaultdict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for receipt_id, rule_id, severity, count in rows:
        counted[receipt_id][rule_id, severity] = count
    return counted


def _compared(
    past: PastReturn, found: Mapping[str, Sequence[Finding]], then: _Counts, catalogue: Catalogue
) -> Rejudged:
    receipt_id = past.receipt.receipt_id
    day: date = past.received_at.date()
    slot = Slot(past.receipt.unit_code, past.form_id, past.period, {})
    listed = standing(found.get(receipt_id, ()), slot, catalogue.district.waivers, day)
    now = Counter((one.rule_id, one.severity) for one in bounded(listed))
    before = then.get(receipt_id, Counter())
    return Rejudged(
        receipt_id,
        past.receipt.unit_code,
        past.form_id,
        past.period,
        past.status,
        _end_state(listed),
        tuple(RuleChange(*key, before[key], now[key]) for key in sorted({*before, *now})),
    )


def _end_state(findings: Sequence[Finding]) -> str:
    if refusal_words(findings):
        return "refused"
    warned = any(finding.severity == "warning" for finding in findings)
    return "accepted_with_warnings" if warned else "accepted"
