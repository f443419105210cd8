"""A district drawn at random: what its units sent in two years, as plain records.

Nobody reports on a project that has left the list; units and projects are left out of some reports. After the
last month only the first half of the next is reported.
"""

from __future__ import annotations

import calendar
from datetime import date, datetime
from decimal import Decimal
from random import Random

import random_policies as policies
from policy_reference.records import (
    CrossTable,
    District,
    Report,
    ReportRow,
    ReserveEntry,
    ReserveList,
    Statistics,
    Verification,
)
from random_projects import OWNERS, TOTALS, UNVERIFIED, YEARS, Life, Register

HALF_MONTHLY = ("T1", "T2", "D3", "Z1")
SILENT = {
    ("T3", "2024-07"),
    ("T3", "2024-08"),
    ("D2", "2025-03"),
    ("T6", "2025-06"),
    ("T2", "2024-05-H2"),
}
FIRST_HALF_ONLY = (2025, 7)


class Drawing:
    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.register = Register(self.random)
        self.lives, self.left = self.register.lives, self.register.left

    def district(self) -> District:
        busy = [life.years[2024] for life in self.lives if 2024 in life.years]
        time_progress = self.random.choice(("linear_month", "linear_day", "phased"))
        return District(
            units=policies.UNITS, time_progress=time_progress, lights="half_monthly",
            ledgers=tuple(self.register.ledgers), reports=tuple(self._reports()),
            verifications=tuple(self._verifications()), targets=tuple(self._targets()),
            indicator_reports=tuple(self._indicator_reports()), reserves=tuple(self._reserves()),
            statistics=tuple(self._statistics()), indicators=policies.INDICATORS,
            score_rules=policies.SCORE_RULES, size_weights=policies.SIZE_WEIGHTS,
            light_rules=policies.LIGHT_RULES, awards=policies.AWARDS, vetoes=policies.VETOES,
            waivers=policies.waivers(self.random.sample(busy, 5)),
            phased=dict(self._phased()) if time_progress == "phased" else None,
        )  # fmt: skip

    def _reports(self):
        random = self.random
        figures: dict[str, Decimal] = {}
        for year, months in YEARS.items():
            figures.clear()
            for month in (*months, *(m for y, m in [FIRST_HALF_ONLY] if y == year)):
                for unit in OWNERS:
                    for half in self._parts(unit, year, month):
                        period = f"{year}-{month:02}{half}"
                        if (unit, period) in SILENT or (unit, period[:7]) in SILENT:
                            continue
                        rows = [
                            self._reported(life, period, figures)
                            for life in self.lives
                            if self._is_reported(life, unit, year, month) and random.random() < 0.93
                        ]
                        if rows:
                            last = calendar.monthrange(year, month)[1]
                            arrived = datetime(year, month, 16 if half == "-H1" else last, 18)
                            yield Report(unit, period, arrived, tuple(rows))

    @staticmethod
    def _parts(unit: str, year: int, month: int) -> tuple[str, ...]:
        if unit in HALF_MONTHLY:
            return ("-H1",) if (year, month) == FIRST_HALF_ONLY else ("-H1", "-H2")
        return () if (year, month) == FIRST_HALF_ONLY else ("",)

    def _phased(self):
        """What most projects should have done by a month's end, with months left open."""
        random = self.random
        for life in self.lives:
            for year, row in life.years.items():
                if random.random() < 0.2:
                    continue
                planned = Decimal(0)
                for month in range(1, 13):
                    planned += (row.plan or Decimal(600)) * random.choice((0, 1, 1, 2)) / 16
                    if random.random() < 0.9:
                        yield (row.name, f"{year}-{month:02}"), planned.quantize(Decimal("0.0001"))

    def _is_reported(self, life: Life, unit: str, year: int, month: int) -> bool:
        row = life.years.get(year)
        if row is None or row.unit != unit or row.nature == "储备":
            return False
        if month >= self.left.get((year, row.name), 13):
            return False
        done = life.verified_completion or life.completion
        is_over = done is not None and (done.year, done.month) < (year, month)
        return not is_over or life.pace in (4, 8)

    def _reported(self, life: Life, period: str, figures: dict[str, Decimal]) -> ReportRow:
        year, month = int(period[:4]), int(period[5:7])
        end = date(
            year, month, 15 if period.endswith("-H1") else calendar.monthrange(year, month)[1]
        )
        plan = life.years[year].plan or Decimal(1200)
        begun = life.start or life.verified_start
        step = Decimal(life.pace if begun is None or begun <= end else 0)
        step = step / 2 if period[7:] else step
        figures[life.row.name] = figures.get(life.row.name, Decimal(0)) + plan * step / 96
        start = life.start if life.start and life.start <= end else None
        if start and life.pace == 10 and month % 3 == 0:
            start = start.replace(day=5)  # corrected by a later report
        completion = life.completion if life.completion and life.completion <= end else None
        keeps = self.random.random() < 0.8
        ytd = figures[life.row.name].quantize(Decimal("0.0001"))
        return ReportRow(life.row.name, ytd, start if keeps or completion else None, completion)

    def _verifications(self):
        for year, months in YEARS.items():
            for month in months:
                if (year, month) == UNVERIFIED:
                    continue
                rows = []
                for life in self.lives:
                    start, completion = (
                        day if day and (day.year, day.month) == (year, month) else None
                        for day in (life.verified_start, life.verified_completion)
                    )
                    if completion:  # whoever is completed was seen to begin
                        rows.append((life.row.name, life.verified_start or life.start, completion))
                    elif start:
                        rows.append((life.row.name, start, None))
                    elif life.verified_start and life.pace == 12 and life.verified_start.month + 1 == month and life.verified_start.year == year:  # fmt: skip
                        rows.append((life.row.name, life.verified_start.replace(day=2), None))
                last = calendar.monthrange(year, month)[1]
                yield Verification(policies.VERIFIER, f"{year}-{month:02}", datetime(year, month, last, 20), tuple(rows))  # fmt: skip

    def _statistics(self):
        entered: set[str] = {
            life.row.name for life in self.lives if life.row.name.startswith("打包")
        }
        for year, months in YEARS.items():
            for month in months:
                for life in self.lives:
                    begun = life.verified_start or life.start
                    if (
                        begun
                        and (begun.year, begun.month) <= (year, month)
                        and self.random.random() < 0.2
                    ):
                        entered.add(life.row.name)
                if month == 1 or (year, month) == (2024, 6):
                    continue
                last = calendar.monthrange(year, month)[1]
                yield Statistics(
                    f"{year}-{month:02}", datetime(year, month, last, 21), frozenset(entered)
                )

    def _targets(self):
        """Two tables of the year, one of them sent again in part; another submitter corrects some targets."""
        random = self.random
        groups = [
            [i.indicator_id for i in policies.INDICATORS[:6]],
            [i.indicator_id for i in policies.INDICATORS[6:]],
        ]
        for year in YEARS:
            for number, columns in enumerate(groups):
                values = {
                    (unit, column): self._a_target(column)
                    for unit in OWNERS for column in columns if random.random() < 0.88
                }  # fmt: skip
                yield CrossTable(policies.TARGETS_FROM, str(year), datetime(year, 1, 20, 8, number), tuple(columns), values)  # fmt: skip
            again = ("starts", "tax")
            values = {(unit, c): self._a_target(c) for unit in OWNERS[1:] for c in again}
            yield CrossTable(
                policies.TARGETS_FROM, str(year), datetime(year, 3, 2, 8), again, values
            )
            other = {(unit, "funds"): Decimal(500) for unit in OWNERS[3:6]}
            yield CrossTable(
                policies.OTHER_TARGETS_FROM, str(year), datetime(year, 2, 2, 8), ("funds",), other
            )

    def _a_target(self, column: str) -> Decimal:
        unit = next(i.measure_unit for i in policies.INDICATORS if i.indicator_id == column)
        drawn = {
            "个": ("1", "2", "2", "4", "0"),
            "%": ("100",),
            "万元": ("1000", "2000", "4000", "0"),
        }
        return Decimal(self.random.choice(drawn[unit]))

    def _indicator_reports(self):
        random = self.random
        for year, months in YEARS.items():
            for month in months:
                period = f"{year}-{month:02}"
                senders = (("S1", ("tax",)), ("D2", ("funds", "starts")), ("D4", ("progress_share",)), ("T7", ("progress_share", "tax")))  # fmt: skip
                for number, (submitter, columns) in enumerate(senders):
                    if random.random() < 0.1:
                        continue
                    values = {
                        (unit, column): Decimal(random.choice(("0", "100", "250", "500", "1000", "85.5")))
                        for unit in OWNERS for column in columns if random.random() < 0.9
                    }  # fmt: skip
                    arrived = datetime(year, month, 28, 10, number)
                    yield CrossTable(submitter, period, arrived, columns, values)
                    if random.random() < 0.15 and len(columns) == 2:
                        values = {(unit, columns[0]): Decimal(300) for unit in OWNERS[::2]}
                        yield CrossTable(
                            submitter, period, arrived.replace(hour=12), columns[:1], values
                        )

    def _reserves(self):
        random = self.random
        for year in YEARS:
            known = [life.years[year] for life in self.lives if year in life.years and life.years[year].nature == "储备"]  # fmt: skip
            for number, unit in enumerate(OWNERS[:10]):
                entries = [
                    ReserveEntry(f"谋划{year}{unit}{n}", Decimal(random.choice(TOTALS)), random.choice((unit, unit, OWNERS[-1])))
                    for n in range(random.randint(0, 4))
                ]  # fmt: skip
                entries += [ReserveEntry(r.name, r.total, r.unit) for r in known if r.unit == unit][
                    :1
                ]
                yield ReserveList(unit, year, datetime(year, 2, 3, 8, number), tuple(entries))
                if number == 3:
                    yield ReserveList(unit, year, datetime(year, 5, 3, 8), tuple(entries[1:]))


def draw(seed: int) -> District:
    return Drawing(seed).district()
