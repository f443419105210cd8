"""What the ledger knows of a settled return that its answer has to say.

Only reads, but for marking a return as answered. How an answer looks belongs to ``feedback``.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pipelines.database import Connection


@dataclass(frozen=True)
class SettledReturn:
    """A return with its end state.

    ``in_force_version`` is the version of its slot that stands now, None where there is none.
    """

    receipt_id: str
    load_id: str
    unit_code: str
    unit_name: str
    form_id: str | None
    period: str | None
    file_name: str
    sha256: str
    received_at: datetime
    status: str
    state: str
    state_name: str
    next_step: str
    version_no: int | None
    in_force_version: int | None
    due_at: datetime | None


@dataclass(frozen=True)
class KeptFinding:
    """A finding as the ledger keeps it, with the reply it has got so far."""

    finding_id: str
    rule_id: str
    rule_version: int
    severity: str
    declared_severity: str
    sheet: str | None
    cell: str | None
    row_number: int | None
    field: str | None
    project_name: str | None
    value_found: str
    value_expected: str
    message: str
    waived_by: str | None
    waiver_reason: str | None
    waiver_expires: date | None
    reply_reason: str | None
    reply_note: str | None

    @property
    def is_question(self) -> bool:
        """Whether it asks for a reason; an error that a declared reason made milder has its own."""
        return self.severity == "warning" and self.declared_severity != "error"


@dataclass(frozen=True)
class KeptOutcome:
    """The outcome of one rule on one return."""

    rule_id: str
    rule_version: int
    outcome: str
    because: str | None
    not_evaluated: int


# A return that has its end state, as the words of reference.return_states name it.
_SETTLED = """
select
    r.receipt_id, r.load_id, r.unit_code, coalesce(u.unit_name, r.unit_code), r.form_id, r.period,
    r.file_name, r.sha256, r.received_at, r.status, s.state, s.state_name, s.next_step, r.version_no,
    f.version_no, d.due_at
from raw.receipts as r
left join config.units as u on r.unit_code = u.unit_code
left join (
    select unit_code, form_id, period, max(version_no) as version_no
    from raw.returns_in_force group by all) as f
    on r.unit_code = f.unit_code and r.form_id = f.form_id and r.period = f.period
left join config.due_dates as d
    on r.unit_code = d.unit_code and r.form_id = d.form_id and r.period = d.period
inner join reference.return_states as s on s.state = case
    when r.status in ('refused', 'duplicate') then r.status
    when r.superseded_by is not null then 'superseded'
    when r.receipt_id in (select receipt_id from raw.open_questions) then 'questions_open'
    else 'accepted' end
where not r.is_answered and r.status <> 'received'
order by r.received_at, r.receipt_id
"""


def unanswered(connection: Connection) -> list[SettledReturn]:
    """The settled returns whose answer has not been written yet, interrupted loads' included."""
    return [SettledReturn(*row) for row in connection.execute(_SETTLED).fetchall()]


def findings_of(connection: Connection, receipts: Sequence[str]) -> dict[str, list[KeptFinding]]:
    """The findings of some returns by receipt, errors first, in the order of the sheets.

    Rules on trial are counted by statisticians; submitters are not told.
    """
    rows = connection.execute(
        """
        select f.receipt_id, f.finding_id, f.rule_id, coalesce(f.rule_version, 1), f.severity,
            coalesce(f.declared_severity, f.severity), f.sheet, f.cell, f.row_number, f.field,
            f.project_name, coalesce(f.value_found, ''), coalesce(f.value_expected, ''), f.message,
            f.waived_by, f.waiver_reason, f.waiver_expires, a.reason, a.note
        from raw.findings as f
        left join raw.finding_replies as a on f.finding_id = a.finding_id
        left join raw.sheets as s on f.receipt_id = s.receipt_id and f.sheet = s.sheet
        where f.receipt_id in (select unnest(cast($receipts as varchar[])))
            and not coalesce(f.is_trial, false)
        order by f.receipt_id, position(left(f.severity, 1) in 'ewi'), s.sheet_index,
            f.row_number nulls first, length(f.cell), f.cell, f.rule_id
        """,
        {"receipts": list(receipts)},
    ).fetchall()
    found: defaultdict[str, list[KeptFinding]] = defaultdict(list)
    for receipt_id, *values in rows:
        found[receipt_id].append(KeptFinding(*values))
    return found


def outcomes_of(connection: Connection, receipts: Sequence[str]) -> dict[str, list[KeptOutcome]]:
    """The outcome of every rule on some returns, by receipt."""
    rows = connection.execute(
        "select receipt_id, rule_id, rule_version, outcome, not_evaluated_because,"
        " not_evaluated_count from raw.rule_outcomes"
        " where receipt_id in (select unnest(cast($receipts as varchar[]))) order by 1, 2",
        {"receipts": list(receipts)},
    ).fetchall()
    found: defaultdict[str, list[KeptOutcome]] = defaultdict(list)
    for receipt_id, *values in rows:
        found[receipt_id].append(KeptOutcome(*values))
    return found


def members_of(connection: Connection, receipt_id: str) -> list[tuple[str, str]]:
    """File names and receipts of what was in a zip package, in its order."""
    return connection.execute(
        "select file_name, receipt_id from raw.receipts where package_receipt_id = ?"
        " order by member_number",
        [receipt_id],
    ).fetchall()


def mark_answered(connection: Connection, receipts: Sequence[str]) -> None:
    """Note that the answers to these returns lie in their folders."""
    connection.execute(
        "update raw.receipts set is_answered = true"
        " where receipt_id in (select unnest(cast($receipts as varchar[])))",
        {"receipts": list(receipts)},
    )
