"""Issues, meetings and reviews of the invented district, drawn at random: kept up week by week, resent, forgotten,
taken back, in the name of projects and units that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import count
from random import Random
from typing import Any

from working_ledger_records import (
    IssueRow,
    MeetingRow,
    Period,
    ReviewRow,
    Sent,
    WeeklyMinimum,
    periods_of,
)

# A version begins in the middle of a week, which it is then in force for.
MINIMUMS = (
    WeeklyMinimum("2025-1", date(2025, 1, 6), "site_visits", "project", 2),
    WeeklyMinimum("2025-1", date(2025, 1, 6), "problems_solved_on_site", "unit", 1),
    WeeklyMinimum("2025-2", date(2025, 5, 14), "site_visits", "district", 4),
)
KEEPERS = {"D1": "week", "T1": "month", "T2": "half_month"}
RESPONSIBLE = (None, None, "第1局", "第2镇", "没有的局")
BEGINS, ENDS = date(2024, 12, 16), date(2025, 7, 13)


class Drawing:
    """``projects`` are names that ledgers know."""

    def __init__(self, random: Random, projects: Sequence[str]) -> None:
        self.random = random
        self.projects = [*random.sample(list(projects), 25), "账外项目甲", "账外项目乙"]
        self._seconds = count()
        self.issues = [one for unit, kind in KEEPERS.items() for one in self._ledgers(unit, kind)]
        self.meetings = [*self._records("D1", "week"), *self._records("T3", "month")]
        self.reviews = [*self._reviews("D1", 12), *self._reviews("D2", 3)]

    def _arrival(self, day: date) -> datetime:
        return datetime.combine(day, time(8)) + timedelta(seconds=next(self._seconds))

    def _some(self, choices: Sequence[Any], chance: float) -> Any:
        return self.random.choice(choices) if self.random.random() < chance else None

    def _day(self, after: date, most: int) -> date:
        return after + timedelta(self.random.randint(0, most))

    def _periods(self, kind: str) -> Iterator[Period]:
        for year in (2024, 2025):
            for period in periods_of(year):
                if period.kind == kind and BEGINS <= period.last <= ENDS:
                    yield period

    def _twice(self, unit: str, period: Period, rows: list[Any], again: Any) -> Iterator[Sent[Any]]:
        """The list, and now and then the list once more, some rows left out or changed."""
        yield Sent(unit, period.name, self._arrival(self._day(period.last, 3)), tuple(rows))
        if self.random.random() < 0.3:
            kept = [again(row) for row in rows if self.random.random() < 0.85]
            yield Sent(unit, period.name, self._arrival(self._day(period.last, 20)), tuple(kept))

    # Issues ---------------------------------------------------------------------------------------

    def _ledgers(self, unit: str, kind: str) -> Iterator[Sent[IssueRow]]:
        lives = [self._life(unit, number) for number in range(1, 26)]
        for period in self._periods(kind):
            known = [life for life in lives if life[0].raised <= period.last]
            rows = [self._told(*life, period) for life in known if self.random.random() < 0.8]
            if rows:
                yield from self._twice(unit, period, rows, self._taken_back)

    def _life(self, unit: str, number: int) -> tuple[IssueRow, date | None]:
        raised = self._day(BEGINS, 200)
        resolved = self._day(raised, 60) if self.random.random() < 0.7 else None
        row = IssueRow(
            f"{unit}-{number:03}", self.random.choice(self.projects), raised,
            self._some(RESPONSIBLE, 0.7),
            self._day(raised, 30) if self.random.random() < 0.8 else None,
        )  # fmt: skip
        return row, resolved

    def _told(self, row: IssueRow, resolved: date | None, period: Period) -> IssueRow:
        status = self._some(("新增", "推进"), 0.5)
        if resolved is None or resolved > period.last:
            return _changed(row, status=status)
        if self.random.random() < 0.4:
            return _changed(row, status="销号")
        return _changed(row, status=self._some(("销号", "推进"), 0.5), resolved=resolved)

    def _taken_back(self, row: IssueRow) -> IssueRow:
        if self.random.random() < 0.2:
            return _changed(row, status="推进", resolved=None)
        return row

    # Meetings -------------------------------------------------------------------------------------

    def _records(self, unit: str, kind: str) -> Iterator[Sent[MeetingRow]]:
        for period in self._periods(kind):
            rows = list({row.key: row for row in self._items(period)}.values())
            if rows:
                yield from self._twice(unit, period, rows, self._done_later)

    def _items(self, period: Period) -> Iterator[MeetingRow]:
        for number in range(self.random.randint(0, 12)):
            held = self._day(period.first, (period.last - period.first).days)
            due = self._day(held, 20) if self.random.random() < 0.8 else None
            yield MeetingRow(
                held,
                self._some(("周例会", "现场办公会", "现场办公会", "月调度会", "联席会议"), 0.95),
                f"事项{number % 4}", self._some(self.projects, 0.75), self._some(RESPONSIBLE, 0.7), due,
                self._day(held, 25) if self.random.random() < 0.6 else None,
            )  # fmt: skip

    def _done_later(self, row: MeetingRow) -> MeetingRow:
        return MeetingRow(*row.key, row.responsible, row.due, row.done or self._day(row.held, 30))

    # Reviews --------------------------------------------------------------------------------------

    def _reviews(self, unit: str, most: int) -> Iterator[Sent[ReviewRow]]:
        subjects = [*self.projects[:8], "账外项目甲", "第1镇", "第2局", "东开发区"]
        for period in self._periods("month"):
            chosen = self.random.sample(subjects, min(most, self.random.randint(3, len(subjects))))
            rows = [
                ReviewRow(
                    name, self._some(RESPONSIBLE, 0.3), self._score(0.95), self._score(0.9),
                    "2025-02" if period.name == "2025-03" and number == 0 else None,
                )
                for number, name in enumerate(chosen)
            ]  # fmt: skip
            yield from self._twice(unit, period, rows, lambda row: row)

    def _score(self, chance: float) -> Fraction | None:
        return Fraction(self.random.randint(78, 100), 2) if self.random.random() < chance else None


def _changed(row: IssueRow, status: str | None = None, resolved: date | None = None) -> IssueRow:
    return IssueRow(row.number, row.project, row.raised, row.responsible, row.due, status, resolved)
