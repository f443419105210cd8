"""Who reported on time, looked at in the middle of the year: the release of that day is still there."""

from __future__ import annotations

import pytest
from golden_comparison import compare
from golden_releases import Release

pytestmark = pytest.mark.golden

YEAR = "a_year_of_returns_late_refused_corrected_and_missing"
TABLE = "mart_reporting_compliance"


@pytest.mark.parametrize("name", [YEAR])
def test_half_way_through_the_year_most_is_not_due(loaded_home, name):
    home = loaded_home(name)
    first, *_ = sorted((home.path / "published" / "releases").iterdir())
    expected = home.scenario.table(TABLE, expected="expected_on_2024-05-10")
    release = Release(home.path, home.release().returns, first)
    assert compare(name, TABLE, expected, release, "reporting", []) == []


@pytest.mark.parametrize("name", [YEAR])
def test_the_months_of_a_year_add_up_to_it(loaded_home, name):
    """What is due of a year is in no month of it."""
    _, rows = loaded_home(name).release().rows("mart_compliance_summary")
    counts = [column for column in rows[0] if column.endswith(("_count", "attempts", "late_days"))]
    sums: dict[tuple[str, str, str], dict[str, list[int]]] = {}
    for row in rows:
        of_period = sums.setdefault((row["unit_code"], row["form_id"], row["period"][:4]), {})
        totals = of_period.setdefault(row["period_type"], [0] * len(counts))
        for place, column in enumerate(counts):
            totals[place] += row[column]
    for (unit, form, year), of_period in sums.items():
        finer = {"month", "quarter", "half_year"} & of_period.keys()
        assert bool(finer) != (form in ("project_ledger", "reserve_projects")), (unit, form, year)
        for kind in finer:
            assert of_period[kind] == of_period["year"], (unit, form, year, kind)
