"""A home with years of returns behind it: what a day's load costs there, and whether it is the same as anew.

Twenty townships (or as many as asked for) report every month on thirty projects each; some months come twice. The
files depend on their place in the story only, so that a story can be continued day by day.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from homes import a_home, drop
from openpyxl import Workbook

from pipelines.settings import Home

_UNITS_HEADER = "unit_code,unit_name,unit_type,aliases,assessed,group,contacts,valid_from,valid_to"
_PLAN_HEADER = "form_id,unit_code,cadence,due_rule,first_period,last_period,skip_months"
_LEDGER = (
    "序号", "项目代码", "项目名称", "项目级别", "建设性质", "总投资（万元）", "本年计划投资（万元）",
    "计划开工时间", "计划竣工时间", "责任单位",
)  # fmt: skip
_REPORT = (
    "序号", "项目代码", "项目名称", "本月完成投资（万元）", "本年累计完成投资（万元）", "形象进度",
    "实际开工时间",
)  # fmt: skip
_STATISTICS = (
    "序号",
    "统计库项目编码",
    "项目名称",
    "项目代码",
    "计划总投资（万元）",
    "自年初累计完成投资（万元）",
)


@dataclass(frozen=True)
class Arrival:
    """One file: where it is dropped, when, and its bytes."""

    inbox_path: str
    at: datetime
    data: bytes


@dataclass(frozen=True)
class LongStory:
    """Years of returns from ``first_year`` on; ``units`` townships with ``projects`` projects each.

    ``resent`` is the share of months that come twice; without ``statistics`` the bureau sends nothing.
    """

    units: int = 20
    projects: int = 30
    first_year: int = 2016
    resent: float = 0.1
    statistics: bool = True

    def home(self, root: Path) -> Home:
        """A home whose inbox is still empty."""
        units = [_UNITS_HEADER]
        units += [f"{u},{self._name(u)},township,,true,townships,,," for u in self._codes()]
        units.append("tongji,统计局,statistics,,false,,,,")
        plan = [_PLAN_HEADER]
        plan += [f"progress_report,{u},monthly,+5wd,{self.first_year}-01,," for u in self._codes()]
        toml = f'[district]\nname = "长年区"\ncode = "130871"\nreporting_year = {self.first_year}\n'
        return a_home(root, units="\n".join(units) + "\n", plan="\n".join(plan) + "\n", toml=toml)

    def month(self, number: int) -> Iterator[Arrival]:
        """What arrives after the month with this number, counted from 0; in January the ledgers come too."""
        year, month = self.first_year + number // 12, number % 12 + 1
        period = f"{year}年{month}月"
        after = datetime(year, month, 28) + timedelta(days=9)
        for unit in self._codes():
            if month == 1:
                yield Arrival(f"{unit}/{year}台账.xlsx", after, self._ledger(unit, year))
            for version in range(1, 3 if Random(f"{unit}{number}").random() < self.resent else 2):
                at = after + timedelta(minutes=version)
                name = f"{unit}/{year}-{month:02}进展{version}.xlsx"
                yield Arrival(name, at, self._report(unit, number, period, version))
        if self.statistics:
            data = self._statistics(number, period)
            yield Arrival(f"tongji/{year}-{month:02}统计.xlsx", after, data)

    def _codes(self) -> list[str]:
        return [f"u{number:02}" for number in range(self.units)]

    def _name(self, unit: str) -> str:
        return f"第{unit[1:]}镇"

    def _project(self, unit: str, number: int, year: int) -> tuple[str, str]:
        """Code and name: projects live three years, a third of them is new each year."""
        born = year - (number + year) % 3
        code = f"{born}-130871-48-03-{int(unit[1:]) * self.projects + number:06}"
        return code, f"{self._name(unit)}{born}年{number}号标准厂房项目"

    def _total(self, code: str) -> Decimal:
        return Decimal(Random(code).randrange(400, 90_000))

    def _ledger(self, unit: str, year: int) -> bytes:
        rows = []
        for number in range(self.projects):
            code, name = self._project(unit, number, year)
            born, total = int(code[:4]), self._total(code)
            nature = "新开工" if born == year else "续建"
            rows.append(
                (
                    number + 1, code, name, "市级", nature, total, (total / 3).quantize(Decimal(1)),
                    f"{born}-03-01", f"{born + 2}-11-01", self._name(unit),
                )
            )  # fmt: skip
        return _workbook(f"{year}年重点项目台账", self._name(unit), _LEDGER, rows)

    def _ytd(self, code: str, month: int) -> Decimal:
        plan = self._total(code) / 3
        return (
            plan * month / 12 * Decimal(Random(code + "pace").randrange(60, 120)) / 100
        ).quantize(Decimal("0.1"))

    def _report(self, unit: str, number: int, period: str, version: int) -> bytes:
        year, month = self.first_year + number // 12, number % 12 + 1
        rows = []
        for place in range(self.projects):
            code, name = self._project(unit, place, year)
            ytd = self._ytd(code, month) + (place % 7 if version > 1 else 0)
            before = self._ytd(code, month - 1) if month > 1 else Decimal(0)
            started = f"{code[:4]}-{3 + place % 5:02}-15"
            is_started = int(code[:4]) < year or month >= 3 + place % 5
            rows.append(
                (
                    place + 1, code, name, ytd - before, ytd, f"完成{month * 8}%",
                    started if is_started else None,
                )
            )  # fmt: skip
        return _workbook(f"重点项目进展情况表（{period}）", self._name(unit), _REPORT, rows)

    def _statistics(self, number: int, period: str) -> bytes:
        year, month = self.first_year + number // 12, number % 12 + 1
        rows = []
        for unit in self._codes():
            for place in range(0, self.projects, 2):
                code, name = self._project(unit, place, year)
                ytd = self._ytd(code, month) - place % 4
                total = self._total(code)
                rows.append(
                    (len(rows) + 1, f"TJ{code[:4]}{unit}{place:03}", name, code, total, max(ytd, 0))
                )
        return _workbook(f"固定资产投资项目统计明细（{period}）", "统计局", _STATISTICS, rows)


def drop_months(home: Home, story: LongStory, months: range) -> datetime:
    """Put months of the story into the inbox; the moment by which all of them are there."""
    last = None
    for number in months:
        for arrival in story.month(number):
            drop(home, arrival.inbox_path, arrival.data, arrival.at)
            last = max(last or arrival.at, arrival.at)
    assert last is not None
    return last + timedelta(hours=1)


def _workbook(title: str, unit: str, headings: tuple[str, ...], rows: list[tuple]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    sheet.append([title])
    sheet.append([f"填报单位：{unit}"])
    sheet.append(headings)
    for row in rows:
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
