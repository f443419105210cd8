"""What units are still to be told, read from the ledger: returns judged, duties due, answers missing.

Only reads. Stages and texts are ``alerts``; nothing here names a project, a figure or a cell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pipelines.database import Connection

Verdict = Literal["accepted", "accepted_with_warnings", "refused", "duplicate"]


@dataclass(frozen=True)
class UnitContacts:
    """A unit and where it is reached; ``contacts`` is units.csv's cell as it stands."""

    unit_code: str
    unit_name: str
    contacts: str | None
    valid_to: date | None


@dataclass(frozen=True)
class Judged:
    """A return that has its end state, with counts only; ``questions`` are those still open."""

    receipt_id: str
    unit_code: str
    form_id: str | None
    period: str | None
    file_name: str
    verdict: Verdict
    errors: int
    questions: int
    is_in_force: bool
    due_at: datetime | None


@dataclass(frozen=True)
class MissingReturn:
    """A slot of the plan for which nothing has been accepted; ``was_refused``: something came."""

    unit_code: str
    form_id: str
    period: str
    due_at: datetime
    was_refused: bool


@dataclass(frozen=True)
class OpenMatter:
    """A return in force with unanswered questions, or a refused one that was not sent again."""

    kind: Literal["questions", "refusal"]
    unit_code: str
    form_id: str
    period: str
    receipt_id: str
    received_at: datetime
    questions: int


def units_with_contacts(connection: Connection) -> dict[str, UnitContacts]:
    """Every unit of the registry by its code."""
    rows = connection.execute(
        "select unit_code, unit_name, contacts, valid_to from config.units"
    ).fetchall()
    return {row[0]: UnitContacts(*row) for row in rows}


_JUDGED = """
select
    r.receipt_id, r.unit_code, r.form_id, r.period, r.file_name, r.status,
    (
        select count(*) from raw.findings as f
        where f.receipt_id = r.receipt_id and f.severity = 'error'
            and not coalesce(f.is_trial, false)),
    (select count(*) from raw.open_questions as q where q.receipt_id = r.receipt_id),
    r.superseded_by is null and r.status in ('accepted', 'accepted_with_warnings'),
    (
        select max(d.due_at) from config.due_dates as d
        where d.unit_code = r.unit_code and d.form_id = r.form_id and d.period = r.period)
from raw.receipts as r
where r.status <> 'received' and r.receipt_id not in (
    select receipt_id from raw.outbox_items where kind = 'receipt' and receipt_id is not null)
order by r.unit_code, r.form_id nulls last, r.period, r.file_modified_at, r.receipt_id
"""


def judged_and_not_told(connection: Connection) -> list[Judged]:
    """The returns whose sender has not been told the outcome, in the order in which to tell it."""
    return [Judged(*row) for row in connection.execute(_JUDGED).fetchall()]


_MISSING = """
select
    d.unit_code, d.form_id, d.period, d.due_at,
    exists (
        select 1 from raw.receipts as r
        where r.unit_code = d.unit_code and r.form_id = d.form_id and r.period = d.period
            and r.status = 'refused')
from config.due_dates as d
where d.due_at between $first and $last and not exists (
    select 1 from raw.receipts as r
    where r.unit_code = d.unit_code and r.form_id = d.form_id and r.period = d.period
        and r.status in ('accepted', 'accepted_with_warnings'))
order by d.unit_code, d.due_at, d.form_id, d.period
"""


def missing_returns(connection: Connection, first: datetime, last: datetime) -> list[MissingReturn]:
    """Duties that fall due in a stretch of time and for which nothing was accepted yet."""
    rows = connection.execute(_MISSING, {"first": first, "last": last}).fetchall()
    return [MissingReturn(*row) for row in rows]


# A refused return is settled by anything accepted after it, and its last refusal speaks for it.
_OPEN_MATTERS = """
with latest as (
    select * from raw.receipts
    where status in ('accepted', 'accepted_with_warnings', 'refused', 'duplicate')
        and form_id is not null and period is not null
    qualify row_number() over (
        partition by unit_code, form_id, period
        order by received_at desc, file_modified_at desc, receipt_id desc) = 1
)

select 'refusal', unit_code, form_id, period, receipt_id, received_at, 0
from latest
where status = 'refused' and received_at >= $since
union all
select 'questions', q.unit_code, q.form_id, q.period, q.receipt_id, r.received_at, count(*)
from raw.open_questions as q
inner join raw.receipts as r on q.receipt_id = r.receipt_id
where r.received_at >= $since
group by all
order by 2, 4, 3, 1, 5
"""


def open_matters(connection: Connection, since: datetime) -> list[OpenMatter]:
    """What a unit still owes for returns received since a moment: answers, and corrected returns."""
    rows = connection.execute(_OPEN_MATTERS, {"since": since}).fetchall()
    return [OpenMatter(*row) for row in rows]


def told_items(connection: Connection, item_ids: Sequence[str]) -> set[str]:
    """Which of these things have been told already."""
    rows = connection.execute(
        "select item_id from raw.outbox_items"
        " where item_id in (select unnest(cast(? as varchar[])))",
        [list(item_ids)],
    ).fetchall()
    return {item_id for (item_id,) in rows}


def units_with_digest(connection: Connection, day: date) -> set[str]:
    """Units that got their digest of a day already."""
    rows = connection.execute(
        "select distinct unit_code from raw.outbox"
        " where kind = 'digest' and cast(created_at as date) = ?",
        [day],
    ).fetchall()
    return {unit_code for (unit_code,) in rows}
