"""Lists of the three batches drawn at random, the rows a load leaves of them, and their rates counted one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from working_ledger_records import periods_of

from pipelines.text import name_key

STAGES = ("signed", "fulfilled", "started", "produced", "at_capacity")
FIELDS = ("signed_on", "fulfilled_on", "started_on", "produced_on", "capacity_on")
RATES = ("fulfilment_rate", "start_rate", "production_rate", "capacity_rate")
SPELLINGS = {
    1: ("第一期", "第1期"),
    2: ("第二期", "2期"),
    3: ("第三期", "三期", "第３期"),
    12: ("第十二期",),
}
YEARS = (2021, 2022)


@dataclass(frozen=True)
class BatchRow:
    """One line of a list; ``dates`` in the order of the stages."""

    cohort: int
    spelling: str
    project: str
    amount: Decimal
    dates: tuple[date | None, ...]


@dataclass(frozen=True)
class BatchList:
    """One accepted return; no two of them arrived at the same second."""

    unit: str
    period: str
    arrived: datetime
    rows: tuple[BatchRow, ...]


def draw(seed: int) -> list[BatchList]:
    """Lists by month of two units, some sent twice; a project may be in several cohorts and on both units' lists."""
    random = Random(seed)
    lists = []
    for number, unit in enumerate(("fagai", "shangwu")):
        for month in (3, 5, 7):
            for attempt in range(random.choice((1, 1, 2))):
                arrived = datetime(2022, month + 1, 3 + attempt, 9, number)
                rows = tuple(_rows(random, unit))
                lists.append(BatchList(unit, f"2022-{month:02}", arrived, rows))
    return lists


def _rows(random: Random, unit: str) -> Iterator[BatchRow]:
    for cohort, spellings in SPELLINGS.items():
        spelling = random.choice(spellings)
        for number in range(12):
            if random.random() < 0.6:
                name = f"项目{number}" if number < 6 else f"{unit}项目{number}"
                amount = Decimal(random.randrange(10_000, 500_000)) / 10
                yield BatchRow(cohort, spelling, name, amount, tuple(_dates(random)))


def _dates(random: Random) -> Iterator[date | None]:
    """Mostly in order, now and then left out, some still to come."""
    day = date(2021, 11, 1) + timedelta(random.randrange(150))
    for _ in STAGES:
        yield day if random.random() < 0.75 else None
        day += timedelta(random.randrange(-5, 120))


def raw_rows(lists: list[BatchList]) -> dict[str, list[dict[str, Any]]]:
    receipts: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    in_slot: dict[tuple[str, str], dict[str, Any]] = {}
    for number, sent in enumerate(sorted(lists, key=lambda one: one.arrived), 1):
        name = f"batch{number:03}"
        earlier = in_slot.get((sent.unit, sent.period))
        receipt = {
            "receipt_id": name, "load_id": "1", "unit_code": sent.unit,
            "inbox_path": f"{sent.unit}/{name}.xlsx", "file_name": f"{name}.xlsx",
            "sha256": f"{name:>64}", "size_bytes": 1, "file_modified_at": sent.arrived,
            "modified_ns": 0, "received_at": sent.arrived, "is_inbox_cleared": True,
            "status": "accepted", "form_id": "three_batches", "period": sent.period,
            "is_restricted": False, "version_no": earlier["version_no"] + 1 if earlier else 1,
            "superseded_by": None, "is_answered": True,
        }  # fmt: skip
        if earlier:
            earlier["superseded_by"] = name
        in_slot[sent.unit, sent.period] = receipt
        receipts.append(receipt)
        rows += [
            {"receipt_id": name, "sheet": "Sheet1", "block_no": 1, "row_number": place,
             "cohort": row.spelling, "project_name": row.project,
             "project_name_key": name_key(row.project), "contract_wanyuan": row.amount}
            | dict(zip(FIELDS, row.dates, strict=True))
            for place, row in enumerate(sent.rows, 4)
        ]  # fmt: skip
    return {"receipts": receipts, "three_batches": rows}


class Cohorts:
    """What stands of every cohort and project: the row of the list accepted last, of those in force."""

    def __init__(self, lists: list[BatchList]) -> None:
        in_force = {
            (one.unit, one.period): one for one in sorted(lists, key=lambda one: one.arrived)
        }
        self.standing: dict[tuple[int, str], BatchRow] = {}
        self.names: dict[int, str] = {}
        last: dict[int, datetime] = {}
        for sent in sorted(in_force.values(), key=lambda one: one.arrived):
            for row in sent.rows:
                self.standing[row.cohort, row.project] = row
        for sent in in_force.values():
            for row in sent.rows:
                stands = self.standing[row.cohort, row.project] is row
                if stands and sent.arrived >= last.get(row.cohort, datetime.min):
                    last[row.cohort], self.names[row.cohort] = sent.arrived, row.spelling

    def rates(self, today: date) -> dict[tuple[str, str], dict[str, Any]]:
        """By cohort and period: every count, amount and rate as of that day."""
        return {
            (self.names[cohort], period.name): self._counted(rows, min(period.last, today))
            for cohort in self.names
            for rows in [[row for (one, _), row in self.standing.items() if one == cohort]]
            for first in [min(day for row in rows for day in row.dates if day and day <= today)]
            for year in YEARS
            for period in periods_of(year)
            if period.first <= today and first <= period.last
        }

    @staticmethod
    def _counted(rows: list[BatchRow], day: date) -> dict[str, Any]:
        counted: dict[str, Any] = {"listed_count": len(rows)}
        numbers = []
        for place, stage in enumerate(STAGES):
            reached = [row for row in rows if (on := row.dates[place]) is not None and on <= day]
            numbers.append(len(reached))
            counted[f"{stage}_count"] = len(reached)
            counted[f"{stage}_wanyuan"] = sum((row.amount for row in reached), Decimal(0))
        for rate, before, after in zip(RATES, numbers, numbers[1:], strict=False):
            counted[rate] = Fraction(after, before) if before else None
        return counted
