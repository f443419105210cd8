"""Declared corrections on the sample year: what is published differs at their cells and nowhere else."""

import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from small_district import declared_forms

from pipelines.declarations.decisions import Correction
from pipelines.ledger.decisions import correction_rows
from pipelines.release.publishing import BUILD_COPY

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
YTD = Correction(
    "progress_report", "dashuju", "2019-04", "承德新一代绿色数据中心", "investment_ytd_wanyuan",
    "4390", "4390.5", "少报一笔", "发改局", "open",
)  # fmt: skip
PLAN = Correction(
    "project_ledger", "fagai", "2019", "2018-130871-38-03-000127", "plan_year_wanyuan",
    "6亿元", "65,000", "年中调整", "区政府常务会议", "acknowledged",
)  # fmt: skip
CHANGED = Correction(
    "progress_report", "fengyingzi", "2019-06", "2018-130871-72-03-000203",
    "investment_month_wanyuan", "3000", "3030", "误", "发改局", "open",
)  # fmt: skip


@pytest.fixture(scope="module")
def corrected(chengde, tmp_path_factory):
    """The database of the last release, built once more with three corrections."""
    folder = tmp_path_factory.mktemp("corrected")
    path = Path(shutil.copy(chengde.home / "published" / "current" / BUILD_COPY, folder))
    forms = {form.form_id: form for form in declared_forms()}
    with duckdb.connect(str(path)) as connection:
        connection.executemany(
            f"insert into config.corrections values ({', '.join('?' * 13)})",
            [list(row) for row in correction_rows([YTD, PLAN, CHANGED], forms)],
        )
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")), "--quiet", "run",
            "--select", "int_corrections__matches+", "--project-dir", str(PROJECT),
            "--profiles-dir", str(PROJECT), "--target-path", str(folder),
            "--log-path", str(folder),
        ],
        env={**os.environ, "TAIZHANG_WORK_DB": str(path)},
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


FACTS = (
    "select p.project_name, f.period, f.investment_ytd_wanyuan, f.plan_year_wanyuan, f.value_status"
    " from marts.fct_investment as f inner join marts.dim_project as p using (project_key)"
)


def test_a_correction_shows_at_its_cell_and_nowhere_else(chengde, corrected):
    before, after = set(chengde.ask(FACTS)), set(corrected.execute(FACTS).fetchall())
    changed = after - before
    assert len(before) == len(after)
    assert {row[4] for row in changed} == {"corrected"}
    assert [row[2:4] for row in changed if row[:2] == ("承德新一代绿色数据中心", "2019-04")] == [
        (Decimal("4390.5000"), Decimal("19000.0000"))
    ]
    of_plan = [row for row in changed if row[0] != "承德新一代绿色数据中心"]
    assert {row[3] for row in of_plan} == {Decimal(65000)}
    assert sorted(row[1] for row in of_plan) == [f"2019-{month:02d}" for month in range(1, 13)]


def test_a_project_with_a_corrected_plan_is_marked_and_no_other(corrected):
    marked = corrected.execute(
        "select project_code from marts.dim_project where value_status = 'corrected'"
    ).fetchall()
    assert marked == [(PLAN.project,)]


def test_what_was_submitted_stays_beside_it(corrected):
    rows = corrected.execute(
        "select match_status, submitted_value, corrected_value, cell from marts.fct_corrections"
        " order by correction_no"
    ).fetchall()
    assert rows == [
        ("applied", "4390", "4390.5", "D4"),
        ("applied", "60000", "65000", "L7"),
        ("value_changed", "3020", "3030", "D5"),
    ]


@pytest.mark.parametrize("schema", ["marts", "marts_restricted"])
def test_the_way_to_the_cell_ends_with_the_correction(corrected, schema):
    found = corrected.execute(
        f"select distinct column_name, cell, raw_text, steps from {schema}.fct_lineage"
        " where steps like '%更正%' and table_name <> 'fct_corrections' order by all"
    ).fetchall()
    ytd = "ledger_ytd_wanyuan" if schema == "marts_restricted" else "investment_ytd_wanyuan"
    expected = [(ytd, "D4", "4390", "更正：4390→4390.5（少报一笔；发改局）")]
    if schema == "marts":
        steps = "文本→数字；更正：60000→65000（年中调整；区政府常务会议）"
        expected.append(("plan_year_wanyuan", "L7", "60,000", steps))
    assert found == expected
