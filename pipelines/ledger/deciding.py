"""Which return is accepted, in which order, and which version is in force.

Ledgers first, then period by period, version by version (contract §7): each wave is judged against
what the waves before it left in force, and takes effect in one transaction.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipelines.database import Connection, transaction
from pipelines.declarations.forms import Form
from pipelines.declarations.rules import RuleBook
from pipelines.ledger.receipts import Receipt
from pipelines.ledger.storing import store_findings
from pipelines.validation.findings import Finding
from pipelines.validation.history import judge_wave, prepare_registry

_LEDGER_SUBJECT = "ledger_project"


@dataclass(frozen=True)
class Told:
    """What a readable return tells about itself; None where it cannot be told."""

    form: Form | None
    period: str | None


@dataclass(frozen=True)
class Candidate:
    """A receipt whose form and period are known; ``order`` settles versions within a load."""

    receipt: Receipt
    form: Form
    period: str
    order: tuple[datetime, str, str]

    @property
    def slot(self) -> tuple[str, str, str]:
        return (self.receipt.unit_code, self.form.form_id, self.period)


@dataclass
class Decisions:
    """What the deciding needs at hand while it walks through the waves."""

    connection: Connection
    rules: RuleBook
    findings: dict[str, list[Finding]]

    def of(self, receipt_id: str) -> list[Finding]:
        return self.findings.get(receipt_id, [])


def decide(
    connection: Connection,
    rules: RuleBook,
    receipts: Sequence[Receipt],
    told: Mapping[str, Told],
    findings: Sequence[Finding],
    progress: Callable[[int, int], None],
) -> list[Finding]:
    """Judge every receipt against earlier returns and give each its end state.

    Returns all findings, those of earlier frames included.
    """
    by_receipt: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_receipt[finding.receipt_id].append(finding)
    decisions = Decisions(connection, rules, by_receipt)
    candidates, hopeless = _sort_out(connection, receipts, told)
    with transaction(connection):
        for receipt, form in hopeless:
            _refuse_untold(decisions, receipt, form)
    waves = _waves(candidates)
    prepare_registry(connection)
    for number, wave in enumerate(waves, 1):
        with transaction(connection):
            _decide_wave(decisions, wave)
        if wave[0].form.header.subject == _LEDGER_SUBJECT:
            prepare_registry(connection)
        progress(number, len(waves))
    return [finding for listed in by_receipt.values() for finding in listed]


def _sort_out(
    connection: Connection, receipts: Sequence[Receipt], told: Mapping[str, Told]
) -> tuple[list[Candidate], list[tuple[Receipt, Form | None]]]:
    """Receipts with a slot, and those whose form or period cannot be told."""
    times = dict(
        connection.execute(
            "select receipt_id, file_modified_at from raw.receipts where status = 'received'"
        ).fetchall()
    )
    candidates: list[Candidate] = []
    hopeless: list[tuple[Receipt, Form | None]] = []
    for receipt in receipts:
        read = told.get(receipt.receipt_id, Told(None, None))
        if read.form is None or read.period is None:
            hopeless.append((receipt, read.form))
            continue
        order = (times[receipt.receipt_id], receipt.file_name, receipt.inbox_path)
        candidates.append(Candidate(receipt, read.form, read.period, order))
    return candidates, hopeless


def _waves(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Groups that may be judged together, in the order in which they take effect."""
    versions: dict[tuple[str, str, str], list[Candidate]] = defaultdict(list)
    for candidate in sorted(candidates, key=lambda c: c.order):
        versions[candidate.slot].append(candidate)
    waves: dict[tuple[bool, str, int, str], list[Candidate]] = defaultdict(list)
    for listed in versions.values():
        for number, candidate in enumerate(listed):
            header = candidate.form.header
            comes_later = header.subject != _LEDGER_SUBJECT
            waves[comes_later, candidate.period, number, header.form_id].append(candidate)
    return [waves[key] for key in sorted(waves)]


