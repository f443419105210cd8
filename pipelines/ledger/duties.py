"""Keeping the due dates of the reporting plan in the work database.

How a due date follows from the plan is ``declarations.deadlines``; who is late is dbt's business.
"""

from pathlib import Path

from pipelines.database import Connection
from pipelines.declarations.deadlines import (
    due_dates,
    load_calendar,
    reporting_years,
    unannounced_years,
)
from pipelines.declarations.district import DistrictTables

_COLUMNS = (
    ("form_id", "varchar"), ("unit_code", "varchar"), ("period", "varchar"),
    ("period_ends", "date"), ("due_at", "timestamp"), ("is_provisional", "boolean"),
)  # fmt: skip


def store_due_dates(
    connection: Connection, district: DistrictTables, reporting_year: int, calendar_file: Path
) -> list[str]:
    """Replace ``config.due_dates``; returns a line for the operator per year not announced yet.

    ``calendar_file`` is ``sources/reference/working_calendar.csv``. Raises DeclarationError for
    periods, months or calendar days that cannot be read. Call it inside a transaction.
    """
    calendar = load_calendar(calendar_file)
    years = reporting_years(district.plan, reporting_year)
    dues = due_dates(district.plan, calendar, years, district.units)
    connection.execute("delete from config.due_dates")
    connection.execute(
        "insert into config.due_dates by name select "
        + ", ".join(f"unnest(cast(${name} as {kind}[])) as {name}" for name, kind in _COLUMNS),
        {name: [getattr(due, name) for due in dues] for name, _ in _COLUMNS},
    )
    return [
        f"The official calendar of {year} is not in {calendar_file.name} yet: due dates in it count"
        " every weekday as a working day and are provisional."
        for year in unannounced_years(dues, calendar)
    ]
