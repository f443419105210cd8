"""How pressing a thing is on a given day, so that it is told once per stage. Pure.

After days without a run only the latest stage is told; what is long past is told no more.
"""

from collections.abc import Collection
from datetime import date

# After this many days beyond its last stage a thing is history: the marts show it, messages do not.
STALE_AFTER_DAYS = 31


def reminder_stage(today: date, due: date, reminder_days: Collection[int]) -> str | None:
    """The stage of a duty that is not due yet; None when it is too early, or no longer early.

    The due date is part of it: a duty whose date was moved is reminded of anew.
    """
    days_left = (due - today).days
    reached = [days for days in reminder_days if 0 <= days_left <= days]
    return f"{min(reached)}d-before-{due}" if reached else None


def notice_stage(today: date, since: date, notice_days: Collection[int]) -> str | None:
    """The stage of what has been open since a day; None when it is too fresh, or long past."""
    days_past = (today - since).days
    reached = [days for days in notice_days if days <= days_past]
    if not reached or days_past > max(notice_days) + STALE_AFTER_DAYS:
        return None
    return f"{max(reached)}d-after-{since}"
