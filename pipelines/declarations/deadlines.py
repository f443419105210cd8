"""When a return is due and when it is late: the last day of each period of the plan (contract §3, §7).

Pure but for reading the calendar file. Whose return was late, and who is told so, is decided elsewhere.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from pipelines.declarations.district import Duty
from pipelines.declarations.tables import read_flag, read_table
from pipelines.periods import Period, PeriodKind, periods_of_year, read_period
from pipelines.problems import DeclarationError

# “Due until the end of that day”: the day's last second. A moment is late when its *day* is later.
END_OF_DAY = time(23, 59, 59)
_DAY = timedelta(days=1)
_SATURDAY = 5
_RULE = re.compile(r"^(?P<from_start>start)?\+(?P<count>\d{1,3})(?P<unit>wd|d)$")
_KIND_OF_CADENCE: dict[str, PeriodKind] = {
    "annual": "year", "monthly": "month", "half_monthly": "half_month", "weekly": "week",
}  # fmt: skip


@dataclass(frozen=True)
class WorkingCalendar:
    """The days that are not what their weekday says; ``years`` are those announced so far."""

    exceptions: dict[date, bool]
    years: frozenset[int]

    def is_working_day(self, day: date) -> bool:
        """Whether people work that day. In a year not announced yet the weekday decides."""
        return self.exceptions.get(day, day.weekday() < _SATURDAY)


@dataclass(frozen=True)
class DueDate:
    """One duty in one period. ``due_at`` is the last second of the last day, in local time."""

    form_id: str
    unit_code: str
    period: str
    period_ends: date
    due_at: datetime


def load_calendar(path: Path) -> WorkingCalendar:
    """Read ``working_calendar.csv``. Raises DeclarationError with every fault."""
    faults: list[str] = []
    exceptions: dict[date, bool] = {}
    for row in read_table(path, ("calendar_date", "is_working_day"), faults):
        is_working = read_flag(row["is_working_day"])
        try:
            day = date.fromisoformat(row["calendar_date"])
        except ValueError:
            faults.append(f"{path}: “{row['calendar_date']}” is no date like 2019-10-01")
            continue
        if is_working is None:
            faults.append(f"{path}: {day}: is_working_day is true or false")
            continue
        exceptions[day] = is_working
    if faults:
        raise DeclarationError(faults)
    return WorkingCalendar(exceptions, frozenset(day.year for day in exceptions))


def due_dates(
    plan: Sequence[Duty], calendar: WorkingCalendar, years: Collection[int]
) -> list[DueDate]:
    """Every period of these years in which a duty of the plan is due, and until when.

    A week belongs to the year of its number (ISO 8601), and to the month in which it ends.
    Raises DeclarationError for a plan whose periods or months cannot be read, or that asks for one
    return twice.
    """
    faults: list[str] = []
    found: dict[tuple[str, str, str], DueDate] = {}
    for duty in plan:
        where = f"reporting_plan.csv: {duty.form_id} of {duty.unit_code}"
        try:
            periods = _periods_of(duty, years)
        except ValueError as error:
            faults.append(f"{where}: {error}")
            continue
        for period in periods:
            due = _due_date(duty, period, calendar)
            if found.setdefault((due.form_id, due.unit_code, due.period), due) is not due:
                faults.append(f"{where}: two rows make {due.period} due")
    if faults:
        raise DeclarationError(faults)
    return list(found.values())


def reporting_years(plan: Sequence[Duty], reporting_year: int) -> range:
    """From the first year any duty names to the reporting year: earlier years keep their due dates."""
    named = (re.match(r"\d{4}", duty.first_period or "") for duty in plan)
    first = min((int(found[0]) for found in named if found), default=reporting_year)
    return range(min(first, reporting_year), reporting_year + 1)


def is_late(moment: date, due_at: datetime) -> bool:
    """Whether a day, or the day of a moment, is after the last day on which a return is in time."""
    day = moment.date() if isinstance(moment, datetime) else moment
    return day > due_at.date()


def unannounced_years(
    plan: Sequence[Duty], calendar: WorkingCalendar, years: Collection[int]
) -> list[int]:
    """Years in which working days were counted though the calendar does not reach them yet.

    Their due dates are provisional: every weekday counted as a working day.
    """
    by_working_days = [duty for duty in plan if duty.due_rule.endswith("wd")]
    counted = {
        year
        for due in due_dates(by_working_days, calendar, years)
        for year in range((due.period_ends + _DAY).year, due.due_at.year + 1)
    }
    return sorted(counted - calendar.years)


def _periods_of(duty: Duty, years: Collection[int]) -> list[Period]:
    """The duty's periods within its bounds, without the months it skips."""
    if duty.cadence == "once":
        if not duty.first_period:
            raise ValueError("a return sent once needs its first_period")
        period = read_period(duty.first_period)
        return [period] if int(period.name[:4]) in years else []
    first = read_period(duty.first_period).starts if duty.first_period else date.min
    last = read_period(duty.last_period).ends if duty.last_period else date.max
    skipped = set() if duty.cadence == "annual" else _months(duty.skip_months or "")
    return [
        period
        for year in sorted(years)
        for period in periods_of_year(_KIND_OF_CADENCE[duty.cadence], year)
        if first <= period.ends <= last and period.ends.month not in skipped
    ]


def _months(text: str) -> set[int]:
    parts = [part.strip() for part in text.split(";") if part.strip()]
    wrong = [part for part in parts if not part.isdecimal() or not 1 <= int(part) <= 12]
    if wrong:
        raise ValueError(f"skip_months is like 01;02, not “{text}”")
    return {int(part) for part in parts}


def _due_date(duty: Duty, period: Period, calendar: WorkingCalendar) -> DueDate:
    last_day = _last_day(duty.due_rule, period, calendar)
    due_at = datetime.combine(last_day, END_OF_DAY)
    return DueDate(duty.form_id, duty.unit_code, period.name, period.ends, due_at)


def _last_day(rule: str, period: Period, calendar: WorkingCalendar) -> date:
    """``+5wd`` and ``+3d`` count from the day after the period, ``start+20d`` from its first day."""
    found = _RULE.match(rule)
    if found is None or (found["from_start"] and found["unit"] == "wd"):
        raise DeclarationError([f"reporting_plan.csv: due_rule “{rule}” is not like +5wd"])
    count = int(found["count"])
    if found["unit"] == "d":
        return (period.starts if found["from_start"] else period.ends) + count * _DAY
    day = period.ends
    while count:
        day += _DAY
        count -= calendar.is_working_day(day)
    return day
