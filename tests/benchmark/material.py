"""The returns that are measured: so many files of 30 rows, ten years of a district, and one large return."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from homes import drop
from long_homes import LongStory, drop_months

from pipelines.settings import Home

ROWS = 30
_RETURNS_PER_UNIT = 10
_MOST_UNITS = 200


@dataclass(frozen=True)
class Inbox:
    """A home whose inbox is full, and the moment by which everything has arrived."""

    home: Home
    files: int
    now: datetime


def returns_of_thirty_rows(root: Path, count: int) -> Inbox:
    """So many returns, ten from each of up to 200 units: the year's ledger, then month after month."""
    units = min(_MOST_UNITS, max(1, count // _RETURNS_PER_UNIT))
    story = LongStory(units=units, projects=ROWS, resent=0, statistics=False)
    home, dropped, last, month = story.home(root), 0, None, 0
    while dropped < count:
        for arrival in story.month(month):
            if dropped < count:
                drop(home, arrival.inbox_path, arrival.data, arrival.at)
                dropped, last = dropped + 1, arrival.at
        month += 1
    assert last is not None
    return Inbox(home, dropped, last + timedelta(hours=1))


def years_of_a_district(root: Path, years: int) -> Inbox:
    """Twenty townships with thirty projects each, their revisions, and the bureau's returns."""
    story = LongStory()
    home = story.home(root)
    now = drop_months(home, story, range(12 * years))
    files = sum(1 for _ in home.inbox.rglob("*.xlsx"))
    return Inbox(home, files, now)


def next_return(home: Home, years: int, place: int) -> datetime:
    """Drop what comes next after those years, a ledger or the report on it; the moment a load of it begins."""
    arrival = list(LongStory().month(12 * years))[place]
    drop(home, arrival.inbox_path, arrival.data, arrival.at)
    return arrival.at + timedelta(hours=1 + place)


def large_return(home: Home, years: int, rows: int, place: int) -> datetime:
    """Drop a ledger of so many projects, from the last of the units on; the moment it is answered."""
    ledgers = [a for a in LongStory(projects=rows).month(12 * years) if "台账" in a.inbox_path]
    arrival = ledgers[-1 - place]
    drop(home, arrival.inbox_path, arrival.data, arrival.at)
    return arrival.at + timedelta(days=1, hours=place)
