"""Node plans of the invented district, drawn at random: promised, moved, done, taken back, left out; and the days
on which the district loaded what had arrived."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any

from working_ledger_records import Sent

from pipelines.text import name_key


@dataclass(frozen=True)
class NodeRow:
    project: str
    node: str
    planned: date
    actual: date | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.project, self.node


class NodeDrawing:
    """``projects`` are names that ledgers know. Two units keep plans, now and then of the same nodes."""

    def __init__(self, random: Random, projects: Sequence[str], begins: date, ends: date) -> None:
        self.random = random
        self._begins, self._ends = begins, ends
        self._projects = random.sample(list(projects), min(40, len(projects)))
        self._seconds = count()
        self.plans: list[Sent[Any]] = [
            *self._versions("D1", [f"{begins.year + 1}"] * 9),
            *self._versions("T1", [f"{begins.year + 1}-{month:02}" for month in (2, 2, 4, 5, 5)]),
        ]
        self.loads = [
            datetime.combine(self._day(), time(random.choice((9, 18)))) for _ in range(random.randint(35, 50))
        ]  # fmt: skip

    def _day(self) -> date:
        return self._begins + timedelta(self.random.randint(0, (self._ends - self._begins).days))

    def _versions(self, unit: str, periods: Sequence[str]) -> Iterator[Sent[Any]]:
        rows = [
            NodeRow(project, node, self._day() + timedelta(self.random.randint(0, 25)))
            for project in self._projects
            for node in self.random.sample(("基础", "封顶", "验收", "投产"), 2)
        ]
        for period, day in zip(periods, sorted(self._day() for _ in periods), strict=True):
            rows = [self._said_anew(row, day) for row in rows]
            arrived = datetime.combine(day, time(7)) + timedelta(seconds=next(self._seconds))
            listed = tuple(row for row in rows if self.random.random() < 0.9)
            yield Sent(unit, period, arrived, listed)

    def _said_anew(self, row: NodeRow, day: date) -> NodeRow:
        chance = self.random.random()
        if chance < 0.12:
            return replace(row, planned=row.planned + timedelta(self.random.randint(-20, 40)))
        if chance < 0.35:
            return replace(row, actual=day + timedelta(self.random.randint(-30, 5)))
        if chance < 0.4:
            return replace(row, actual=None)
        return row


def node_values(row: NodeRow) -> dict[str, Any]:
    """The row as a load leaves it in ``raw.node_plan``."""
    return {
        "project_name": row.project, "project_name_key": name_key(row.project), "node_name": row.node,
        "node_name_key": name_key(row.node), "planned_date": row.planned, "actual_date": row.actual,
    }  # fmt: skip
