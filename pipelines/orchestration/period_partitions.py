"""The months by which returns are judged anew and figures made anew: from the first year the home knows to this month."""

import csv

import dagster as dg

from pipelines.orchestration.freshness import service_of
from pipelines.problems import OperatorError
from pipelines.settings import Home

MONTH = "%Y-%m"
# Where a home cannot be read there still have to be partitions; nothing is reported of an earlier year.
_FALLBACK_YEAR = 2015


def month_partitions(home: Home) -> dg.MonthlyPartitionsDefinition:
    """A partition for every month, the one under way included: returns of it come before it ends."""
    _, timezone, _ = service_of(home)
    return dg.MonthlyPartitionsDefinition(
        start_date=f"{first_year(home):04d}-01", fmt=MONTH, timezone=timezone, end_offset=1
    )


def first_year(home: Home) -> int:
    """The earliest year of the reporting plan or the settings; a fallback where neither can be read."""
    try:
        years = [home.settings().district.reporting_year, *_planned_years(home)]
    except (OperatorError, OSError, UnicodeDecodeError, csv.Error):
        return _FALLBACK_YEAR
    return min(years)


def _planned_years(home: Home) -> list[int]:
    path = home.config / "reporting_plan.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        firsts = [row.get("first_period") or "" for row in csv.DictReader(lines)]
    return [int(first[:4]) for first in firsts if first[:4].isdecimal() and first[:4].isascii()]
