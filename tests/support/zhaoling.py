"""The bundled district Zhaoling 2022, replayed once a session, and what its story says, worked out by plain dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from replays import Replay, profile_table, replay

LOAD_DAYS = (date(2022, 7, 7), date(2022, 7, 14), date(2022, 8, 5))
TODAY = LOAD_DAYS[-1]
# Until when each list speaks that had come by the load: weeks end on Sundays, months on their last day.
ISSUES_KNOWN = (date(2022, 7, 3), date(2022, 7, 10), date(2022, 7, 31))
ITEMS_KNOWN = (date(2022, 6, 30), date(2022, 6, 30), date(2022, 7, 31))


def story(name: str) -> list[dict[str, str]]:
    """A table of the district's story."""
    return profile_table("zhaoling-2022", f"story/{name}")


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Promise:
    """What was to be done by when, since when it is known of, and when it was done."""

    name: str
    said_on: date
    due_on: date | None
    done_on: date | None

    def days_overdue(self, today: date) -> int | None:
        """Days late when it was done, days so far while it is open; None without a due date."""
        return None if self.due_on is None else max(((self.done_on or today) - self.due_on).days, 0)


def issues() -> list[Promise]:
    """The year's issues by their number."""
    return [
        Promise(row["issue_no"], raised, day(row["due_on"]), day(row["resolved_on"]))
        for row in story("issues.csv")
        if (raised := day(row["raised_on"]))
    ]


def meeting_items() -> list[Promise]:
    """What the meetings decided: day, kind and text together are the name."""
    return [
        Promise(
            f"{row['held_on']} {row['meeting_type']} {row['item']}",
            held,
            day(row["due_on"]),
            day(row["done_on"]),
        )
        for row in story("meetings.csv")
        if (held := day(row["held_on"]))
    ]


def notices(promises: Iterable[Promise], known: tuple[date, ...]) -> Iterator[tuple[object, ...]]:
    """Name, due, issued, times reminded, last reminded, closed and done, for each promise missed.

    A load sees what the lists say that came by then: it issues a notice for what is open and late,
    repeats it when another seven days are over, and closes it when it reads that it was done.
    """
    for promise in promises:
        issued: date | None = None
        reminded: dict[int, date] = {}
        for today, until in zip(LOAD_DAYS, known, strict=True):
            is_done = promise.done_on is not None and promise.done_on <= until
            if promise.due_on is None or promise.said_on > until or promise.due_on >= today:
                continue
            if is_done and issued:
                yield _notice(promise, issued, reminded, today)
                break
            if is_done:
                break
            issued = issued or today
            if weeks := (today - issued).days // 7:
                reminded.setdefault(weeks, today)
        else:
            if issued:
                yield _notice(promise, issued, reminded, None)


def _notice(
    promise: Promise, issued: date, reminded: dict[int, date], closed: date | None
) -> tuple[object, ...]:
    return (
        promise.name, promise.due_on, issued, len(reminded), max(reminded.values(), default=None),
        closed, promise.done_on if closed else None,
    )  # fmt: skip


def taken_on(arrived_at: str) -> date:
    """The day of the load that takes what arrived at this moment."""
    arrived = datetime.fromisoformat(arrived_at)
    return next(one for one in LOAD_DAYS if arrived <= datetime(one.year, one.month, one.day, 18))


def week_of(moment: date) -> str:
    """2022-W27 for the week of a day (ISO 8601)."""
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02d}"


def bounds(period: str) -> tuple[date, date]:
    """First and last day of 2022-W27, 2022-07, 2022-07-H1, 2022-Q3, 2022-H2 or 2022."""
    year, part, half = (*period.split("-"), "", "")[:3]
    if part.startswith("W"):
        monday = date.fromisocalendar(int(year), int(part[1:]), 1)
        return monday, monday + timedelta(6)
    months = {"": 12, "H": 6, "Q": 3}.get(part[:1], 1)
    first = (int(part.lstrip("HQ") or 1) - 1) * months + 1
    over = first + months - 1
    starts = date(int(year), first, 1)
    ends = date(int(year) + over // 12, over % 12 + 1, 1) - timedelta(1)
    middle = starts.replace(day=15)
    return {"": (starts, ends), "H1": (starts, middle), "H2": (middle + timedelta(1), ends)}[half]


@pytest.fixture(scope="session")
def zhaoling(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    return replay("zhaoling-2022", tmp_path_factory.mktemp("zhaoling"))
