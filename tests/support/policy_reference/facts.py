"""Which projects are there at a period's end, in which state, with which figures (contract §7, Facts)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from policy_reference.records import (
    District,
    Ledger,
    LedgerRow,
    Report,
    last_day,
    month_of,
    year_of,
)


@dataclass(frozen=True)
class Standing:
    """A listed project at a period's end."""

    row: LedgerRow
    status: str  # reserve, not_started, under_construction, completed
    is_carried_over: bool
    is_package_parent: bool


class Facts:
    def __init__(self, district: District) -> None:
        self.district = district
        self._standings: dict[str, list[Standing]] = {}

    @cached_property
    def months(self) -> list[str]:
        """Months with some monthly (or half-monthly) return in force."""
        return sorted({period[:7] for period in self._reported_periods})

    @cached_property
    def _reported_periods(self) -> set[str]:
        d = self.district
        found = {report.period for report in d.reports}
        found |= {v.month for v in d.verifications} | {s.month for s in d.statistics}
        return found | {table.period for table in d.indicator_reports}

    @cached_property
    def _listed(self) -> dict[int, dict[str, LedgerRow]]:
        return {year: self._list(year) for year in {one.year for one in self.district.ledgers}}

    def listed(self, year: int) -> dict[str, LedgerRow]:
        """Every project of the year: as the ledger in force has it, or as the last one that listed it had it."""
        return self._listed.get(year, {})

    @cached_property
    def _versions(self) -> dict[tuple[int, str], list[Ledger]]:
        versions: dict[tuple[int, str], list[Ledger]] = {}
        for ledger in sorted(self.district.ledgers, key=lambda one: one.arrived):
            versions.setdefault((ledger.year, ledger.unit), []).append(ledger)
        return versions

    def _list(self, year: int) -> dict[str, LedgerRow]:
        rows: dict[str, LedgerRow] = {}
        in_force: dict[str, LedgerRow] = {}
        for (ledger_year, _), versions in self._versions.items():
            if ledger_year == year:
                for ledger in versions:
                    rows |= {row.name: row for row in ledger.rows}
                in_force |= {row.name: row for row in versions[-1].rows}
        return rows | in_force

    def exit_month(self, year: int, name: str) -> str | None:
        """The month in which the newer ledger arrived that no longer lists the project."""
        left: list[str] = []
        for (ledger_year, _), versions in self._versions.items():
            if ledger_year != year:
                continue
            listing = [i for i, one in enumerate(versions) if name in {r.name for r in one.rows}]
            if listing and listing[-1] == len(versions) - 1:
                return None
            if listing:
                left.append(f"{versions[listing[-1] + 1].arrived:%Y-%m}")
        return max(left) if left else None

    def parents(self, year: int) -> set[str]:
        """Packages whose parts are listed."""
        return {row.package for row in self.listed(year).values() if row.package}

    @cached_property
    def _known(self) -> dict[int, list[LedgerRow]]:
        years = sorted({ledger.year for ledger in self.district.ledgers})
        known = {}
        for year in years:
            rows: dict[str, tuple[int, LedgerRow]] = {}
            for one in (*(other for other in years if other != year), year):
                rows |= {name: (one, row) for name, row in self.listed(one).items()}
            parents = {one: self.parents(one) for one in years}
            known[year] = [row for one, row in rows.values() if row.name not in parents[one]]
        return known

    def known(self, year: int) -> list[LedgerRow]:
        """Every project that is no package of listed parts: as that year's ledger has it, else as the latest does."""
        return self._known.get(year, [])

    @cached_property
    def _in_force(self) -> dict[tuple[str, str], Report]:
        latest: dict[tuple[str, str], Report] = {}
        for report in sorted(self.district.reports, key=lambda one: one.arrived):
            latest[report.unit, report.period] = report
        return latest

    @cached_property
    def _figures(self) -> dict[tuple[str, str], Decimal]:
        """(project, period as reported) → year-to-date."""
        return {
            (row.name, period): row.ytd
            for (_, period), report in self._in_force.items()
            for row in report.rows
        }

    @cached_property
    def first_halves(self) -> set[str]:
        return {period for period in self._reported_periods if period.endswith("-H1")}

    @cached_property
    def second_halves(self) -> set[str]:
        """Those of months of which more than the first half was reported."""
        return {f"{period[:7]}-H2" for period in self._reported_periods - self.first_halves}

    def ytd(self, name: str, period: str) -> Decimal | None:
        """The figure of a month is that of its last report; a first half has its own only."""
        if period.endswith("-H1"):
            return self._figures.get((name, period))
        month = period[:7]
        for written in (month, f"{month}-H2", f"{month}-H1"):
            if (name, written) in self._figures:
                return self._figures[name, written]
        return None

    def counted_ytd(self, name: str, month: str) -> Decimal | None:
        """The month's figure; a completed project's last one of the year counts on."""
        found = self.ytd(name, month)
        completed = self.completed_on(name)
        if found is None and completed is not None and completed <= last_day(month):
            for number in range(month_of(month) - 1, 0, -1):
                found = self.ytd(name, f"{month[:4]}-{number:02}")
                if found is not None:
                    return found
        return found

    @cached_property
    def _dates(self) -> dict[tuple[str, str], date]:
        """(project, kind) → date; of several periods the latest that has one speaks."""
        dates: dict[tuple[str, str], date] = {}
        for _, report in sorted(self._in_force.items(), key=lambda item: item[0][1]):
            for row in report.rows:
                for kind, value in (("reported start", row.start), ("reported completion", row.completion)):  # fmt: skip
                    if value is not None:
                        dates[row.name, kind] = value
        for verification in sorted(self.district.verifications, key=lambda v: v.month):
            for name, start, completion in verification.rows:
                for kind, value in (("verified start", start), ("verified completion", completion)):
                    if value is not None:
                        dates[name, kind] = value
        return dates

    def dated(self, name: str, kind: str, basis: str | None = None) -> date | None:
        """Start or completion by the basis; blank: the verified date where there is one, else the reported one."""
        verified, reported = (self._dates.get((name, f"{b} {kind}")) for b in ("verified", "reported"))  # fmt: skip
        return {"verified": verified, "reported": reported, None: verified or reported}[basis]

    def started_on(self, name: str) -> date | None:
        return self.dated(name, "start")

    def completed_on(self, name: str) -> date | None:
        return self.dated(name, "completion")

    def is_carried_over(self, row: LedgerRow) -> bool:
        """Started before the year, though nobody says when."""
        return self.started_on(row.name) is None and (row.nature == "续建" or (row.prior or 0) > 0)

    def standing(self, period: str) -> list[Standing]:
        """The projects that are on the list at the period's end; a completed one stays though it was dropped."""
        if period not in self._standings:
            self._standings[period] = self._stand(period)
        return self._standings[period]

    def _stand(self, period: str) -> list[Standing]:
        year, end = year_of(period), last_day(period)
        parents = self.parents(year)
        standings = []
        for row in self.listed(year).values():
            started, completed = self.started_on(row.name), self.completed_on(row.name)
            carried = self.is_carried_over(row)
            left = self.exit_month(year, row.name)
            if row.nature == "储备":
                status = "reserve"
            elif completed is not None and completed <= end:
                status = "completed"
            elif carried or (started is not None and started <= end):
                status = "under_construction"
            else:
                status = "not_started"
            if left is not None and left <= period[:7] and status != "completed":
                continue
            standings.append(Standing(row, status, carried, row.name in parents))
        return standings

    def time_progress(self, period: str, row: LedgerRow) -> Fraction | None:
        """The share of the year that is gone, or of the project's year plan that should be done; None unplanned."""
        year, month, end = year_of(period), month_of(period), last_day(period)
        if self.district.time_progress == "phased":
            planned = (self.district.phased or {}).get((row.name, period[:7]))
            is_first_half = period.endswith("-H1")
            return None if is_first_half or planned is None or not row.plan else Fraction(planned) / Fraction(row.plan)  # fmt: skip
        if self.district.time_progress == "linear_day":
            days = (date(year, 12, 31) - date(year - 1, 12, 31)).days
            return Fraction((end - date(year - 1, 12, 31)).days, days)
        return Fraction(2 * month - 1, 24) if period.endswith("-H1") else Fraction(month, 12)
