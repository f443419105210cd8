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
from pipelines.workbooks.periods import period_order

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
    order: tuple[tuple[datetime, datetime], str, str]

    @property
    def slot(self) -> tuple[str, str, str]:
        return (self.receipt.unit_code, self.form.form_id, self.period)


@dataclass
class Decisions:
    """What the deciding needs at hand while it walks through the waves."""

    connection: Connection
    rules: RuleBook
    findings: defaultdict[str, list[Finding]]


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
    by_receipt: defaultdict[str, list[Finding]] = defaultdict(list)
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
            "select receipt_id, (received_at, file_modified_at) from raw.receipts"
            " where status = 'received'"
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
            order = period_order(candidate.period)
            waves[comes_later, order, number, header.form_id].append(candidate)
    return [waves[key] for key in sorted(waves)]


def _decide_wave(decisions: Decisions, wave: Sequence[Candidate]) -> None:
    """Judge one form's returns of one period and version; then put the accepted ones in force."""
    connection, form = decisions.connection, wave[0].form
    _place(connection, wave)
    duplicates = _settle_duplicates(connection)
    fresh = [c for c in wave if c.receipt.receipt_id not in duplicates]
    if not fresh:
        return
    history = judge_wave(
        connection,
        form,
        {
            c.receipt.receipt_id: any(f.is_error for f in decisions.findings[c.receipt.receipt_id])
            for c in fresh
        },
        decisions.rules.of_frame("history", form.form_id),
    )
    for finding in history.findings:
        decisions.findings[finding.receipt_id].append(finding)
    _settle(decisions, fresh)


def _place(connection: Connection, wave: Sequence[Candidate]) -> None:
    """Write down form and period of every return of the wave."""
    header = wave[0].form.header
    connection.execute("create or replace temp table placed (receipt_id varchar, period varchar)")
    connection.execute(
        "insert into placed select unnest(cast($ids as varchar[])),"
        " unnest(cast($periods as varchar[]))",
        {
            "ids": [candidate.receipt.receipt_id for candidate in wave],
            "periods": [candidate.period for candidate in wave],
        },
    )
    connection.execute(
        "update raw.receipts set form_id = $form_id, period = placed.period,"
        " is_restricted = $restricted from placed where receipts.receipt_id = placed.receipt_id",
        {"form_id": header.form_id, "restricted": header.restricted},
    )


def _settle_duplicates(connection: Connection) -> set[str]:
    """The same bytes as the version in force of the slot change nothing (contract §7)."""
    rows = connection.execute(
        "update raw.receipts set status = 'duplicate', duplicate_of = f.receipt_id"
        " from raw.returns_in_force as f"
        " where receipts.receipt_id in (select receipt_id from placed)"
        " and receipts.unit_code = f.unit_code and receipts.form_id = f.form_id"
        " and receipts.period = f.period and receipts.sha256 = f.sha256"
        " returning receipts.receipt_id"
    ).fetchall()
    return {receipt_id for (receipt_id,) in rows}


def _settle(decisions: Decisions, fresh: Sequence[Candidate]) -> None:
    """Give each return its end state; an accepted one supersedes the version in force."""
    verdicts: list[tuple[str, str, str | None]] = []
    for candidate in fresh:
        receipt_id = candidate.receipt.receipt_id
        findings = decisions.findings[receipt_id]
        warned = any(finding.severity == "warning" for finding in findings)
        status = "accepted_with_warnings" if warned else "accepted"
        because = _because(findings)
        verdicts.append((receipt_id, "refused" if because else status, because))
    listed = [f for c in fresh for f in decisions.findings[c.receipt.receipt_id]]
    store_findings(decisions.connection, listed)
    _put_in_force(decisions.connection, verdicts)


def _put_in_force(connection: Connection, verdicts: Sequence[tuple[str, str, str | None]]) -> None:
    connection.execute(
        "create or replace temp table verdicts as select unnest(cast($ids as varchar[])) as"
        " receipt_id, unnest(cast($states as varchar[])) as status,"
        " unnest(cast($reasons as varchar[])) as refused_because",
        {
            "ids": [receipt_id for receipt_id, _, _ in verdicts],
            "states": [status for _, status, _ in verdicts],
            "reasons": [because for _, _, because in verdicts],
        },
    )
    connection.execute(
        """
        create or replace temp table newly_accepted as
        select r.receipt_id, r.unit_code, r.form_id, r.period, count(o.receipt_id) as versions
        from raw.receipts as r
        inner join verdicts as v on r.receipt_id = v.receipt_id and v.status <> 'refused'
        left join raw.receipts as o on r.unit_code = o.unit_code and r.form_id = o.form_id
            and r.period = o.period and o.status in ('accepted', 'accepted_with_warnings')
        group by all
        """
    )
    connection.execute(
        "update raw.receipts set superseded_by = n.receipt_id from newly_accepted as n"
        " where receipts.unit_code = n.unit_code and receipts.form_id = n.form_id"
        " and receipts.period = n.period and receipts.superseded_by is null"
        " and receipts.status in ('accepted', 'accepted_with_warnings')"
    )
    connection.execute(
        "update raw.receipts set status = v.status, refused_because = v.refused_because"
        " from verdicts as v where receipts.receipt_id = v.receipt_id"
    )
    connection.execute(
        "update raw.receipts set version_no = n.versions + 1 from newly_accepted as n"
        " where receipts.receipt_id = n.receipt_id"
    )


def _refuse_untold(decisions: Decisions, receipt: Receipt, form: Form | None) -> None:
    """A return without form or period: a duplicate of the unit's own, or refused."""
    known = decisions.connection.execute(
        "select receipt_id, form_id, period, is_restricted from raw.returns_in_force"
        " where unit_code = ? and sha256 = ? and form_id = ? order by period desc",
        [receipt.unit_code, receipt.sha256, form.form_id if form else None],
    ).fetchall()
    if known:
        decisions.connection.execute(
            "update raw.receipts set status = 'duplicate', duplicate_of = ?, form_id = ?,"
            " period = ?, is_restricted = ? where receipt_id = ?",
            [*known[0], receipt.receipt_id],
        )
        return
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
    findings = decisions.findings[receipt.receipt_id]
    store_findings(decisions.connection, findings)
    because = _because(findings) or "无法判断报表和报告期"
    decisions.connection.execute(
        "update raw.receipts set status = 'refused', refused_because = ? where receipt_id = ?",
        [because, receipt.receipt_id],
    )


def _because(findings: Sequence[Finding]) -> str | None:
    """The first error in words, and how many more there are; None without an error."""
    errors = [finding for finding in findings if finding.is_error]
    if not errors:
        return None
    more = f"（另有 {len(errors) - 1} 处错误）" if len(errors) > 1 else ""
    return errors[0].message + more
