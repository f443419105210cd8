"""Lists of the three batches drawn at random: what ``mart_three_batches`` says on several days is what counting one
project after the other gives (tests/support/three_batches_reference.py)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from policy_files import insert_rows
from row_comparison import compare
from small_district import DISTRICT, SETTINGS, declared_forms, declared_rules
from three_batches_reference import RATES, Cohorts, draw, raw_rows

from pipelines.database import Connection, open_for_writing
from pipelines.ledger.registry import store_declarations
from pipelines.ledger.work_database import upgrade

pytestmark = pytest.mark.xdist_group("three_batches")  # built once

SEED = 20220805
DBT = Path(__file__).resolve().parents[2] / "dbt_project"
# The end of a week, of a half-month and of a year, a day after one, and days in between.
DAYS = (
    date(2021, 12, 31), date(2022, 1, 1), date(2022, 5, 15), date(2022, 8, 7), date(2022, 12, 30),
)  # fmt: skip
# What changes with the day; dim_period is built from years alone and holds both of them on every one of these days.
OF_THE_DAY = {
    "intermediate.int_batches__projects": "intermediate/batches/int_batches__projects.sql",
    "marts.mart_three_batches": "marts/batches/mart_three_batches.sql",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The marts built once by dbt, and the statements it ran."""
    folder = tmp_path_factory.mktemp("batches")
    target, database = folder / "target", folder / "work.duckdb"
    target.mkdir()
    forms, lists = declared_forms(), draw(SEED)
    with open_for_writing(database) as connection:
        upgrade(connection, forms)
        store_declarations(connection, SETTINGS, DISTRICT, declared_rules(), forms)
        connection.execute(
            "insert into raw.loads (load_id, now_at, is_finished) values ('1', ?, true)",
            [datetime(2022, 8, 7)],
        )
        insert_rows(connection, raw_rows(lists))
    if (parsed := DBT / "target" / "partial_parse.msgpack").is_file():
        shutil.copy(parsed, target)
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")), "--quiet", "run", "--project-dir", str(DBT),
            "--profiles-dir", str(DBT), "--target-path", str(target), "--log-path", str(folder),
            "--select", "+mart_three_batches",
        ],
        env={**os.environ, "TAIZHANG_WORK_DB": str(database), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    compiled = target / "compiled" / "taizhang" / "models"
    statements = {name: (compiled / path).read_text("utf-8") for name, path in OF_THE_DAY.items()}
    with open_for_writing(database) as connection:
        yield Cohorts(lists), statements, connection


def on_day(connection: Connection, statements: dict[str, str], day: date) -> list[dict]:
    """The rows of the mart as of another load's day, by the statements that dbt ran."""
    connection.execute("update raw.loads set now_at = ?", [datetime(day.year, day.month, day.day)])
    for name, statement in statements.items():
        connection.execute(f"create or replace table {name} as {statement}")
    cursor = connection.execute("from marts.mart_three_batches")
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_count_amount_and_rate(built, day):
    cohorts, statements, connection = built
    found = on_day(connection, statements, day)
    compare("mart_three_batches", cohorts.rates(day), found, ("cohort", "period"))


def test_the_lists_show_what_they_are_meant_to_show(built):
    """Rates above one and without a stage before them, cohorts spelled in several ways, dates still to come."""
    cohorts, _, _ = built
    rows = [row for day in DAYS for row in cohorts.rates(day).values()]
    for rate in RATES[1:]:
        assert {row[rate] is None for row in rows} == {True, False}
    assert any((row["start_rate"] or 0) > 1 for row in rows)
    spellings: dict[int, set[str]] = {}
    for row in cohorts.standing.values():
        spellings.setdefault(row.cohort, set()).add(row.spelling)
    assert max(len(written) for written in spellings.values()) > 1
    assert any(day and day > DAYS[-1] for row in cohorts.standing.values() for day in row.dates)
