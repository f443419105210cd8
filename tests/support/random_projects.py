"""Projects of an invented district over two years, and its ledgers, drawn at random.

Everything the contract leaves open is avoided: names are unique, no project is in two ledgers in force at
once, only a project with a code changes its unit, reserve projects have no dates, whoever is completed began.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from random import Random

import random_policies as policies
from policy_reference.records import Ledger, LedgerRow

YEARS = {2024: range(1, 13), 2025: range(1, 7)}
TOTALS = ("300", "499.9999", "500", "800", "4999.9999", "5000", "8000", "9999.9999", "10000", "12000",
          "36000", "50000", "60000", "100000", "150000", "200000", "260000")  # fmt: skip
PLANS = ("600", "1200", "1200", "2400", "3600", "12000", "0")
OWNERS = tuple(u.code for u in policies.UNITS if u.code not in ("S1", "tongji"))
UNVERIFIED = (2024, 9)  # no register came


@dataclass
class Life:
    """One project over both years: rows of its ledgers by year, and its dates."""

    row: LedgerRow
    years: dict[int, LedgerRow] = field(default_factory=dict)
    start: date | None = None
    completion: date | None = None
    verified_start: date | None = None
    verified_completion: date | None = None
    pace: int = 8


def _day(random: Random, year: int, month: int) -> date:
    return date(
        year, month, random.choice((1, 10, 15, 16, 20, calendar.monthrange(year, month)[1]))
    )


def _maybe(random: Random, chance: float, value):
    return value if random.random() < chance else None


class Register:
    """The projects of both years and the ledgers that list them."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.lives: list[Life] = []
        self.left: dict[tuple[int, str], int] = {}  # (year, project) → month of its exit
        for number in range(150):
            self._draw(number)
        self._draw_packages()
        self.ledgers = [one for year in YEARS for one in self._ledgers(year)]

    # Projects ------------------------------------------------------------------------------------

    def _draw(self, number: int) -> None:
        random = self.random
        first = 2024 if number < 95 else 2025
        unit = random.choice(OWNERS)
        row = LedgerRow(
            f"项目{number:04}", f"{first}-330199-48-03-{number:06}" if number % 4 else None, unit, "新开工",
            Decimal(random.choice(TOTALS)), Decimal(random.choice(PLANS)) if random.random() < 0.9 else None,
            tier=random.choice(("省级", "市级", "区级", None)), category=random.choice(("工业", "民生", None)),
            township=random.choice(("第一镇", "第二镇", None)),
        )  # fmt: skip
        life = Life(row, pace=random.choice((0, 4, 5, 8, 10, 12)))
        kind = random.choice(("new", "new", "new", "late", "carried", "dated", "reserve"))
        {"new": self._new, "late": self._late, "carried": self._carried, "dated": self._dated,
         "reserve": self._reserved}[kind](life, first)  # fmt: skip
        self._complete(life, first)
        if first == 2024 and random.random() < 0.7:
            life.years[2025] = self._next_year(life)
        self.lives.append(life)

    def _new(self, life: Life, year: int) -> None:
        """Planned for the year, mostly started: early, on time or late; verified, reported or both."""
        random = self.random
        months = YEARS[year]
        planned = _day(random, year, random.choice(range(1, 13)))
        ends = date(year + random.choice((0, 0, 1, 2)), 12, 1)
        life.row = replace(life.row, planned_start=planned, planned_completion=ends)
        life.years[year] = life.row
        if random.random() < 0.8:
            day = _day(random, year, random.choice(months))
            life.start = _maybe(random, 0.85, day)
            verified = _day(random, year, min(months[-1], day.month + random.choice((0, 0, 1))))
            life.verified_start = _maybe(random, 0.6, verified)
            if life.verified_start and (year, verified.month) == UNVERIFIED:
                life.start = day

    def _late(self, life: Life, year: int) -> None:
        """Planned for an earlier year or for no date at all; begins in the year or not."""
        random = self.random
        planned = random.choice((None, date(year - 1, 11, 1)))
        life.row = replace(
            life.row,
            planned_start=planned,
            planned_completion=_maybe(random, 0.7, date(year, 5, 31)),
        )
        life.years[year] = life.row
        if random.random() < 0.6:
            life.start = _day(random, year, random.choice(YEARS[year]))

    def _carried(self, life: Life, year: int) -> None:
        """Begun before the year, nobody says when."""
        nature, prior = self.random.choice(
            (("续建", None), ("续建", "900"), ("新开工", "250"), ("竣工投产", "700"))
        )
        life.row = replace(life.row, nature=nature, prior=prior and Decimal(prior), planned_completion=date(year, self.random.choice((3, 6, 11)), 30))  # fmt: skip
        life.years[year] = life.row

    def _dated(self, life: Life, year: int) -> None:
        """Begun in an earlier year, with its date."""
        life.start = date(year - self.random.choice((1, 2)), 6, 10)
        life.row = replace(life.row, nature="续建", planned_start=date(year - 2, 5, 1), planned_completion=date(year, 4, 30))  # fmt: skip
        life.years[year] = life.row

    def _reserved(self, life: Life, year: int) -> None:
        life.row = replace(life.row, nature="储备", plan=None)
        life.years[year] = life.row

    def _complete(self, life: Life, year: int) -> None:
        random, row = self.random, life.row
        begun = life.verified_start or life.start
        if row.nature == "储备" or (begun is None and row.nature == "新开工" and not row.prior):
            return
        if random.random() < 0.45:
            first = begun.month + 1 if begun and begun.year == year else 2
            if first in YEARS[year]:
                day = _day(random, year, random.randint(first, YEARS[year][-1]))
                life.completion = _maybe(random, 0.85, day)
                life.verified_completion = _maybe(random, 0.5, day.replace(day=25))

    def _next_year(self, life: Life) -> LedgerRow:
        """In the next year's ledger: begun ones are continued; some with another size, plan or unit."""
        random, row = self.random, life.row
        begun = life.start or life.verified_start or row.prior or row.nature == "续建"
        more = {"plan": Decimal(random.choice(PLANS))} if row.nature != "储备" else {}
        if random.random() < 0.25:
            more["total"] = Decimal(random.choice(TOTALS))
        if row.code and random.random() < 0.3:
            more["unit"] = random.choice(OWNERS)
        if row.nature == "储备" and random.random() < 0.3:
            more |= {"nature": "新开工", "planned_start": date(2025, 3, 1), "plan": Decimal(1200)}
            life.start = _maybe(random, 0.7, _day(random, 2025, 4))
        elif begun:
            more |= {"nature": "续建", "prior": Decimal(1000)}
        elif row.nature == "新开工" and random.random() < 0.6:
            life.start = _day(random, 2025, random.randint(1, 6))
            more |= {
                "planned_start": random.choice(
                    (row.planned_start, date(2025, 4, 1), date(2025, 9, 1))
                )
            }
        return replace(row, **more)

    def _draw_packages(self) -> None:
        """Packages and their parts, both reported on; one is a package in name only."""
        for number, parts in enumerate((3, 2, 2, 0)):
            unit, name = OWNERS[number * 2], f"打包{number:04}"
            common = {"unit": unit, "nature": "续建", "tier": "区级", "prior": Decimal(50)}
            parent = LedgerRow(name, None, total=Decimal(20000), plan=Decimal(2400), **common)
            part = replace(parent, total=Decimal(6000), plan=Decimal(1200), package=name)
            rows = [parent, *(replace(part, name=f"部分{number}{n:03}") for n in range(parts))]
            for row in rows:
                self.lives.append(Life(row, {2024: row, 2025: row}, pace=9))
            if parts:
                begun = replace(
                    rows[-1], nature="新开工", prior=None, planned_start=date(2024, 3, 1)
                )
                late = replace(begun, nature="续建", prior=Decimal(300))
                self.lives[-1] = Life(
                    begun, {2024: begun, 2025: late}, start=date(2024, 4, 16), pace=9
                )
                self.lives[-1 - parts].start = date(2024, 2, 20)

    # Ledgers -------------------------------------------------------------------------------------

    def _ledgers(self, year: int) -> list[Ledger]:
        """One list a unit; some are sent again: without a project, with another plan, with a moved one."""
        by_unit: dict[str, list[LedgerRow]] = {unit: [] for unit in OWNERS}
        for life in self.lives:
            if year in life.years:
                by_unit[life.years[year].unit].append(life.years[year])
        ledgers = []
        moving: list[
            LedgerRow
        ] = []  # dropped by one unit, taken up by the next one's list of that day
        for number, (unit, rows) in enumerate(by_unit.items()):
            if not rows:
                continue
            ledgers.append(Ledger(unit, year, datetime(year, 1, 12, 9, number), tuple(rows)))
            if number % 2 == 0:
                later, dropped = self._revised(year, rows)
                arrived = [replace(row, unit=unit) for row in moving]
                later = (*later, *arrived)
                for row in arrived:
                    self.lives_by_name[row.name].years[year] = row
                    self.left.pop((year, row.name))
                moving = [row for row in dropped if row.code and number % 4 == 2]
                ledgers.append(Ledger(unit, year, datetime(year, 4, 20, 9, number), later))
                if number % 4 == 0:
                    back = [replace(r, plan=Decimal(2400)) for r in dropped[:1]]
                    for row in back:
                        self.lives_by_name[row.name].years[year] = row
                        self.left.pop((year, row.name))
                    ledgers.append(Ledger(unit, year, datetime(year, 6, 5, 9, number), (*later, *back)))  # fmt: skip
        return ledgers

    @property
    def lives_by_name(self) -> dict[str, Life]:
        return {life.row.name: life for life in self.lives}

    def _revised(self, year: int, rows: list[LedgerRow]):
        """The list of April; the exits are noted, so that nobody reports on them afterwards."""
        random = self.random
        single = [r for r in rows if r.package is None and not r.name.startswith("打包")]
        dropped = random.sample(single, min(len(single), random.choice((1, 2))))
        later = []
        for row in rows:
            if row in dropped:
                self.left[year, row.name] = 4
                self._stop(self.lives_by_name[row.name], date(year, 4, 1))
                continue
            new = row
            if row in single and row.code and random.random() < 0.15:
                new = replace(row, unit=random.choice(OWNERS))
            elif row.plan and random.random() < 0.2:
                new = replace(row, plan=row.plan + 600)
            self.lives_by_name[row.name].years[year] = new
            later.append(new)
        return tuple(later), dropped

    @staticmethod
    def _stop(life: Life, day: date) -> None:
        """What has left the list neither begins nor ends afterwards in that year."""
        for kind in ("start", "completion", "verified_start", "verified_completion"):
            dated = getattr(life, kind)
            if dated is not None and dated >= day and dated.year == day.year:
                setattr(life, kind, None)
