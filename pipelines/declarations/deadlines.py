"""When a return is due and when it is late: the last day of each period of the plan (contract §3, §7).

Pure but for reading the calendar file. Whose return was late, and who is told so, is decided elsewhere.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from pipelines.declarations.district import Duty, Unit
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
    """One duty in one period. ``due_at`` is the last second of the last day, in local time.

    ``is_provisional``: working days were counted in a year whose calendar is not announced yet.
    """

    form_id: str
    unit_code: str
    period: str
    period_ends: date
    due_at: datetime
    is_provisional: bool


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
    plan: Sequence[Duty],
    calendar: WorkingCalendar,
    years: Collection[int],
    units: Sequence[Unit] = (),
) -> list[DueDate]:
    """Every period of these years in which a duty of the plan is due, and until when.

    A week belongs to the year of its number (ISO 8601), and to the month of that year in which it ends.
    Of a unit that ``units`` knows only what it was there for is due (``_is_owed``).
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
    by_code = {unit.unit_code: unit for unit in units}
    return [due for due in found.values() if _is_owed(due, by_code.get(due.unit_code))]


def planned_periods(plan: Sequence[Duty]) -> dict[tuple[str, str], frozenset[PeriodKind]]:
    """By unit and form: of which kinds of period the returns are that the plan asks for.

    Raises DeclarationError for a return sent once whose period cannot be read.
    """
    kinds: dict[tuple[str, str], set[PeriodKind]] = {}
    for duty in plan:
        kind = _KIND_OF_CADENCE.get(duty.cadence)
        if kind is None:
            kind = _kind_sent_once(duty)
        kinds.setdefault((duty.unit_code, duty.form_id), set()).add(kind)
    return {slot: frozenset(found) for slot, found in kinds.items()}


def check_plan(plan: Sequence[Duty], form_ids: Collection[str]) -> None:
    """Raise DeclarationError for duties nobody can meet: a form nobody declared, a last period before the first."""
    faults: list[str] = []
    for duty in plan:
        where = f"reporting_plan.csv: {duty.form_id} of {duty.unit_code}"
        if duty.form_id not in form_ids:
            faults.append(f"{where}: there is no form “{duty.form_id}”")
        try:
            bounds = [read_period(one) for one in (duty.first_period, duty.last_period) if one]
        except ValueError as error:
            faults.append(f"{where}: {error}")
            continue
        if len(bounds) == 2 and bounds[1].ends < bounds[0].starts:
            faults.append(f"{where}: last_period {duty.last_period} is before the first")
    if faults:
        raise DeclarationError(faults)


def _kind_sent_once(duty: Duty) -> PeriodKind:
    try:
        return read_period(duty.first_period or "").kind
    except ValueError as error:
        where = f"reporting_plan.csv: {duty.form_id} of {duty.unit_code}"
        raise DeclarationError(
            [f"{where}: a return sent once needs its first_period, like 2019 or 2019-06"]
        ) from error


def reporting_years(plan: Sequence[Duty], reporting_year: int) -> range:
    """From the first year any duty names to the reporting year: earlier years keep their due dates."""
    named = (re.match(r"\d{4}", duty.first_period or "") for duty in plan)
    first = min((int(found[0]) for found in named if found), default=reporting_year)
    return range(min(first, reporting_year), reporting_year + 1)


def is_late(moment: date, due_at: datetime) -> bool:
    """Whether a day, or the day of a moment, is after the last day on which a return is in time."""
    day = moment.date() if isinstance(moment, datetime) else moment
    return day > due_at.date()


def unannounced_years(dues: Iterable[DueDate], calendar: WorkingCalendar) -> list[int]:
    """The years that make due dates provisional: every weekday counted as a working day in them."""
    return sorted(
        {
            year
            for due in dues
            if due.is_provisional
            for year in _years_counted(due.period_ends, due.due_at.date())
        }
        - calendar.years
    )


def _years_counted(period_ends: date, last_day: date) -> range:
    """The years of the days that were counted, the first of them after the period's last."""
    return range((period_ends + _DAY).year, last_day.year + 1)


def _is_owed(due: DueDate, unit: Unit | None) -> bool:
    """Whether the unit was there on the period's last day, or on the due day where that comes first."""
    if unit is None:
        return True
    day = min(due.period_ends, due.due_at.date()).isoformat()
    return (unit.valid_from or day) <= day <= (unit.valid_to or day)


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
        if first <= _counted_on(period) <= last and _counted_on(period).month not in skipped
    ]


def _counted_on(period: Period) -> date:
    """The day that says to which month and year a period belongs: its last, and of a week that runs
    into the next year the last day of its own."""
    return min(period.ends, date(int(period.name[:4]), 12, 31))


def _months(text: str) -> set[int]:
    parts = [part.strip() for part in text.split(";") if part.strip()]
    wrong = [part for part in parts if not part.isdecimal() or not 1 <= int(part) <= 12]
    if wrong:
        raise ValueError(f"skip_months is like 01;02, not “{text}”")
    return {int(part) for part in parts}


def _due_date(duty: Duty, period: Period, calendar: WorkingCalendar) -> DueDate:
    last_day = _last_day(duty.due_rule, period, calendar)
    counted = _years_counted(period.ends, last_day) if duty.due_rule.endswith("wd") else ()
    return DueDate(
        duty.form_id,
        duty.unit_code,
        period.name,
        period.ends,
        datetime.combine(last_day, END_OF_DAY),
        is_provisional=not calendar.years.issuperset(counted),
    )


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
