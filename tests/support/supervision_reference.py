"""Nodes and supervision notices by going through the loads one after another, as an office would keep them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from policy_reference.facts import Facts
from supervision_records import NodeRow
from working_ledger_records import IssueRow, MeetingRow, Sent, spoken_on


@dataclass(frozen=True)
class Statement:
    """What one list says of an item, and while which it was in force."""

    period: str
    arrived: datetime
    replaced: datetime | None
    project: str | None
    unit: str
    due: date | None
    done: date | None
    is_resolved: bool

    def holds(self, at: datetime) -> bool:
        return self.arrived <= at and (self.replaced is None or at < self.replaced)


@dataclass
class Kept:
    """One notice in the drawer."""

    issued: date
    unit: str
    reminded: list[date] = field(default_factory=list)
    repetitions: set[int] = field(default_factory=set)
    closed: date | None = None
    reason: str | None = None
    done: date | None = None
    reopened: int = 0


class Supervision:
    """``units`` maps what people write to unit codes; a load looks at what had arrived until then."""

    def __init__(
        self, facts: Facts, units: Mapping[str, str], loads: Iterable[datetime],
        nodes: Sequence[Sent[Any]], issues: Sequence[Sent[Any]], meetings: Sequence[Sent[Any]],
        reminder_days: int = 7, grace_days: int = 0, repeat_days: int = 7,
    ) -> None:  # fmt: skip
        self.facts, self.units, self.loads = facts, units, sorted(set(loads))
        self.reminder_days, self.grace_days, self.repeat_days = (
            reminder_days,
            grace_days,
            repeat_days,
        )
        self._left: dict[str | None, datetime | None] = {}
        self.items: dict[tuple[Any, ...], list[Statement]] = {}
        for kind, sent in (("node", nodes), ("issue", issues), ("meeting_item", meetings)):
            for one, replaced in _with_end(sent):
                for row in one.rows:
                    key = (kind, *((one.unit, row.number) if kind == "issue" else row.key))
                    self.items.setdefault(key, []).append(self._statement(one, replaced, row))

    def _statement(
        self, one: Sent[Any], replaced: datetime | None, row: NodeRow | IssueRow | MeetingRow
    ) -> Statement:
        if isinstance(row, NodeRow):
            unit, due, done = self._unit_of(row.project), row.planned, row.actual
        else:
            unit = self.units.get(row.responsible or "", one.unit)
            due, done = row.due, row.resolved if isinstance(row, IssueRow) else row.done
        is_resolved = isinstance(row, IssueRow) and row.status == "销号"
        return Statement(
            one.period, one.arrived, replaced, row.project, unit, due, done, is_resolved
        )

    def _latest_year(self, project: str) -> int:
        return max(
            ledger.year
            for ledger in self.facts.district.ledgers
            if project in {row.name for row in ledger.rows}
        )

    def _unit_of(self, project: str) -> str:
        return self.facts.listed(self._latest_year(project))[project].unit

    def left(self, project: str | None) -> datetime | None:
        """When the ledger arrived that no longer lists a project that was not completed."""
        if project not in self._left:
            self._left[project] = self._left_at(project)
        return self._left[project]

    def _left_at(self, project: str | None) -> datetime | None:
        known = {row.name for ledger in self.facts.district.ledgers for row in ledger.rows}
        if project not in known or project is None or self.facts.completed_on(project):
            return None
        year, last = self._latest_year(project), []
        for unit in {ledger.unit for ledger in self.facts.district.ledgers}:
            versions = sorted(
                (
                    one
                    for one in self.facts.district.ledgers
                    if (one.unit, one.year) == (unit, year)
                ),
                key=lambda one: one.arrived,
            )
            listing = [n for n, one in enumerate(versions) if project in {r.name for r in one.rows}]
            if listing and listing[-1] == len(versions) - 1:
                return None
            if listing:
                last.append(versions[listing[-1] + 1].arrived)
        return max(last)

    def _standing(self, key: tuple[Any, ...], at: datetime) -> Statement | None:
        holding = [one for one in self.items[key] if one.holds(at)]
        return max(holding, key=lambda one: spoken_on(one.period, one.arrived), default=None)

    # Notices --------------------------------------------------------------------------------------

    def notices(self) -> dict[tuple[Any, ...], dict[str, Any]]:
        """By kind, item and the date that was missed."""
        today = self.loads[-1].date()
        return {
            (*key, due): self._row(due, kept, today)
            for key in self.items
            for due, kept in self._kept(key).items()
        }

    def _kept(self, key: tuple[Any, ...]) -> dict[date, Kept]:
        """The notices of one item by the date that was missed."""
        drawer: dict[date, Kept] = {}
        for at in self.loads:
            told, today = self._standing(key, at), at.date()
            reason = self._settled(told, at)
            late = None
            if told and told.due and not reason and (today - told.due).days > self.grace_days:
                late = told.due
                self._find_late(drawer.setdefault(late, Kept(today, told.unit)), told, today)
            for due, kept in drawer.items():
                if due != late and not kept.closed:
                    kept.closed, kept.reason = today, reason or "replanned"
                    kept.done = told.done if told and reason == "done" else None
        return drawer

    def _find_late(self, kept: Kept, told: Statement, today: date) -> None:
        kept.unit = told.unit
        if kept.closed:
            kept.closed, kept.reason, kept.done = None, None, None
            kept.reopened += 1
        repetition = (today - kept.issued).days // self.repeat_days
        if repetition and repetition not in kept.repetitions:
            kept.repetitions.add(repetition)
            kept.reminded.append(today)

    def _settled(self, told: Statement | None, at: datetime) -> str | None:
        if told is None:
            return "withdrawn"
        if told.is_resolved or (told.done and told.done <= at.date()):
            return "done"
        left = self.left(told.project)
        return "project_exited" if left and left <= at else None

    def _row(self, due: date, kept: Kept, today: date) -> dict[str, Any]:
        until = kept.done or kept.closed or today
        return {
            "unit_code": kept.unit, "status": "closed" if kept.closed else "open",
            "issued_on": kept.issued, "reminder_count": len(kept.reminded),
            "last_reminded_on": kept.reminded[-1] if kept.reminded else None,
            "closed_on": kept.closed, "close_reason": kept.reason, "done_on": kept.done,
            "days_overdue": max((until - due).days, 0), "reopened_count": kept.reopened,
        }  # fmt: skip

    # Nodes ----------------------------------------------------------------------------------------

    def nodes(self) -> dict[tuple[Any, ...], dict[str, Any]]:
        """By project and node."""
        now = self.loads[-1]
        return {
            key[1:]: self._node(key, told, now.date())
            for key in self.items
            if key[0] == "node" and (told := self._standing(key, now))
        }

    def _node(self, key: tuple[Any, ...], told: Statement, today: date) -> dict[str, Any]:
        assert told.due is not None
        status = self._status(told, today)
        promises = list(self._promises(key))
        done = told.done if status == "done" else None
        return {
            "unit_code": told.unit, "planned_date": told.due, "actual_date": told.done,
            "status": status, "first_planned_date": promises[0],
            "days_overdue": None if status == "dropped" else max(((done or today) - told.due).days, 0),
            "days_until_due": (told.due - today).days
            if status in ("not_due", "due_soon", "due") else None,
            "remind_from": told.due - timedelta(self.reminder_days),
            "is_reminder_due": status in ("due_soon", "due"),
            "replanned_count": sum(a != b for a, b in pairwise(promises)),
        }  # fmt: skip

    def _status(self, told: Statement, today: date) -> str:
        assert told.due is not None
        if told.done and told.done <= today:
            return "done"
        if self.left(told.project):
            return "dropped"
        days = (told.due - today).days
        if days < 0:
            return "overdue"
        return "due" if days == 0 else "due_soon" if days <= self.reminder_days else "not_due"

    def _promises(self, key: tuple[Any, ...]) -> Iterator[date]:
        """The dates that stood, one after another."""
        moments = {m for one in self.items[key] for m in (one.arrived, one.replaced) if m}
        for moment in sorted(moments):
            told = self._standing(key, moment)
            if told is not None and told.due is not None:
                yield told.due


def _with_end(sent: Iterable[Sent[Any]]) -> Iterator[tuple[Sent[Any], datetime | None]]:
    """Each return with the arrival of the one that replaced it."""
    slots: dict[tuple[str, str], list[Sent[Any]]] = {}
    for one in sorted(sent, key=lambda one: one.arrived):
        slots.setdefault((one.unit, one.period), []).append(one)
    for versions in slots.values():
        ends = [*(later.arrived for later in versions[1:]), None]
        yield from zip(versions, ends, strict=True)
