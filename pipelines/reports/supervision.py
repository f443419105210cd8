"""What the published release says has to be supervised: nodes that come due, notices that are open.

Only reads. How a notice is printed is ``notices``; who is told of it, ``alerts``.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.database import open_read_only


@dataclass(frozen=True)
class NodeComingDue:
    """A node whose reminder is due; ``row_key`` is its row in ``mart_node_progress``."""

    row_key: str
    unit_code: str
    project_name: str
    node_name: str
    planned_date: date
    days_until_due: int


@dataclass(frozen=True)
class OpenNotice:
    """A notice that is open, with its last event: issued, or reminded for the so manieth time."""

    notice_id: str
    unit_code: str
    unit_name: str
    project_name: str | None
    basis: str
    what: str
    due_on: date
    days_overdue: int
    issued_on: date
    reminder_count: int
    last_reminded_on: date | None
    next_reminder_on: date
    text: str

    @property
    def told_on(self) -> date:
        """The day of the last event."""
        return self.last_reminded_on or self.issued_on


_NODES = """
select row_key, unit_code, project_name, node_name, planned_date, days_until_due
from marts.mart_node_progress
where is_reminder_due
order by unit_code, planned_date, project_name, node_name, row_key
"""

_NOTICES = """
select
    notices.notice_id, notices.unit_code, coalesce(units.unit_name, notices.unit_code), notices.project_name,
    notices.basis, notices.what, notices.due_on, notices.days_overdue, notices.issued_on,
    notices.reminder_count, notices.last_reminded_on, notices.next_reminder_on, notices.notice_text
from marts.mart_supervision_notice as notices
left join marts.dim_unit as units on notices.unit_code = units.unit_code
where notices.status = 'open'
order by notices.unit_code, notices.due_on, notices.notice_id
"""


def nodes_coming_due(release: Path) -> list[NodeComingDue]:
    """The nodes to be reminded of, as of the release's load, by unit and date."""
    with open_read_only(release) as marts:
        return [NodeComingDue(*row) for row in marts.execute(_NODES).fetchall()]


def open_notices(release: Path) -> list[OpenNotice]:
    """The notices that are open, by unit, those longest due first."""
    with open_read_only(release) as marts:
        return [OpenNotice(*row) for row in marts.execute(_NOTICES).fetchall()]