def _decide_wave(decisions: Decisions, wave: Sequence[Candidate]) -> None:
    """Judge one form's returns of one period and version; then put the accepted ones in force."""
    form = wave[0].form
    for candidate in wave:
        _place(decisions.connection, candidate)
    fresh = [candidate for candidate in wave if not _settle_duplicate(decisions, candidate)]
    if not fresh:
        return
    history = judge_wave(
        decisions.connection,
        form,
        [candidate.receipt.receipt_id for candidate in fresh],
        decisions.rules.of_frame("history", form.form_id),
    )
    for finding in history.findings:
        decisions.findings.setdefault(finding.receipt_id, []).append(finding)
    for candidate in fresh:
        _settle(decisions, candidate)


def _place(connection: Connection, candidate: Candidate) -> None:
    connection.execute(
        "update raw.receipts set form_id = ?, period = ?, is_restricted = ? where receipt_id = ?",
        [
            candidate.form.form_id,
            candidate.period,
            candidate.form.header.restricted,
            candidate.receipt.receipt_id,
        ],
    )


def _settle_duplicate(decisions: Decisions, candidate: Candidate) -> bool:
    """The same bytes as the version in force of the slot change nothing (contract §7)."""
    found = decisions.connection.execute(
        "select receipt_id from raw.returns_in_force"
        " where unit_code = ? and form_id = ? and period = ? and sha256 = ?",
        [*candidate.slot, candidate.receipt.sha256],
    ).fetchone()
    if found is None:
        return False
    decisions.connection.execute(
        "update raw.receipts set status = 'duplicate', duplicate_of = ? where receipt_id = ?",
        [found[0], candidate.receipt.receipt_id],
    )
    return True


def _settle(decisions: Decisions, candidate: Candidate) -> None:
    receipt_id = candidate.receipt.receipt_id
    findings = decisions.of(receipt_id)
    store_findings(decisions.connection, findings)
    if any(finding.is_error for finding in findings):
        _refuse(decisions.connection, receipt_id, findings)
        return
    warned = any(finding.severity == "warning" for finding in findings)
    accepted = decisions.connection.execute(
        "select count(*) from raw.receipts where unit_code = ? and form_id = ? and period = ?"
        " and status in ('accepted', 'accepted_with_warnings')",
        list(candidate.slot),
    ).fetchall()[0][0]
    decisions.connection.execute(
        "update raw.receipts set superseded_by = ? where unit_code = ? and form_id = ?"
        " and period = ? and status in ('accepted', 'accepted_with_warnings')"
        " and superseded_by is null",
        [receipt_id, *candidate.slot],
    )
    decisions.connection.execute(
        "update raw.receipts set status = ?, version_no = ? where receipt_id = ?",
        ["accepted_with_warnings" if warned else "accepted", accepted + 1, receipt_id],
    )


def _refuse_untold(decisions: Decisions, receipt: Receipt, form: Form | None) -> None:
    """A return without form or period: a duplicate of the unit's own, or refused."""
    known = decisions.connection.execute(
        "select receipt_id, form_id, period, is_restricted from raw.returns_in_force"
        " where unit_code = ? and sha256 = ? and form_id = ?",
        [receipt.unit_code, receipt.sha256, form.form_id if form else None],
    ).fetchone()
    if known is not None:
        decisions.connection.execute(
            "update raw.receipts set status = 'duplicate', duplicate_of = ?, form_id = ?,"
            " period = ?, is_restricted = ? where receipt_id = ?",
            [*known, receipt.receipt_id],
        )
        return
    findings = decisions.of(receipt.receipt_id)
    store_findings(decisions.connection, findings)
    # What the statistics unit sends is restricted even where its form cannot be told.
    decisions.connection.execute(
        "update raw.receipts set form_id = $form_id, is_restricted = $restricted or unit_code in"
        " (select unit_code from config.units where unit_type = 'statistics')"
        " where receipt_id = $receipt_id",
        {
            "form_id": form.form_id if form else None,
            "restricted": form.header.restricted if form else False,
            "receipt_id": receipt.receipt_id,
        },
    )
    _refuse(decisions.connection, receipt.receipt_id, findings)


def _refuse(connection: Connection, receipt_id: str, findings: Sequence[Finding]) -> None:
    errors = [finding for finding in findings if finding.is_error]
    because = errors[0].message if errors else "无法判断报表和报告期"
    if len(errors) > 1:
        because += f"（另有 {len(errors) - 1} 处错误）"
    connection.execute(
        "update raw.receipts set status = 'refused', refused_because = ? where receipt_id = ?",
        [because, receipt_id],
    )
